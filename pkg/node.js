// Node, Bun and Deno: the module is read from disk and ready when the import returns.

import { readFileSync } from "node:fs";
import { initSync } from "./dist/netpol.js";

initSync({ module: readFileSync(new URL("./dist/netpol_bg.wasm", import.meta.url)) });

/** The same as in a browser, where loading takes time; here there is nothing left to do. */
async function init() {}

export * from "./functions.js";
export { init };
