// `node tests/engines/bench.js`: median and p99 of one admission evaluation of a policy of about a
// kilobyte, in each engine module, as a ratio to a Rego policy that only looks for 0.0.0.0/0
// (baseline.rego), compiled to wasm by the `opa` that `cargo xtask setup` installs. In `opa run`, and in
// the hosts that are Go, Rust and Python programs, too, where `cargo xtask parity` has built them; one
// that is missing is named.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import opa from "@open-policy-agent/opa-wasm";
import { creating, engines, ordinary } from "./engines.js";
import { serve } from "../parity/opa-server.js";
import { env, missing, root, run, target } from "./tools.js";

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
  const file = join(folder, "policy.wasm");
  return { bundle, file, module: readFileSync(file) };
}

/** The same in hosts of other languages. */
function measureElsewhere({ bundle, file }) {
  const dist = (name) => join(root, "dist", name);
  const opa = dist("netpol.opa.wasm");
  const bundles = [bundle, "data.baseline.deny", dist("netpol.bundle.tar.gz"), "data.netpol.admission"];
  const hosts = [
    [
      join(target, "hosts-go/parity"),
      ["time", ...bundles, dist("netpol.wasm"), "admission"],
      "OPA's engine (Go, wazero)",
      ["the bundle in OPA's engine (Go, wazero)", "netpol.wasm in wazero"],
    ],
    [
      join(target, "hosts/release/parity-hosts"),
      ["time", file, opa, dist("netpol.wasm"), dist("netpol.kubewarden.wasm")],
      "crate opa-wasm (wasmtime)",
      ["netpol.opa.wasm in crate opa-wasm", "netpol.wasm in wasmtime", "netpol.kubewarden.wasm in wasmtime-provider"],
    ],
    [
      join(target, "python/opa-py-wasm/bin/python"),
      [join(root, "tests/parity/opa.py"), "time", file, "baseline/deny", opa, "netpol/admission"],
      "PyPI opa-py-wasm",
      ["netpol.opa.wasm in PyPI opa-py-wasm"],
    ],
  ];
  for (const [program, args, where, names] of hosts) {
    if (!existsSync(program)) {
      console.log(`not measured: ${where}; \`cargo xtask parity\` builds it`);
      continue;
    }
    const { stdout, stderr } = run(program, args, { input: JSON.stringify({ request }) });
    if (!stdout) throw new Error(stderr);
    tell([`the Rego in ${where}`, ...names], JSON.parse(stdout));
  }
}

/** `opa run`, a request over HTTP each. */
async function measureServers({ bundle }) {
  const servers = [];
  try {
    for (const path of [bundle, join(root, "dist/netpol.bundle.tar.gz")]) servers.push(await serve(path, env));
    const decisions = ["baseline/deny", "netpol/admission"];
    const evaluations = servers.map(({ decide }, at) => () => decide(decisions[at], { request }));
    tell(["the Rego in opa run", "the bundle in opa run"], await measure(evaluations));
  } finally {
    for (const { stop } of servers) stop();
  }
}

/** A line for each, with its ratios to the first, if that is the Rego. */
function tell(names, taken) {
  const at = (list, part) => list.toSorted((a, b) => a - b)[Math.floor(list.length * part)];
  for (const [index, name] of names.entries()) {
    const columns = [0.5, 0.99].map((part) => {
      const [time, base] = [taken[index], taken[0]].map((list) => at(list, part));
      const ratio = index > 0 && names[0].startsWith("the Rego") ? ` ${(time / base).toFixed(2)}x` : "";
      return time.toFixed(0).padStart(6) + ratio.padEnd(6);
    });
    console.log(`${name.padEnd(48)} median ${columns[0]}  p99 ${columns[1]}`.trimEnd());
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
if (baseline) {
  measureElsewhere(baseline);
  await measureServers(baseline);
}
rmSync(folder, { recursive: true });
