// What `cargo bench --bench check` times as `call`, asked of the built npm package in Node:
// `NETPOL_BENCH_OUT=policies.yaml cargo bench --bench check && node benches/check.mjs policies.yaml`.

import { readFileSync } from "node:fs";
import { call } from "../pkg/node.js";

const ROUNDS = 7;
const request = JSON.stringify({ sources: [{ path: "policies.yaml", text: readFileSync(process.argv[2], "utf8") }] });
const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const start = performance.now();
  call("check", request);
  rounds.push(performance.now() - start);
}
// The first rounds are V8's to warm up.
const warm = rounds.slice(2).toSorted((a, b) => a - b);
console.log(`call("check") in Node: first ${rounds[0].toFixed(0)} ms, then median ${warm[warm.length >> 1].toFixed(0)} ms`);
