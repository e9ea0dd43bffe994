// The `opa` binary with the bundle, in three ways: `run` serves the REST API, `exec` decides about
// a folder of files, `eval` answers one query. A query asks a wasm module once, whatever `with`
// says, so that `eval` takes a process for each request.
//
//     node opa-binary.js eval|exec|run <bundle> <requests> <answers>

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerAll } from "./hosts.js";
import { serve } from "./opa-server.js";

const [how, bundle, requests] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "opa-"));
const opa = (...args) => JSON.parse(execFileSync("opa", args, { maxBuffer: 2 ** 30 }));

async function evaluate() {
  const input = join(folder, "input.json");
  await answerAll((method, request) => {
    writeFileSync(input, JSON.stringify({ method, request }));
    return opa("eval", "--bundle", bundle, "--input", input, "data.netpol.call").result[0].expressions[0].value;
  });
}

async function execute() {
  const lines = readFileSync(requests, "utf8").split("\n").filter(Boolean);
  const files = lines.map((_, number) => join(folder, `${number}.json`));
  lines.forEach((line, number) => writeFileSync(files[number], line));
  const { result } = opa("exec", "--bundle", bundle, "--decision", "netpol/call", folder);
  const answers = new Map(result.map(({ path, result }) => [path, result]));
  await answerAll(() => answers.get(files.shift()));
}

async function ask() {
  const { decide, stop } = await serve(bundle);
  try {
    await answerAll((method, request) => decide("netpol/call", { method, request }));
  } finally {
    stop();
  }
}

try {
  await { eval: evaluate, exec: execute, run: ask }[how]();
} finally {
  rmSync(folder, { recursive: true });
}
