// The hand-written types against real answers: each answer becomes a literal of its type, where
// TypeScript refuses a key that the type lacks as well as a missing one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { call } from "../../pkg/node.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const types = {
  admission: "AdmissionReview",
  check: "Report",
  complete: "Completions",
  explain: "Explanation",
  fix: "Fixed",
  hover: "Hover",
  map: "Reach",
  render: "Rendered",
  version: "Version",
  why: "Why",
  words: "Words",
};

test("answers and the requests they answer are of their types", () => {
  const folder = join(root, "tests/parity/requests");
  const entries = readdirSync(folder).flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  const lines = [`import type * as netpol from ${JSON.stringify(join(root, "pkg/index.js"))};`];
  const seen = new Set();
  for (const { method, request } of entries) {
    const answer = JSON.parse(call(method, typeof request === "string" ? request : JSON.stringify(request)));
    if (answer.error) continue;
    seen.add(method);
    lines.push(`({ ${method}: ${JSON.stringify(answer)} }) satisfies { ${method}: netpol.${types[method]} };`);
    if (typeof request === "object" && method !== "version") lines.push(`(${JSON.stringify(request)}) satisfies Parameters<typeof netpol.${method}>[0];`);
  }
  assert.deepEqual([...seen].sort(), Object.keys(types).sort(), "an answer of every method");

  const project = mkdtempSync(join(tmpdir(), "netpol-types-"));
  writeFileSync(join(project, "answers.ts"), lines.join("\n"));
  const tsc = join(root, "tests/node_modules/.bin/tsc");
  try {
    execFileSync(tsc, ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "answers.ts"], { cwd: project, encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout);
  } finally {
    rmSync(project, { recursive: true });
  }
});
