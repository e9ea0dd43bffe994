// Browsers, bundlers and workers: `await init()` once, then everything is synchronous.

import load from "./dist/netpol.js";

let loading;

/**
 * Loads the module, once. `source` may be its URL, a Response, its bytes or a compiled
 * `WebAssembly.Module` (Cloudflare Workers); without it the file beside this one is fetched.
 */
async function init(source) {
  loading ??= load(source === undefined ? undefined : { module_or_path: source }).catch((fault) => {
    loading = undefined;
    throw fault;
  });
  await loading;
}

export * from "./functions.js";
export { init };
