//! JSON as data: read from one end to the other in a single pass, by someone who knows which parts
//! of it are wanted. Only those become trees, and each a tree of its own.
//!
//! How the text is laid out means nothing here: the names of an object come out sorted, whatever
//! was done to them on the way, and of equal ones the last counts.

use super::json::{Cursor, Reader, Written};
use super::tree::{Document, Fault, Parsed, Tree};
use super::yaml::{clamp, depth_limit};
use crate::options::Limits;
use crate::source::Span;
use std::borrow::Cow;

/// What comes next in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `null`.
    Null,
    /// A boolean.
    Bool,
    /// Text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
    /// A number, or nothing of JSON.
    Number,
}

/// A text and how far it is read.
#[derive(Debug)]
pub(crate) struct Data<'t> {
    cursor: Cursor<'t>,
    limits: Limits,
}

/// The name of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'t>(Written<'t>);

impl<'t> Name<'t> {
    /// Its text.
    pub(crate) fn text(self) -> Cow<'t, str> {
        self.0.text()
    }
}

impl<'t> Data<'t> {
    /// Begins to read.
    ///
    /// # Errors
    /// The text is too long.
    pub(crate) fn new(text: &'t str, limits: Limits) -> Result<Self, Box<Fault>> {
        match super::too_long(text, limits.bytes) {
            Some(fault) => Err(Box::new(fault)),
            None => Ok(Self { cursor: Cursor::new(text, 0), limits }),
        }
    }

    /// What the next value is.
    pub(crate) fn kind(&mut self) -> Kind {
        self.cursor.space();
        match self.cursor.peek() {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'"') => Kind::Text,
            Some(b'[') => Kind::List,
            Some(b'{') => Kind::Object,
            _ => Kind::Number,
        }
    }

    /// Reads the fields of an object: `each` is given every name, and reads or skips its value.
    pub(crate) fn fields(
        &mut self,
        mut each: impl FnMut(&mut Self, Name<'t>) -> Result<(), Box<Fault>>,
    ) -> Result<(), Box<Fault>> {
        if self.kind() != Kind::Object {
            return Err(self.cursor.unexpected("looking for beginning of value"));
        }
        let mut more = !self.cursor.opens_empty(b'}');
        while more {
            let (name, _) = self.cursor.key()?;
            each(self, Name(name))?;
            more = self.cursor.goes_on(b'}')?;
        }
        Ok(())
    }

    /// Passes a value by, and gives its text.
    pub(crate) fn skip(&mut self) -> Result<&'t str, Box<Fault>> {
        self.cursor.space();
        let start = self.cursor.at;
        self.cursor.skip(depth_limit(&self.limits), &self.limits)?;
        Ok(self.cursor.since(start))
    }

    /// Reads text.
    pub(crate) fn text(&mut self) -> Result<String, Box<Fault>> {
        match self.kind() {
            Kind::Text => Ok(self.cursor.string()?.text().into_owned()),
            _ => Err(self.cursor.unexpected("looking for beginning of value")),
        }
    }

    /// Reads a value into a tree of its own, and gives its text, too; spans are of that text.
    pub(crate) fn tree(&mut self) -> Result<(&'t str, Parsed), Box<Fault>> {
        self.cursor.space();
        let (start, mut tree) = (self.cursor.at, Tree::over(self.cursor.rest()));
        let mut reader = Reader::of_data(self.cursor, &self.limits, &mut tree);
        let root = reader.value()?;
        self.cursor = reader.cursor;
        let text = self.cursor.since(start);
        let span = Span::new(0, clamp(text.len()));
        let document = Document { index: 0, span, root: Some(root), duplicates: Vec::new() };
        Ok((text, Parsed { tree, documents: vec![document], faults: Vec::new() }))
    }

    /// Reads a text that is one value, as `tree` does.
    pub(crate) fn whole(text: &'t str, limits: Limits) -> Result<(&'t str, Parsed), Box<Fault>> {
        let mut data = Self::new(text, limits)?;
        let read = data.tree()?;
        data.end().map(|()| read)
    }

    /// Ends: nothing but white space may follow.
    pub(crate) fn end(mut self) -> Result<(), Box<Fault>> {
        self.cursor.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Value;
    use super::*;

    fn read(text: &str) -> Result<(&str, Parsed), Box<Fault>> {
        Data::whole(text, Limits::default())
    }

    fn shown(tree: &Tree, id: super::super::NodeId) -> String {
        match tree.node(id).value {
            Value::Mapping(_) => tree
                .entries(id)
                .iter()
                .map(|it| format!("{}={} ", tree.as_str(it.key).unwrap(), shown(tree, it.value)))
                .collect(),
            Value::Sequence(items) => items.iter().map(|it| shown(tree, *it)).collect::<Vec<_>>().join(","),
            Value::String(text) | Value::Number(text) => text.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn names_come_sorted_and_the_last_of_a_double_counts() {
        let (text, parsed) =
            read(r#" {"b": [1, "x\u0041\n"], "a": {"$patch": 1}, "a": true, "c": null} "#).unwrap();
        let document = &parsed.documents[0];
        assert_eq!(shown(&parsed.tree, document.root.unwrap()), "a=Bool(true) b=1,xA\n c=Null ");
        assert_eq!((document.span.of(text).len(), document.duplicates.len()), (text.len(), 0));
        // Nothing is left of what does not count.
        assert!(
            parsed.tree.nodes().all(
                |it| it.value == Value::Null || !matches!(it.value, Value::Mapping(of) if of.len() == 1)
            )
        );
        let b = parsed.tree.get(document.root.unwrap(), "b").unwrap();
        assert_eq!(parsed.tree.span(b).of(text), r#"[1, "x\u0041\n"]"#);
    }

    #[test]
    fn what_is_passed_by_must_be_json_too() {
        let skip = |text| {
            Data::new(text, Limits::default()).and_then(|mut data| {
                data.skip()?;
                data.end()
            })
        };
        assert!(skip(r#"{"a": [1.5e3, {"b": "\ud83d\ude00"}, [], {}, -0, null, true]} "#).is_ok());
        let told = |text| skip(text).unwrap_err().message;
        let deep = "[".repeat(500);
        for (text, want) in [
            ("", "unexpected EOF"),
            ("x", "invalid character 'x' looking for beginning of value"),
            ("{} {}", "offset 4: invalid character '{' after top-level value"),
            ("{\"a\": 01}", "offset 8: invalid character '1' after object key:value pair"),
            ("{\"a\" 1}", "offset 6: invalid character '1' after object key"),
            ("{a: 1}", "offset 2: invalid character 'a' looking for beginning of object key string"),
            ("[1,]", "offset 4: invalid character ']' looking for beginning of value"),
            ("\"\\u12x4\"", "in \\u hexadecimal character escape"),
            (deep.as_str(), "nested more than 100 levels deep"),
        ] {
            assert!(told(text).contains(want), "{text}: {}", told(text));
            assert_eq!(read(text).unwrap_err().message, told(text));
        }
    }
}
