//! JSON with a span on every node, read as apimachinery reads it: a stream of values, strict in
//! its grammar, in `encoding/json`'s words where it is broken.

mod cursor;

pub(super) use cursor::{Cursor, Written};

use super::Parsed;
use super::tree::{Document, Entry, Fault, FaultKind, Node, NodeId, Style, Tree, Value};
use super::yaml::{self, clamp, depth_limit, too_deep};
use crate::options::Limits;
use crate::source::Span;

pub(super) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Reads a text that starts with `{`. What fails as JSON before a second value is read is tried
/// as YAML from there on; the first piece that fails both ways keeps the JSON fault.
pub(super) fn parse(text: &str, limits: &Limits) -> Parsed {
    let mut parsed = Parsed::default();
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
                let mut fault = Fault { document: index, ..fault };
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

/// Reads a value into a tree.
pub(super) struct Reader<'t, 'a> {
    pub(super) cursor: Cursor<'t>,
    limits: &'a Limits,
    tree: &'a mut Tree,
    duplicates: Vec<NodeId>,
    /// What is read for its data alone: spans count from here, names are sorted, and of equal ones
    /// only the last is kept.
    data: Option<usize>,
}

/// An open collection.
struct Frame {
    start: usize,
    /// Where its items or entries begin in the shared stacks.
    first: usize,
    /// The key whose value is awaited; absent in lists.
    key: Option<NodeId>,
    mapping: bool,
}

impl<'t, 'a> Reader<'t, 'a> {
    fn new(cursor: Cursor<'t>, limits: &'a Limits, tree: &'a mut Tree) -> Self {
        Self { cursor, limits, tree, duplicates: Vec::new(), data: None }
    }

    /// A reader of data: the value here is as if it were all of the text.
    pub(super) fn of_data(cursor: Cursor<'t>, limits: &'a Limits, tree: &'a mut Tree) -> Self {
        Self { data: Some(cursor.at), ..Self::new(cursor, limits, tree) }
    }

    pub(super) fn value(&mut self) -> Result<NodeId, Fault> {
        let mut frames: Vec<Frame> = Vec::new();
        let (mut items, mut entries): (Vec<NodeId>, Vec<Entry>) = (Vec::new(), Vec::new());
        loop {
            let mut done = match self.open(&mut frames, items.len(), entries.len())? {
                Some(id) => id,
                None => continue,
            };
            // Hand the value to its collection, and close what closes.
            loop {
                let Some(frame) = frames.last_mut() else {
                    return Ok(done);
                };
                let close = if frame.mapping {
                    entries.extend(frame.key.take().map(|key| Entry { key, value: done, merged: false }));
                    b'}'
                } else {
                    items.push(done);
                    b']'
                };
                if self.cursor.goes_on(close)? {
                    if frame.mapping {
                        frame.key = Some(self.key()?);
                    }
                    break;
                }
                done = self.close(&mut frames, &mut items, &mut entries);
            }
        }
    }

    /// Reads the start of a value: a whole scalar or empty collection, or one level down.
    fn open(
        &mut self,
        frames: &mut Vec<Frame>,
        items: usize,
        entries: usize,
    ) -> Result<Option<NodeId>, Fault> {
        self.cursor.space();
        let start = self.cursor.at;
        let mapping = match self.cursor.peek() {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return self.scalar().map(Some),
        };
        if frames.len() >= depth_limit(self.limits) {
            return Err(too_deep(start, self.limits));
        }
        if self.cursor.opens_empty(if mapping { b'}' } else { b']' }) {
            let value = if mapping { Value::Mapping(&[]) } else { Value::Sequence(&[]) };
            return Ok(Some(self.push(start, value, Style::Flow)));
        }
        let key = if mapping { Some(self.key()?) } else { None };
        frames.push(Frame { start, first: if mapping { entries } else { items }, key, mapping });
        Ok(None)
    }

    fn close(
        &mut self,
        frames: &mut Vec<Frame>,
        items: &mut Vec<NodeId>,
        entries: &mut Vec<Entry>,
    ) -> NodeId {
        let Some(frame) = frames.pop() else {
            return self.push(self.cursor.at, Value::Null, Style::Flow);
        };
        if frame.mapping {
            self.settle(frame.first, entries);
            let own = entries.get(frame.first..).unwrap_or_default();
            let id = self.push(frame.start, Value::Mapping(own), Style::Flow);
            entries.truncate(frame.first);
            return id;
        }
        let own = items.get(frame.first..).unwrap_or_default();
        let id = self.push(frame.start, Value::Sequence(own), Style::Flow);
        items.truncate(frame.first);
        id
    }

    /// Looks through the entries of a mapping, those from `first` on, for names written twice; of
    /// data, puts them in order.
    fn settle(&mut self, first: usize, entries: &mut Vec<Entry>) {
        let own = entries.get_mut(first..).unwrap_or_default();
        if self.data.is_none() {
            return yaml::find_doubles(self.tree, own, &mut self.duplicates);
        }
        let name = |entry: &Entry| self.tree.as_str(entry.key);
        if own.is_sorted_by(|a, b| name(a) < name(b)) {
            return;
        }
        crate::order::sort_by(own, |a, b| name(a).cmp(&name(b)));
        if own.is_sorted_by(|a, b| name(a) < name(b)) {
            return;
        }
        let mut own: Vec<Entry> = entries.drain(first..).collect();
        let mut left = Vec::new();
        own.dedup_by(|later, kept| {
            let same = name(later) == name(kept);
            if same {
                left.push(kept.value);
                *kept = *later;
            }
            same
        });
        entries.extend(own);
        left.into_iter().for_each(|id| self.tree.forget(id));
    }

    fn key(&mut self) -> Result<NodeId, Fault> {
        self.cursor.space();
        let start = self.cursor.at;
        let (key, end) = self.cursor.key()?;
        Ok(self.push_to(start, end, Value::String(&key.text()), Style::Quoted))
    }

    fn scalar(&mut self) -> Result<NodeId, Fault> {
        let cursor = &mut self.cursor;
        let start = cursor.at;
        let value = match cursor.peek() {
            Some(b'"') => {
                let text = cursor.string()?.text();
                return Ok(self.push(start, Value::String(&text), Style::Quoted));
            }
            Some(b't') => cursor.literal("true").map(|()| Value::Bool(true))?,
            Some(b'f') => cursor.literal("false").map(|()| Value::Bool(false))?,
            Some(b'n') => cursor.literal("null").map(|()| Value::Null)?,
            _ => {
                cursor.number()?;
                Value::Number(cursor.since(start))
            }
        };
        Ok(self.push(start, value, Style::Plain))
    }

    fn push(&mut self, start: usize, value: Value<'_>, style: Style) -> NodeId {
        self.push_to(start, self.cursor.at, value, style)
    }

    fn push_to(&mut self, start: usize, end: usize, value: Value<'_>, style: Style) -> NodeId {
        let base = self.data.unwrap_or_default();
        self.tree.push(Node { span: Span::new(clamp(start - base), clamp(end - base)), value, style })
    }
}
