//! The doors of the wasm modules, one a build, each behind its feature and each only a door: they
//! take bytes from a host, hand text to `call` or `admission`, and give text back. This is the
//! only place with `unsafe`; they know nothing of policies.

#[cfg(all(feature = "abi", target_arch = "wasm32"))]
mod abi;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
mod js;
#[cfg(all(feature = "kubewarden", target_arch = "wasm32"))]
mod kubewarden;
#[cfg(feature = "opa")]
mod opa;
