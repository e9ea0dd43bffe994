//! Tree operations rendered as text edits that keep comments and formatting.

use super::{NodeId, Tree};
use crate::diagnostic::Step;
use crate::source::Span;

/// An operation on a tree.
#[derive(Clone, Debug)]
pub struct Operation;

/// Text in place of text.
#[derive(Clone, Debug)]
pub struct TextEdit {
    /// Where.
    pub span: Span,
    /// What.
    pub text: String,
}

impl Operation {
    /// The operation of a step of a fix.
    #[must_use]
    pub fn of(_step: &Step) -> Option<Self> {
        None
    }
}

/// The operation as text edits.
#[must_use]
pub fn render(_text: &str, _tree: &Tree, _root: NodeId, _operation: &Operation) -> Option<Vec<TextEdit>> {
    None
}

/// The operation as JSON Patch.
#[must_use]
pub fn json_patch(_tree: &Tree, _root: NodeId, _operation: &Operation) -> Option<Vec<serde_json::Value>> {
    None
}
