// Writes the service worker of a built folder: the keeper, with the folder's files and their hashes.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformWithOxc } from "vite";

const NAME = "keeper.js";
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

export async function writeKeeper(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name).slice(folder.length).replaceAll("\\", "/").replace(/^\//, ""))
    .filter((path) => path !== NAME)
    .sort();
  const files = Object.fromEntries(paths.map((path) => [path, sha256(readFileSync(join(folder, path)))]));
  const source = readFileSync(new URL("keeper.ts", import.meta.url), "utf8");
  const { code } = await transformWithOxc(source, "keeper.ts", { target: "es2022" });
  const version = sha256(JSON.stringify(files) + code).slice(0, 16);
  writeFileSync(join(folder, NAME), `const FILES = ${JSON.stringify(files)};\nconst VERSION = "${version}";\n${code}`);
}
