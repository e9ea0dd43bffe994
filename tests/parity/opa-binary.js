// The `opa` binary with the bundle, in three ways: `run` serves the REST API, `exec` decides about
// a folder of files, `eval` answers one query. A query asks a wasm module once, whatever `with`
// says, so that `eval` takes a process for each request.
//
//     node opa-binary.js eval|exec|run <bundle> <requests> <answers>

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answerAll } from "./hosts.js";

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

async function serve() {
  // A socket file, because no port is certain to be free.
  const socketPath = join(folder, "opa.sock");
  const options = ["--addr", `unix://${socketPath}`, "--log-level", "error", "--skip-version-check"];
  const server = spawn("opa", ["run", "--server", "--bundle", bundle, ...options], { stdio: "inherit" });
  const ask = (method, path, body) =>
    new Promise((resolve, reject) => {
      const sent = send({ socketPath, method, path }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
        response.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  const healthy = () => ask("GET", "/health").then(({ status }) => status === 200, () => false);
  try {
    while (!(await healthy())) {
      if (server.exitCode !== null) throw new Error(`opa run ended with ${server.exitCode}`);
      await sleep(50);
    }
    await answerAll(async (method, request) => {
      const { status, text } = await ask("POST", "/v1/data/netpol/call", JSON.stringify({ input: { method, request } }));
      if (status !== 200) throw new Error(`opa run answered ${status}: ${text}`);
      return JSON.parse(text).result;
    });
  } finally {
    server.kill();
  }
}

try {
  await { eval: evaluate, exec: execute, run: serve }[how]();
} finally {
  rmSync(folder, { recursive: true });
}
