//! JSON with a span on every node, read as apimachinery reads it: a stream of values, strict in
//! its grammar, in `encoding/json`'s words where it is broken.

mod cursor;

pub(super) use cursor::{Cursor, Written};

use super::Parsed;
use super::tree::{Document, Entry, Fault, FaultKind, Node, NodeId, Style, Tree, Value};
use super::yaml::{self, clamp, depth_limit, too_deep};
use crate::options::Limits;
use crate::source::Span;
use std::cell::Cell;

pub(super) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Reads a text that starts with `{`. What fails as JSON before a second value is read is tried
/// as YAML from there on; the first piece that fails both ways keeps the JSON fault.
pub(super) fn parse(text: &str, limits: &Limits) -> Parsed {
    let mut parsed = Parsed { tree: Tree::over(text), ..Parsed::default() };
    let mut at = 0;
    loop {
        let mut cursor = Cursor::new(text, at);
        cursor.space();
        let start = cursor.at;
        if start >= text.len() || !yaml::admit_document(&mut parsed, limits, start) {
            return parsed;
        }
        let index = clamp(parsed.documents.len());
        let before = parsed.tree.mark();
        let mut reader = Reader::new(cursor, limits, &mut parsed.tree);
        let read = reader.value();
        let (end, duplicates) = (reader.cursor.at, reader.duplicates);
        match read {
            Ok(root) => {
                let span = Span::new(clamp(start), clamp(end));
                parsed.documents.push(Document { index, span, root: Some(root), duplicates });
                at = end;
            }
            Err(fault) => {
                parsed.tree.truncate(before);
                let mut fault = Fault { document: index, ..*fault };
                // Once a second value is read, Go leaves the offset out.
                if index > 1
                    && let Some(at) = fault.message.find("invalid character")
                {
                    fault.message.drain(..at);
                }
                if fault.kind == FaultKind::Limit || index > 1 {
                    lose(&mut parsed, fault, start, text.len());
                } else {
                    try_yaml(text, at, fault, limits, &mut parsed);
                }
                return parsed;
            }
        }
    }
}

fn lose(parsed: &mut Parsed, fault: Fault, start: usize, end: usize) {
    let span = Span::new(clamp(start), clamp(end));
    parsed.documents.push(Document { index: fault.document, span, root: None, duplicates: Vec::new() });
    parsed.faults.push(fault);
}

fn try_yaml(text: &str, at: usize, fault: Fault, limits: &Limits, parsed: &mut Parsed) {
    // The white space up to and including the first line break is eaten.
    let rest = text.get(at..).unwrap_or_default();
    let white = rest.len() - rest.trim_start().len();
    let skip = rest.get(..white).and_then(|space| space.find('\n')).map_or(white, |line| line + 1);
    let faults = parsed.faults.len();
    yaml::parse_from(text, at + skip, limits, yaml::How::PlainFirst, parsed);
    if let Some(first) = parsed.faults.get_mut(faults)
        && first.kind == FaultKind::Broken
        && first.document == fault.document
    {
        *first = fault;
    }
}

/// Reads a value into a tree that is over the text, or over what follows where data begins.
pub(super) struct Reader<'t, 'a> {
    pub(super) cursor: Cursor<'t>,
    limits: &'a Limits,
    tree: &'a mut Tree,
    duplicates: Vec<NodeId>,
    /// Items and entries of all open collections.
    items: Vec<NodeId>,
    entries: Vec<Entry>,
    /// What is read for its data alone: spans count from here, names are sorted, and of equal ones
    /// only the last is kept.
    data: Option<usize>,
}

impl<'t, 'a> Reader<'t, 'a> {
    fn new(cursor: Cursor<'t>, limits: &'a Limits, tree: &'a mut Tree) -> Self {
        let (items, entries) = Default::default();
        Self { cursor, limits, tree, duplicates: Vec::new(), items, entries, data: None }
    }

    /// A reader of data: the value here is as if it were all of the text.
    pub(super) fn of_data(cursor: Cursor<'t>, limits: &'a Limits, tree: &'a mut Tree) -> Self {
        Self { data: Some(cursor.at), ..Self::new(cursor, limits, tree) }
    }

    pub(super) fn value(&mut self) -> Result<NodeId, Box<Fault>> {
        self.within(depth_limit(self.limits))
    }

