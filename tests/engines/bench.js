// `node tests/engines/bench.js [baseline.wasm]`: median and p99 of one admission evaluation of a
// policy of about a kilobyte, in each engine module; with the wasm that OPA compiles from
// baseline.rego (`opa build -t wasm -e baseline/deny`), as a ratio to it.

import { readFileSync } from "node:fs";
import opa from "@open-policy-agent/opa-wasm";
import { creating, engines, ordinary } from "./engines.js";

const ROUNDS = 5000;
const request = creating(ordinary);

async function measure(name, evaluate) {
  const taken = [];
  for (let round = 0; round < 2 * ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    await evaluate();
    if (round >= ROUNDS) taken.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  taken.sort((a, b) => a - b);
  return { name, median: taken[ROUNDS >> 1], p99: taken[Math.floor(ROUNDS * 0.99)] };
}

const rows = [];
const [baseline] = process.argv.slice(2);
if (baseline) {
  const policy = await opa.loadPolicy(readFileSync(baseline));
  rows.push(await measure("Rego that looks for 0.0.0.0/0, compiled by OPA", () => policy.evaluate({ request })));
}
for (const { name, review } of await engines()) rows.push(await measure(name, () => review(request, null)));
console.log(`one evaluation of ${JSON.stringify(request.object).length} bytes of policy, microseconds`);
for (const { name, median, p99 } of rows) {
  const ratio = baseline ? `  ${(median / rows[0].median).toFixed(2)}x` : "";
  console.log(`${name.padEnd(52)} median ${median.toFixed(0).padStart(6)}  p99 ${p99.toFixed(0).padStart(6)}${ratio}`);
}
