//! Reads a request's JSON, or a configuration's YAML, by field, so that every fault can name the
//! part it is about.

use crate::api::ApiError;
use crate::config::unknown;
use crate::field::FieldPath;
use crate::options::Limits;
#[cfg(feature = "cli")]
use crate::source::{Encoding, LineIndex};
#[cfg(feature = "cli")]
use crate::syntax;
use crate::syntax::data::Data;
use crate::syntax::{NodeId, Parsed, Value};

/// A request's text, parsed.
#[derive(Debug)]
pub(crate) struct Reader<'t> {
    text: &'t str,
    parsed: Parsed,
}

impl<'t> Reader<'t> {
    /// Reads the text of a request. The sources in it have limits of their own; the request
    /// itself may be as long as its host can hold.
    pub(crate) fn parse(text: &'t str) -> Result<Self, ApiError> {
        let limits = Limits { bytes: usize::MAX, depth: 512, aliases: 0, documents: 1, fixes: 0 };
        let (text, parsed) = Data::whole(text, limits).map_err(|fault| {
            let message = fault.message.strip_prefix("json: ").unwrap_or(&fault.message);
            ApiError::new("invalid-request", "", format!("the request is not JSON: {message}"))
        })?;
        Ok(Self { text, parsed })
    }

    /// Parses the text of a configuration. A fault comes with its line and column.
    #[cfg(feature = "cli")]
    pub(crate) fn yaml(text: &'t str) -> Result<Self, (String, String)> {
        let parsed = syntax::parse(text, &Limits { aliases: 1_000, documents: 2, ..Limits::default() });
        if let Some(fault) = parsed.faults.first() {
            return Err((place(text, fault.span.start), fault.message.clone()));
        }
        let mut documents = parsed.documents.iter();
        if let (Some(_), Some(second)) = (documents.next(), documents.next()) {
            let at = second.root.map_or(0, |root| parsed.tree.span(root).start);
            return Err((place(text, at), "a configuration is one document".into()));
        }
        if let Some(twice) = parsed.documents.iter().flat_map(|it| &it.duplicates).next() {
            let key = parsed.tree.span(*twice);
            return Err((place(text, key.start), format!("`{}` is written twice", key.of(text))));
        }
        Ok(Self { text, parsed })
    }

    /// `line:column` of a path's key, or of the deepest part of it that is written.
    #[cfg(feature = "cli")]
    pub(crate) fn line_and_column(&self, at: &str) -> String {
        let root = self.parsed.documents.first().and_then(|document| document.root);
        let start = root.map_or(0, |root| {
            let found = self.parsed.tree.find(root, &FieldPath::parse(at));
            self.parsed.tree.span(found.key.unwrap_or(found.node)).start
        });
        place(self.text, start)
    }

    /// The request itself.
    pub(crate) fn root(&self) -> Part<'_> {
        let node = self.parsed.documents.first().and_then(|document| document.root);
        Part { reader: self, node, at: FieldPath::root() }
    }
}

/// One value of a request and where it stands; the node is absent where the field is.
#[derive(Clone, Debug)]
pub(crate) struct Part<'r> {
    reader: &'r Reader<'r>,
    node: Option<NodeId>,
    /// The path in the request.
    pub(crate) at: FieldPath,
}

impl<'r> Part<'r> {
    fn value(&self) -> Value<'r> {
        self.node.map_or(Value::Null, |node| self.reader.parsed.tree.node(node).value)
    }

    /// Whether the field is there at all.
    pub(crate) fn is_present(&self) -> bool {
        self.node.is_some()
    }

    /// Whether it is a number.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self.value(), Value::Number(_))
    }

    /// Whether it is a boolean.
    pub(crate) fn is_boolean(&self) -> bool {
        matches!(self.value(), Value::Bool(_))
    }

    /// Whether it is false.
    pub(crate) fn is_false(&self) -> bool {
        matches!(self.value(), Value::Bool(false))
    }

    /// The text of the request that this value stands on.
    pub(crate) fn raw(&self) -> &'r str {
        self.node.map_or("", |node| self.reader.parsed.tree.span(node).of(self.reader.text))
    }

    /// A fault about this part.
    pub(crate) fn fault(&self, message: impl Into<String>) -> ApiError {
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
    pub(crate) fn field(&self, name: &str) -> Self {
        let node = self.node.and_then(|node| self.reader.parsed.tree.get(node, name));
        Self { reader: self.reader, node, at: self.at.field(name) }
    }

    /// Checks that this is an object (or nothing) with no fields beside `known`.
    pub(crate) fn object(&self, known: &[&str]) -> Result<(), ApiError> {
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
    pub(crate) fn map(&self) -> Result<Vec<(&'r str, Self)>, ApiError> {
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
    pub(crate) fn list(&self) -> Result<Vec<Self>, ApiError> {
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

    /// The items of a list that must be there.
    pub(crate) fn required_list(&self) -> Result<Vec<Self>, ApiError> {
        if matches!(self.value(), Value::Null) { Err(self.wrong("a list")) } else { self.list() }
    }

    /// The items of a list of strings.
    pub(crate) fn strings(&self) -> Result<Vec<String>, ApiError> {
        self.list()?.iter().map(|item| item.string().map(str::to_owned)).collect()
    }

    /// A string that must be there.
    pub(crate) fn string(&self) -> Result<&'r str, ApiError> {
        self.optional_string()?.ok_or_else(|| self.wrong("a string"))
    }

    /// A string, if it is there.
    pub(crate) fn optional_string(&self) -> Result<Option<&'r str>, ApiError> {
        match self.value() {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            _ => Err(self.wrong("a string")),
        }
    }

    /// A boolean; false where it is absent.
    pub(crate) fn flag(&self) -> Result<bool, ApiError> {
        match self.value() {
            Value::Null => Ok(false),
            Value::Bool(it) => Ok(it),
            _ => Err(self.wrong("a boolean")),
        }
    }

    /// A whole number that is not negative, if it is there.
    pub(crate) fn count(&self) -> Result<Option<usize>, ApiError> {
        match self.value() {
            Value::Null => Ok(None),
            Value::Number(text) => text.parse().map(Some).map_err(|_| self.wrong("a whole number")),
            _ => Err(self.wrong("a whole number")),
        }
    }
}

#[cfg(feature = "cli")]
fn place(text: &str, offset: u32) -> String {
    let at = LineIndex::new(text).position(text, offset, Encoding::Utf8);
    format!("{}:{}", at.line, at.column)
}
