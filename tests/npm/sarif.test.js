// SARIF reports against the official schema, as one published package carries it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const Ajv = require("ajv");
const netpol = fileURLToPath(new URL("../../pkg/bin/netpol.js", import.meta.url));

const schema = JSON.parse(readFileSync(require.resolve("@microsoft/jest-sarif").replace(/index\.js$/, "schemas/sarif-2.1.0-rtm.5.json"), "utf8"));

// Findings with fixes, with other lines that cause them, and in hostile text.
const files = {
  "a ü.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny-all}\nspec:\n  podSelector: {}\n",
  "%0A::error::.yaml": 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: "<b>\\n"}\nspec: {podSelector: {}, policyTypes: ["\\e[31m"]}\n',
  "broken.yaml": "a: [",
};

test("a report is valid SARIF 2.1.0", () => {
  const cwd = mkdtempSync(join(tmpdir(), "netpol-sarif-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const { stdout } = spawnSync(process.execPath, [netpol, "check", "--format", "sarif", ...Object.keys(files)], { cwd, encoding: "utf8" });
  rmSync(cwd, { recursive: true });
  const report = JSON.parse(stdout);
  assert.ok(report.runs[0].results.length > 4);
  assert.ok(report.runs[0].results.some((result) => result.fixes?.length));
  const ajv = new Ajv({ schemaId: "auto", logger: false });
  ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
  const valid = ajv.compile(schema);
  assert.ok(valid(report), JSON.stringify(valid.errors));
});
