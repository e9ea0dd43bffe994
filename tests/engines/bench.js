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

// Each is evaluated in turn, some rounds at a time, so that all of them see the machine as it is busy
// or not. The first rounds are not counted.
const [TURNS, ROUNDS, FIRST] = [60, 250, 20];
const request = creating(ordinary);

/** The microseconds of each evaluation of each. */
async function measure(evaluations) {
  const taken = evaluations.map(() => []);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [at, evaluate] of evaluations.entries()) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const start = process.hrtime.bigint();
        await evaluate();
        if (turn >= FIRST) taken[at].push(Number(process.hrtime.bigint() - start) / 1000);
      }
    }
  }
  return taken;
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
  const pairs = [bundle, "data.baseline.deny", join(root, "dist/netpol.bundle.tar.gz"), "data.netpol.admission"];
  const { stdout } = run(host, ["time", ...pairs], { input: JSON.stringify({ request }) });
  tell(["the Rego in OPA's engine (Go, wazero)", "the bundle in OPA's engine (Go, wazero)"], JSON.parse(stdout));
}

/** A line for each, with its ratio to the first, if that is the Rego. */
function tell(names, taken) {
  const at = (list, part) => list.toSorted((a, b) => a - b)[Math.floor(list.length * part)];
  const [base] = taken.map((list) => at(list, 0.5));
  for (const [index, name] of names.entries()) {
    const [median, p99] = [at(taken[index], 0.5), at(taken[index], 0.99)];
    const ratio = index > 0 && names[0].startsWith("the Rego") ? `  ${(median / base).toFixed(2)}x` : "";
    console.log(`${name.padEnd(48)} median ${median.toFixed(0).padStart(6)}  p99 ${p99.toFixed(0).padStart(6)}${ratio}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "netpol-bench-"));
const absent = missing("opa");
if (absent) console.log(`no baseline: ${absent}`);
const baseline = absent ? undefined : compiled(folder);
const all = (await engines()).map(({ name, review }) => [name, () => review(request, null)]);
if (baseline) {
  const policy = await opa.loadPolicy(baseline.module);
  all.unshift(["the Rego in @open-policy-agent/opa-wasm", () => policy.evaluate({ request })]);
}
console.log(`one evaluation of ${JSON.stringify(request.object).length} bytes of policy, microseconds`);
tell(all.map(([name]) => name), await measure(all.map(([, evaluate]) => evaluate)));
if (baseline) measureInGo(baseline.bundle);
rmSync(folder, { recursive: true });
