//! Text to tree: YAML and JSON, read exactly as Kubernetes reads them.
//!
//! Takes one source's text; gives a [`Tree`] with a span on every key and value, the documents
//! in it, and the faults found. Never fails: a broken piece costs its own document only.
//! Knows nothing of Kubernetes objects.

mod comment;
pub(crate) mod data;
pub mod edit;
pub(crate) mod go;
mod json;
mod path;
mod scalar;
pub(crate) mod scan;
mod tree;
mod yaml;

pub use comment::{Comment, comments};
pub use path::Found;
pub use tree::{Document, Entry, Fault, FaultKind, Node, NodeId, Parsed, Style, Tree, Value};

use crate::options::Limits;
use crate::source::Span;

/// Reads `text`. Text whose first character is `{` is JSON, as apimachinery decides; anything
/// else is YAML, cut into pieces at lines that start with `---`.
///
/// ```
/// use netpol::{options::Limits, syntax};
/// let text = "metadata:\n  name: on\n---\nx: [";
/// let parsed = syntax::parse(text, &Limits::default());
/// let root = parsed.documents[0].root.unwrap();
/// let name = parsed.tree.get(parsed.tree.get(root, "metadata").unwrap(), "name").unwrap();
/// assert_eq!(parsed.tree.span(name).of(text), "on");
/// assert_eq!(parsed.tree.node(name).value, syntax::Value::Bool(true));
/// assert_eq!(parsed.faults[0].document, 1);
/// ```
#[must_use]
pub fn parse(text: &str, limits: &Limits) -> Parsed {
    if let Some(fault) = too_long(text, limits.bytes) {
        return Parsed { faults: vec![fault], ..Parsed::default() };
    }
    if json::looks_like_json(text) {
        json::parse(text, limits)
    } else {
        yaml::parse(text, limits, yaml::How::PlainFirst)
    }
}

/// As [`parse`], every piece of YAML read by the parser, the plainest too: what the reader of plain
/// text is held against.
#[must_use]
pub fn parse_by_parser(text: &str, limits: &Limits) -> Parsed {
    if json::looks_like_json(text) || too_long(text, limits.bytes).is_some() {
        return parse(text, limits);
    }
    yaml::parse(text, limits, yaml::How::Parser)
}

/// Reads `text` as JSON, whatever it begins with.
#[must_use]
pub fn parse_json(text: &str, limits: &Limits) -> Parsed {
    if let Some(fault) = too_long(text, LONGEST) {
        return Parsed { faults: vec![fault], ..Parsed::default() };
    }
    json::parse(text, limits)
}

/// Spans are 32 bits wide, and the YAML parser counts columns in signed 32: room for the
/// arithmetic on both is left.
const LONGEST: usize = 1 << 30;

fn too_long(text: &str, limit: usize) -> Option<Fault> {
    let limit = limit.min(LONGEST);
    (text.len() > limit).then(|| Fault {
        document: 0,
        span: Span::new(0, 0),
        kind: FaultKind::Limit,
        message: format!(
            "the source has {} bytes, more than the limit of {limit}; it is not read",
            text.len()
        ),
        help: Some("split the source, or raise the option `limits.bytes`".into()),
    })
}