    /// A value, nested in at most so many collections more.
    fn within(&mut self, depth: usize) -> Result<NodeId, Box<Fault>> {
        self.cursor.space();
        match self.cursor.peek() {
            Some(b'{') => self.mapping(depth),
            Some(b'[') => self.list(depth),
            _ => match self.plain() {
                Some(text) => Ok(text),
                None => self.scalar(),
            },
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<NodeId, Box<Fault>> {
        let (start, first) = (self.cursor.at, self.entries.len());
        let depth = self.deeper(depth)?;
        let mut more = !self.cursor.opens_empty(b'}');
        while more {
            let key = self.key()?;
            let value = self.within(depth)?;
            self.entries.push(Entry { key, value, merged: false });
            more = self.cursor.goes_on(b'}')?;
        }
        self.settle(first);
        let span = self.span(start, self.cursor.at);
        let own = self.entries.get(first..).unwrap_or_default();
        let id = self.tree.push(Node { span, value: Value::Mapping(own), style: Style::Flow });
        self.entries.truncate(first);
        Ok(id)
    }

    fn list(&mut self, depth: usize) -> Result<NodeId, Box<Fault>> {
        let (start, first) = (self.cursor.at, self.items.len());
        let depth = self.deeper(depth)?;
        let mut more = !self.cursor.opens_empty(b']');
        while more {
            let item = self.within(depth)?;
            self.items.push(item);
            more = self.cursor.goes_on(b']')?;
        }
        let span = self.span(start, self.cursor.at);
        let own = self.items.get(first..).unwrap_or_default();
        let id = self.tree.push(Node { span, value: Value::Sequence(own), style: Style::Flow });
        self.items.truncate(first);
        Ok(id)
    }

    fn deeper(&self, depth: usize) -> Result<usize, Box<Fault>> {
        depth.checked_sub(1).ok_or_else(|| Box::new(too_deep(self.cursor.at, self.limits)))
    }

    /// Looks through the entries of a mapping, those from `first` on, for names written twice; of
    /// data, puts them in order.
    fn settle(&mut self, first: usize) {
        let own = self.entries.get_mut(first..).unwrap_or_default();
        if self.data.is_none() {
            return yaml::find_doubles(self.tree, own, &mut self.duplicates);
        }
        if own.len() < 2 {
            return;
        }
        // Whichever names end up side by side were compared.
        let doubled = Cell::new(false);
        crate::order::sort_by(own, |a, b| {
            let order = self.tree.compare_text(a.key, b.key);
            doubled.set(doubled.get() || order.is_eq());
            order
        });
        if !doubled.get() {
            return;
        }
        let mut own: Vec<Entry> = self.entries.drain(first..).collect();
        let mut left = Vec::new();
        own.dedup_by(|later, kept| {
            let same = self.tree.compare_text(later.key, kept.key).is_eq();
            if same {
                left.push(kept.value);
                *kept = *later;
            }
            same
        });
        self.entries.extend(own);
        left.into_iter().for_each(|id| self.tree.forget(id));
    }

    #[inline]
    fn key(&mut self) -> Result<NodeId, Box<Fault>> {
        self.cursor.space();
        if let Some(key) = self.plain() {
            return self.cursor.colon().map(|()| key);
        }
        let (key, end) = self.cursor.key()?;
        Ok(self.text(key, end))
    }

    /// Text without escapes, if that is what stands here.
    #[inline]
    fn plain(&mut self) -> Option<NodeId> {
        let start = self.cursor.at;
        let end = self.cursor.plain()?;
        Some(self.tree.push_string_at(self.span(start, end + 1), Style::Quoted, self.span(start + 1, end)))
    }

    fn scalar(&mut self) -> Result<NodeId, Box<Fault>> {
        let cursor = &mut self.cursor;
        let start = cursor.at;
        let value = match cursor.peek() {
            Some(b'"') => {
                let text = cursor.string()?;
                return Ok(self.text(text, self.cursor.at));
            }
            Some(b't') => cursor.literal("true").map(|()| Value::Bool(true))?,
            Some(b'f') => cursor.literal("false").map(|()| Value::Bool(false))?,
            Some(b'n') => cursor.literal("null").map(|()| Value::Null)?,
            _ => {
                cursor.number()?;
                return Ok(self.tree.push_number_at(self.span(start, self.cursor.at)));
            }
        };
        let span = self.span(start, self.cursor.at);
        Ok(self.tree.push(Node { span, value, style: Style::Plain }))
    }

    /// Text in its quotes, which end at `end`.
    #[inline]
    fn text(&mut self, text: Written<'_>, end: usize) -> NodeId {
        let span = self.span(text.start - 1, end);
        if text.plain {
            return self.tree.push_string_at(span, Style::Quoted, self.span(text.start, text.end));
        }
        self.tree.push(Node { span, value: Value::String(&text.text()), style: Style::Quoted })
    }

    #[inline]
    fn span(&self, start: usize, end: usize) -> Span {
        let base = self.data.unwrap_or_default();
        Span::new(clamp(start - base), clamp(end - base))
    }
}
