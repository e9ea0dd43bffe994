//! JavaScript: one exported function; the package around it gives it types and loads it.

use wasm_bindgen::prelude::wasm_bindgen;

/// `call` as JavaScript sees it: JSON text in, JSON text out.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports only what is `pub`")]
#[must_use]
pub fn call(method: &str, request: &str) -> String {
    crate::call(method, request)
}
