//! JSON with a span on every node, read as apimachinery reads it: a stream of values, strict in
//! its grammar, in `encoding/json`'s words where it is broken.

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
        let bytes = text.as_bytes();
        let start = skip_space(bytes, at);
        if start >= bytes.len() || !yaml::admit_document(&mut parsed, limits, start) {
            return parsed;
        }
        let index = clamp(parsed.documents.len());
        let before = parsed.tree.len();
        let mut reader =
            Reader { bytes, text, at: start, limits, tree: &mut parsed.tree, duplicates: Vec::new() };
        let read = reader.value();
        let (end, duplicates) = (reader.at, reader.duplicates);
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
    yaml::parse_from(text, at + skip, limits, parsed);
    if let Some(first) = parsed.faults.get_mut(faults)
        && first.kind == FaultKind::Broken
        && first.document == fault.document
    {
        *first = fault;
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

struct Reader<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    limits: &'t Limits,
    tree: &'t mut Tree,
    duplicates: Vec<NodeId>,
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

impl Reader<'_> {
    fn value(&mut self) -> Result<NodeId, Fault> {
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
                self.space();
                let next = self.peek();
                let close = if frame.mapping {
                    entries.extend(frame.key.take().map(|key| Entry { key, value: done, merged: false }));
                    b'}'
                } else {
                    items.push(done);
                    b']'
                };
                if next == Some(b',') {
                    self.at += 1;
                    if frame.mapping {
                        self.space();
                        frame.key = Some(self.key("looking for beginning of object key string")?);
                    }
                    break;
                }
                if next != Some(close) {
                    let place =
                        if close == b'}' { "after object key:value pair" } else { "after array element" };
                    return Err(self.unexpected(place));
                }
                self.at += 1;
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
        self.space();
        let start = self.at;
        let mapping = match self.peek() {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return self.scalar().map(Some),
        };
        if frames.len() >= depth_limit(self.limits) {
            return Err(too_deep(start, self.limits));
        }
        self.at += 1;
        self.space();
        let empty = if mapping { b'}' } else { b']' };
        if self.peek() == Some(empty) {
            self.at += 1;
            let value =
                if mapping { Value::Mapping(Box::default()) } else { Value::Sequence(Box::default()) };
            return Ok(Some(self.push(start, value, Style::Flow)));
        }
        let key = if mapping { Some(self.key("looking for beginning of object key string")?) } else { None };
        frames.push(Frame { start, first: if mapping { entries } else { items }, key, mapping });
        Ok(None)
    }

    fn close(
        &mut self,
        frames: &mut Vec<Frame>,
        items: &mut Vec<NodeId>,
        entries: &mut Vec<Entry>,
    ) -> NodeId {
        let (start, value) = match frames.pop() {
            Some(frame) if frame.mapping => {
                let own: Box<[Entry]> = entries.drain(frame.first..).collect();
                yaml::find_doubles(self.tree, &own, &mut self.duplicates);
                (frame.start, Value::Mapping(own))
            }
            Some(frame) => (frame.start, Value::Sequence(items.drain(frame.first..).collect())),
            None => (self.at, Value::Null),
        };
        self.push(start, value, Style::Flow)
    }

    /// A key and its colon.
    fn key(&mut self, place: &str) -> Result<NodeId, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(place));
        }
        let start = self.at;
        let text = self.string()?;
        let key = self.push(start, Value::String(text), Style::Quoted);
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("after object key"));
        }
        self.at += 1;
        Ok(key)
    }

    fn scalar(&mut self) -> Result<NodeId, Fault> {
        let start = self.at;
        let (value, style) = match self.peek() {
            Some(b'"') => (Value::String(self.string()?), Style::Quoted),
            Some(b't') => (self.literal("true", Value::Bool(true))?, Style::Plain),
            Some(b'f') => (self.literal("false", Value::Bool(false))?, Style::Plain),
            Some(b'n') => (self.literal("null", Value::Null)?, Style::Plain),
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                (Value::Number(self.text.get(start..self.at).unwrap_or_default().into()), Style::Plain)
            }
            _ => return Err(self.unexpected("looking for beginning of value")),
        };
        Ok(self.push(start, value, style))
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        for (nth, wanted) in word.bytes().enumerate() {
            if self.peek() != Some(wanted) {
                debug_assert!(nth > 0);
                return Err(
                    self.unexpected(&format!("in literal {word} (expecting '{}')", char::from(wanted)))
                );
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(())
    }

    fn digits(&mut self, place: &str) -> Result<(), Fault> {
        if !self.peek().is_some_and(|b| b.is_ascii_digit()) {
            return Err(self.unexpected(place));
        }
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Box<str>, Fault> {
        self.at += 1;
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let plain = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
        self.at += plain;
        let head = self.text.get(start..self.at).unwrap_or_default();
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(head.into());
        }
        let mut out = String::from(head);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out.into());
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape(&mut out)?;
                }
                None | Some(0..=0x1f) => return Err(self.unexpected("in string literal")),
                Some(_) => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    let plain =
                        rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
                    out.push_str(self.text.get(self.at..self.at + plain).unwrap_or_default());
                    self.at += plain;
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Fault> {
        let c = match self.peek() {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let unit = self.hex()?;
                out.push(self.second(unit));
                return Ok(());
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        out.push(c);
        Ok(())
    }

    /// The character of a UTF-16 unit and, where it needs one, of the escape that follows. Halves
    /// that stand alone become U+FFFD.
    fn second(&mut self, unit: u32) -> char {
        let start = self.at;
        if (0xd800..0xdc00).contains(&unit) && self.bytes.get(start..start + 2) == Some(b"\\u") {
            self.at += 2;
            match self.hex() {
                Ok(low) if (0xdc00..0xe000).contains(&low) => {
                    let both = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                    return char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER);
                }
                _ => self.at = start,
            }
        }
        char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|b| char::from(b).to_digit(16)) else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        self.at = skip_space(self.bytes, self.at);
    }

    fn push(&mut self, start: usize, value: Value, style: Style) -> NodeId {
        self.tree.push(Node { span: Span::new(clamp(start), clamp(self.at)), value, style })
    }

    /// The fault of the byte here, in Go's words. Go counts the byte it stumbled over.
    fn unexpected(&self, place: &str) -> Fault {
        let message = match self.peek() {
            None => "unexpected EOF".into(),
            Some(byte) => {
                format!("json: offset {}: invalid character {} {place}", self.at + 1, quoted(byte))
            }
        };
        let start = self.at;
        let width = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Fault {
            document: 0,
            span: Span::new(clamp(start), clamp(start + width)),
            kind: FaultKind::Broken,
            message,
            help: None,
        }
    }
}

/// A byte as Go shows it: as if it were a character.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".into(),
        b'"' => r#"'"'"#.into(),
        b'\\' => r"'\\'".into(),
        7 => r"'\a'".into(),
        8 => r"'\b'".into(),
        b'\t' => r"'\t'".into(),
        b'\n' => r"'\n'".into(),
        0xb => r"'\v'".into(),
        0xc => r"'\f'".into(),
        b'\r' => r"'\r'".into(),
        0..0x20 | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        0xa0 => r"'\u00a0'".into(),
        _ => format!("'{}'", char::from(byte)),
    }
}
