//! Reads a request's JSON by field, so that every fault can name the part it is about.

use crate::api::ApiError;
use crate::config::unknown;
use crate::field::FieldPath;
use crate::options::Limits;
use crate::syntax::{self, NodeId, Parsed, Value};

/// A request's text, parsed.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    text: &'t str,
    parsed: Parsed,
}

impl<'t> Reader<'t> {
    /// Reads the text of a request. The sources in it have limits of their own; the request
    /// itself may be as long as its host can hold.
    pub(super) fn parse(text: &'t str) -> Result<Self, ApiError> {
        let limits = Limits { bytes: usize::MAX, depth: 512, aliases: 0, documents: 1 };
        let parsed = syntax::parse_json(text, &limits);
        if let Some(fault) = parsed.faults.first() {
            let message = format!("the request is not JSON: {}", fault.message);
            return Err(ApiError::new("invalid-request", "", message));
        }
        Ok(Self { text, parsed })
    }

    /// The request itself.
    pub(super) fn root(&self) -> Part<'_> {
        let node = self.parsed.documents.first().and_then(|document| document.root);
        Part { reader: self, node, at: FieldPath::root() }
    }
}

/// One value of a request and where it stands; the node is absent where the field is.
#[derive(Clone, Debug)]
pub(super) struct Part<'r> {
    reader: &'r Reader<'r>,
    node: Option<NodeId>,
    /// The path in the request.
    pub(super) at: FieldPath,
}

impl<'r> Part<'r> {
    fn value(&self) -> &'r Value {
        self.node.map_or(&Value::Null, |node| &self.reader.parsed.tree.node(node).value)
    }

    /// Whether the field is there at all.
    pub(super) fn is_present(&self) -> bool {
        self.node.is_some()
    }

    /// The text of the request that this value stands on.
    pub(super) fn raw(&self) -> &'r str {
        self.node.map_or("", |node| self.reader.parsed.tree.span(node).of(self.reader.text))
    }

    /// A fault about this part.
    pub(super) fn fault(&self, message: impl Into<String>) -> ApiError {
        ApiError::new("invalid-request", self.at.to_string(), message)
    }

    fn wrong(&self, wanted: &str) -> ApiError {
        let is = match self.value() {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "an object",
        };
        let name = if self.at.0.is_empty() { "the request".into() } else { format!("`{}`", self.at) };
        self.fault(format!("{name} must be {wanted}, not {is}"))
    }

    /// A field of an object.
    pub(super) fn field(&self, name: &str) -> Self {
        let node = self.node.and_then(|node| self.reader.parsed.tree.get(node, name));
        Self { reader: self.reader, node, at: self.at.field(name) }
    }

    /// Checks that this is an object (or nothing) with no fields beside `known`.
    pub(super) fn object(&self, known: &[&str]) -> Result<(), ApiError> {
        match self.value() {
            Value::Null => Ok(()),
            Value::Mapping(entries) => {
                for entry in entries {
                    let name = self.reader.parsed.tree.as_str(entry.key).unwrap_or_default();
                    if !known.contains(&name) {
                        let message = unknown("field", name, known.iter().copied());
                        return Err(ApiError::new(
                            "invalid-request",
                            self.at.field(name).to_string(),
                            message,
                        ));
                    }
                }
                Ok(())
            }
            _ => Err(self.wrong("an object")),
        }
    }

    /// The fields of an object with free keys.
    pub(super) fn map(&self) -> Result<Vec<(&'r str, Self)>, ApiError> {
        match self.value() {
            Value::Null => Ok(Vec::new()),
            Value::Mapping(entries) => Ok(entries
                .iter()
                .map(|entry| {
                    let name = self.reader.parsed.tree.as_str(entry.key).unwrap_or_default();
                    (name, Self { reader: self.reader, node: Some(entry.value), at: self.at.key(name) })
                })
                .collect()),
            _ => Err(self.wrong("an object")),
        }
    }

    /// The items of a list; none where it is absent.
    pub(super) fn list(&self) -> Result<Vec<Self>, ApiError> {
        match self.value() {
            Value::Null => Ok(Vec::new()),
            Value::Sequence(items) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, node)| Self {
                    reader: self.reader,
                    node: Some(*node),
                    at: self.at.index(index),
                })
                .collect()),
            _ => Err(self.wrong("a list")),
        }
    }

    /// The items of a list of strings.
    pub(super) fn strings(&self) -> Result<Vec<String>, ApiError> {
        self.list()?.iter().map(|item| item.string().map(str::to_owned)).collect()
    }

    /// A string that must be there.
    pub(super) fn string(&self) -> Result<&'r str, ApiError> {
        self.optional_string()?.ok_or_else(|| self.wrong("a string"))
    }

    /// A string, if it is there.
    pub(super) fn optional_string(&self) -> Result<Option<&'r str>, ApiError> {
        match self.value() {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            _ => Err(self.wrong("a string")),
        }
    }

    /// A boolean; false where it is absent.
    pub(super) fn flag(&self) -> Result<bool, ApiError> {
        match self.value() {
            Value::Null => Ok(false),
            Value::Bool(it) => Ok(*it),
            _ => Err(self.wrong("a boolean")),
        }
    }

    /// A whole number that is not negative, if it is there.
    pub(super) fn count(&self) -> Result<Option<usize>, ApiError> {
        match self.value() {
            Value::Null => Ok(None),
            Value::Number(text) => text.parse().map(Some).map_err(|_| self.wrong("a whole number")),
            _ => Err(self.wrong("a whole number")),
        }
    }
}
