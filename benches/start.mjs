// How long the command line takes to start and check one file, beside the least its host takes:
// `cargo build --release && cargo xtask build && node benches/start.mjs`. The least of many runs
// counts, for whatever else the machine does only adds.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const check = ["check", "--no-config", "policies/guide/default-deny.yaml"];
const runs = Number(process.argv[2] ?? 40);

function least(program, args) {
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    const start = process.hrtime.bigint();
    spawnSync(program, args, { cwd: root, stdio: "ignore" });
    least = Math.min(least, Number(process.hrtime.bigint() - start) / 1e6);
  }
  return least;
}

for (const [name, bare, program, args] of [
  ["netpol", ["true", []], `${root}target/release/netpol`, check],
  ["npm package", [process.execPath, ["--eval", "0"]], process.execPath, [`${root}pkg/bin/netpol.js`, ...check]],
]) {
  if (!existsSync(program)) {
    console.log(`${name}: not built`);
    continue;
  }
  const [floor, whole] = [least(...bare), least(program, args)];
  console.log(`${name}: ${whole.toFixed(1)} ms, ${(whole - floor).toFixed(1)} ms over ${bare[0].split("/").pop()}`);
}
