//! The doors of the wasm modules, one a build, each behind its feature and each only a door: they
//! take bytes from a host, hand text to `call` or `admission`, and give text back. This is the
//! only place with `unsafe`; they know nothing of policies.

#[cfg(all(feature = "abi", target_arch = "wasm32"))]
mod abi;
#[cfg(all(any(feature = "abi", feature = "opa", feature = "kubewarden"), target_arch = "wasm32"))]
mod heap;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
mod js;
#[cfg(all(feature = "js-cli", target_arch = "wasm32"))]
mod js_cli;
#[cfg(all(feature = "kubewarden", target_arch = "wasm32"))]
mod kubewarden;
#[cfg(all(feature = "opa", target_arch = "wasm32"))]
mod opa;

/// What of OPA's binding is about text alone is tested off wasm.
#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "bindings/opa/rego.rs"]
mod rego;

#[cfg(all(any(feature = "opa", feature = "kubewarden"), target_arch = "wasm32"))]
use serde_json::Value;

/// What a host wrote, as text; bytes that are not text become U+FFFD.
#[cfg(any(test, all(any(feature = "abi", feature = "opa", feature = "kubewarden"), target_arch = "wasm32")))]
fn text(written: &[u8]) -> std::borrow::Cow<'_, str> {
    // Looking for what is no text is slower than seeing that there is none.
    match str::from_utf8(written) {
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(written),
    }
}

/// What a host wrote; nothing where the length is 0, whatever the address.
///
/// # Safety
/// The range lies in this module's memory.
#[cfg(all(any(feature = "abi", feature = "opa"), target_arch = "wasm32"))]
unsafe fn written<'a>(address: *const u8, length: usize) -> &'a [u8] {
    match length {
        0 => &[],
        // SAFETY: the caller's promise.
        _ => unsafe { std::slice::from_raw_parts(address, length) },
    }
}

/// The answer of `call` to `{"method", "request"}`: text where the request is text, which keeps
/// every byte through a host that reads JSON, and else a value.
#[cfg(all(any(feature = "opa", feature = "kubewarden"), target_arch = "wasm32"))]
fn relay(payload: &str) -> String {
    let payload: Value = serde_json::from_str(payload).unwrap_or_default();
    let method = payload.get("method").and_then(Value::as_str).unwrap_or_default();
    match payload.get("request") {
        Some(Value::String(request)) => Value::String(crate::call(method, request)).to_string(),
        request => crate::call(method, &request.unwrap_or(&Value::Null).to_string()),
    }
}
