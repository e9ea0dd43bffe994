//! netpol validates, explains and lints Kubernetes network policies, and gives the same answer,
//! byte for byte, wherever it runs.
//!
//! ```
//! use netpol::{Input, Options, check};
//!
//! let policy = "\
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!   - ports: [{port: \"80\"}]
//! ";
//! let report = check(&Input::text("web.yaml", policy), &Options::default())?;
//! assert_eq!(report.summary.errors, 1);
//! # Ok::<(), netpol::ApiError>(())
//! ```
//!
//! Data flows one way:
//!
//! ```text
//! text ─ syntax ─ manifest ─ model ─ analysis ─ lints ─ api ─ report | call ─ bindings | cli
//!        spans    typed,     resolved  verdicts   findings  DTOs  text   JSON   js opa kubewarden abi
//!                 validated  facts
//! ```

// A module uses only modules above it in this list; tests/tidy.rs holds it.
mod order;
pub mod similar;
pub mod field;
pub mod source;
pub mod diagnostic;
pub mod options;
pub mod syntax;
pub mod manifest;
pub mod model;
pub mod analysis;
pub mod lints;
pub mod config;
pub mod api;
#[cfg(feature = "text")]
pub mod report;
pub mod admission;
mod call;
#[cfg(feature = "cli")]
pub mod cli;
mod bindings;

pub use api::{ApiError, Input, MapReport, Question, Report, WhyReport, check, map, why};
pub use call::call;
pub use options::Options;
