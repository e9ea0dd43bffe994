//! Tree operations rendered as text edits that keep comments and formatting, or as JSON Patch.
//!
//! Takes an object's text and tree; gives edits of that text. Every answer is checked: the edited
//! text is read again and must hold exactly the changed value, or there is no answer.

mod compose;
mod draft;
mod flow;
mod sheet;
mod value;
mod write;

pub use value::json as to_json;

use super::{NodeId, Parsed, Tree};
use crate::diagnostic::{ObjectId, Step};
use crate::field::FieldPath;
use crate::options::Limits;
use crate::source::Span;
use draft::Draft;
use serde_json::Value as Json;

/// An operation on one object's tree: a [`Step`] of a fix without its object.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Writes a field, adding it (and the objects above it) where it is missing.
    Set {
        /// The field.
        at: FieldPath,
        /// Its value.
        value: Json,
    },
    /// Removes a field or list item with its lines. An emptied list is written `[]`, an emptied
    /// object `{}`.
    Remove {
        /// What to remove.
        at: FieldPath,
    },
    /// Inserts a list item before the index that ends the path; an index past the end appends.
    Insert {
        /// The item's path.
        at: FieldPath,
        /// The item.
        value: Json,
    },
    /// Gives a field another name, keeping its value's text.
    Rename {
        /// The field.
        at: FieldPath,
        /// Its new name.
        to: String,
    },
    /// Moves a field, with its text, to another place of the same object. A place below the
    /// field itself puts new keys around its value.
    Move {
        /// From where.
        from: FieldPath,
        /// To where; nothing may stand there.
        to: FieldPath,
    },
}

impl Operation {
    /// The operation of a step of a fix; a step that replaces text is none.
    #[must_use]
    pub fn of(step: &Step) -> Option<Self> {
        Self::with_object(step).map(|(_, operation)| operation)
    }

    /// The operation of a step of a fix, and the object it changes.
    #[must_use]
    pub fn with_object(step: &Step) -> Option<(ObjectId, Self)> {
        Some(match step.clone() {
            Step::Set { object, at, value } => (object, Self::Set { at, value }),
            Step::Remove { object, at } => (object, Self::Remove { at }),
            Step::Insert { object, at, value } => (object, Self::Insert { at, value }),
            Step::Rename { object, at, to } => (object, Self::Rename { at, to }),
            Step::Move { object, from, to } => (object, Self::Move { from, to }),
            Step::Replace { .. } => return None,
        })
    }
}

/// Text in place of text; an empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What to replace.
    pub span: Span,
    /// The text to put there.
    pub text: String,
}

impl TextEdit {
    fn new(start: usize, end: usize, text: impl Into<String>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { span: Span::new(clamp(start), clamp(end)), text: text.into() }
    }
}

/// The operation as text edits, ascending and disjoint. `None` where it makes no sense on this
/// object, or where it would touch what an anchor, an alias or a merge shares with other places.
///
/// ```
/// use netpol::field::FieldPath;
/// use netpol::syntax::{self, edit};
/// let text = "spec:\n  # who\n  podSelector: {} # all\n";
/// let parsed = syntax::parse(text, &Default::default());
/// let operation = edit::Operation::Set {
///     at: FieldPath::parse("spec.policyTypes"),
///     value: serde_json::json!(["Egress"]),
/// };
/// let root = parsed.documents[0].root.unwrap();
/// let edits = edit::render(text, &parsed.tree, root, &operation).unwrap();
/// assert_eq!(
///     edit::apply(text, &edits).unwrap(),
///     "spec:\n  # who\n  podSelector: {} # all\n  policyTypes:\n  - Egress\n",
/// );
/// ```
#[must_use]
pub fn render(text: &str, tree: &Tree, root: NodeId, operation: &Operation) -> Option<Vec<TextEdit>> {
    render_all(text, tree, root, std::slice::from_ref(operation))
}

/// Several operations as one set of edits, each operation seeing what those before it made.
#[must_use]
pub fn render_all(text: &str, tree: &Tree, root: NodeId, operations: &[Operation]) -> Option<Vec<TextEdit>> {
    let slice = Slice::of(text, tree, root)?;
    let mut draft = Draft::new(tree, root);
    let mut current = slice.text.clone();
    let mut pieces = compose::Pieces::whole(current.len());
    let mut parsed = super::parse(&current, &LIMITS);
    for operation in operations {
        let sheet = sheet::Sheet::new(&current, &parsed.tree, sole(&parsed)?, slice.margin)?;
        let edits = sheet.edit(operation)?;
        draft.change(operation)?;
        current = apply(&current, &edits).ok()?;
        parsed = super::parse(&current, &LIMITS);
        if !draft.is(&parsed.tree, sole(&parsed)?) {
            return None;
        }
        pieces.apply(&edits);
    }
    slice.place(pieces.edits())
}

/// Nothing is bounded here that reading has not bounded already.
const LIMITS: Limits =
    Limits { bytes: usize::MAX, depth: usize::MAX, aliases: 1_000_000, documents: 8, fixes: 0 };

/// The root of a text that is one document without a fault.
fn sole(parsed: &Parsed) -> Option<NodeId> {
    match parsed.documents.as_slice() {
        [document] if parsed.faults.is_empty() => document.root,
        _ => None,
    }
}

/// An object's own text, set free from what surrounds it: its first line gets the indentation it
/// would have on a line of its own.
struct Slice {
    text: String,
    start: usize,
    margin: usize,
}

impl Slice {
    fn of(text: &str, tree: &Tree, root: NodeId) -> Option<Self> {
        let span = tree.span(root);
        let (start, end) = (span.start as usize, span.end as usize);
        let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let flow = tree.node(root).style == super::Style::Flow;
        // A byte order mark takes no column.
        let margin = if flow { 0 } else { text.get(line..start)?.trim_start_matches('\u{feff}').len() };
        let end = match text.get(end..)?.find('\n') {
            _ if flow => end,
            Some(at) => end + at + 1,
            None => text.len(),
        };
        Some(Self { text: " ".repeat(margin) + text.get(start..end)?, start, margin })
    }

    fn place(&self, edits: Vec<TextEdit>) -> Option<Vec<TextEdit>> {
        let shift = |at: u32| (at as usize).checked_sub(self.margin).map(|at| at + self.start);
        edits
            .into_iter()
            .map(|edit| Some(TextEdit::new(shift(edit.span.start)?, shift(edit.span.end)?, edit.text)))
            .collect()
    }
}

/// Two edits that claim the same text, or one that lies outside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The edit that could not be applied.
    pub edit: TextEdit,
}

/// Applies edits, in whatever order they come; insertions at one place keep their order.
///
/// # Errors
/// Where two edits overlap, or one lies outside the text or cuts a character.
pub fn apply(text: &str, edits: &[TextEdit]) -> Result<String, Overlap> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    crate::order::sort_by_key(&mut sorted, |edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        let refused = || Overlap { edit: edit.clone() };
        out.push_str(text.get(done..start).ok_or_else(refused)?);
        text.get(start..end).ok_or_else(refused)?;
        out.push_str(&edit.text);
        done = end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Ok(out)
}

/// Operations as one JSON Patch (RFC 6902) on the object, each seeing what those before it made.
/// `None` where one makes no sense on it.
#[must_use]
pub fn json_patch(tree: &Tree, root: NodeId, operations: &[Operation]) -> Option<Vec<Json>> {
    let mut draft = Draft::new(tree, root);
    let mut patch = Vec::new();
    for operation in operations {
        patch.extend(draft.patch(operation)?);
    }
    Some(patch)
}
