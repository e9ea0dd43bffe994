// Programs that `cargo xtask setup` installs where there is Go: OPA's own, and conftest.

import { spawnSync } from "node:child_process";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
/** The environment in which they are found. */
export const env = { ...process.env, PATH: [join(target, "tools/bin"), process.env.PATH].join(delimiter) };

/** What a program did: its exit code, and what it printed. */
export function run(name, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(name, args, { env, encoding: "utf8", maxBuffer: 2 ** 28, ...options });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Why a test that needs the program is skipped, or false. */
export function missing(name) {
  const { error } = spawnSync(name, ["--help"], { env });
  return error ? `there is no \`${name}\` here: \`cargo xtask setup\` installs it where there is Go` : false;
}
