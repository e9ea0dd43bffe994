//! netpol validates, explains and lints Kubernetes network policies, and gives the same answer,
//! byte for byte, wherever it runs.
//!
//! ```text
//! text ─ syntax ─ manifest ─ model ─ analysis ─ lints ─ api ─ report | call ─ bindings | cli
//!        spans    typed,     resolved  verdicts   findings  DTOs  text   JSON   js opa kubewarden abi
//!                 validated  facts
//! ```

// A module uses only modules above it in this list; tests/tidy.rs holds it.
pub mod source;
pub mod field;
pub mod diagnostic;
pub mod options;
pub mod syntax;
pub mod manifest;
pub mod call;
pub use call::call;
