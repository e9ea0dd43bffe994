// `node tests/engines/bench.js`: median and p99 of one admission evaluation of a policy of about a
// kilobyte, in each engine module, as a ratio to a Rego policy that only looks for 0.0.0.0/0
// (baseline.rego), compiled to wasm by the `opa` that `cargo xtask setup` installs. With OPA's own
// engine, too, where `cargo xtask parity "go opa"` has built its host.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import opa from "@open-policy-agent/opa-wasm";
import { creating, engines, ordinary } from "./engines.js";
import { missing, root, run, target } from "./tools.js";

const ROUNDS = 5000;
const request = creating(ordinary);
const rows = [];

async function measure(name, baseline, evaluate) {
  const taken = [];
  for (let round = 0; round < 2 * ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    await evaluate();
    if (round >= ROUNDS) taken.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  taken.sort((a, b) => a - b);
  rows.push({ name, baseline, median: taken[ROUNDS >> 1], p99: taken[Math.floor(ROUNDS * 0.99)] });
  return rows.at(-1);
}

/** The bundle and the module that OPA compiles from baseline.rego. */
function compiled(folder) {
  const bundle = join(folder, "baseline.tar.gz");
  const rego = join(root, "tests/engines/baseline.rego");
  const built = run("opa", ["build", "--target", "wasm", "--entrypoint", "baseline/deny", "--output", bundle, rego]);
  if (built.status !== 0) throw new Error(built.stderr);
  run("tar", ["-C", folder, "--transform", "s,^/,,", "-xzf", bundle]);
  return { bundle, module: readFileSync(join(folder, "policy.wasm")) };
}

/** The same in OPA's own engine, a Go program. */
function measureInGo(bundle) {
  const host = join(target, "hosts-go/parity");
  if (!existsSync(host)) return;
  const time = (name, baseline, path, entrypoint) => {
    const { stdout } = run(host, ["time", path, entrypoint], { input: JSON.stringify({ request }) });
    rows.push({ name, baseline, ...JSON.parse(stdout) });
    return rows.at(-1);
  };
  const rego = time("the Rego in OPA's engine (Go, wazero)", undefined, bundle, "data.baseline.deny");
  time("the bundle in OPA's engine (Go, wazero)", rego, join(root, "dist/netpol.bundle.tar.gz"), "data.netpol.admission");
}

const folder = mkdtempSync(join(tmpdir(), "netpol-bench-"));
const absent = missing("opa");
if (absent) console.log(`no baseline: ${absent}`);
const baseline = absent ? undefined : compiled(folder);
let rego;
if (baseline) {
  const policy = await opa.loadPolicy(baseline.module);
  rego = await measure("the Rego in @open-policy-agent/opa-wasm", undefined, () => policy.evaluate({ request }));
}
for (const { name, review } of await engines()) await measure(name, rego, () => review(request, null));
if (baseline) measureInGo(baseline.bundle);
rmSync(folder, { recursive: true });

console.log(`one evaluation of ${JSON.stringify(request.object).length} bytes of policy, microseconds`);
for (const { name, baseline, median, p99 } of rows) {
  const ratio = baseline ? `  ${(median / baseline.median).toFixed(1)}x` : "";
  console.log(`${name.padEnd(48)} median ${median.toFixed(0).padStart(6)}  p99 ${p99.toFixed(0).padStart(6)}${ratio}`);
}
