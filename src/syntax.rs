//! Text to tree: YAML and JSON, read exactly as Kubernetes reads them.
//!
//! Takes one source's text; gives a [`Tree`] with a span on every key and value, the documents
//! in it, and the faults found. Never fails: a broken piece costs its own document only.
//! Knows nothing of Kubernetes objects.

pub mod edit;
mod json;
mod path;
mod scalar;
mod tree;
mod yaml;

pub use path::Found;
pub use tree::{Document, Entry, Fault, FaultKind, Node, NodeId, Parsed, Style, Tree, Value};

use crate::options::Limits;

/// Reads `text`. Text whose first character is `{` is JSON, as apimachinery decides; anything
/// else is YAML, cut into pieces at lines that start with `---`.
#[must_use]
pub fn parse(text: &str, limits: &Limits) -> Parsed {
    if json::looks_like_json(text) { json::parse(text, limits) } else { yaml::parse(text, limits) }
}
