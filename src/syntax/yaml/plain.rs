//! The YAML that nearly every manifest is written in, read in one pass without the parser: block
//! mappings and lists, scalars of one line, flow collections within a line, comments.
//!
//! Takes a piece of text; gives the very tree that [`super::reader`] would, or nothing where the
//! text holds anything else, a fault included: then the parser reads it. `cargo xtask fuzz` and the
//! tests here hold the two against each other. It is worth having because the parser makes three
//! allocations for each scalar: reading costs a third of what it did.

use super::super::scalar::{self, Scalar};
use super::super::tree::{Entry, Node, NodeId, Style, Tree, Value};
use super::doubles::find_doubles;
use super::reader::{Read, to_value};
use super::{clamp, depth_limit};
use crate::options::Limits;
use crate::source::Span;

/// The parser gives up on keys a little longer than this.
const LONGEST_KEY: usize = 1000;

/// Reads the piece of `text` between two offsets, if it is as plain as that. Otherwise it may leave
/// nodes behind. The tree is over the text.
pub(super) fn read(text: &str, start: usize, end: usize, limits: &Limits, tree: &mut Tree) -> Option<Read> {
    let text = text.get(..end)?;
    let bytes = text.as_bytes();
    let piece = bytes.get(start..)?;
    // Tabs, other line breaks and what is no ASCII have rules of their own.
    if !piece.iter().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
        return None;
    }
    let mut at = start;
    if piece.starts_with(b"---") {
        let line = text.get(start..)?.lines().next()?;
        let after = line.get(3..)?.trim_start_matches(' ');
        let commented = after.starts_with('#') && line.as_bytes().get(3) == Some(&b' ');
        if !(after.is_empty() || commented) {
            return None;
        }
        at = start + line.len();
    }
    let left = depth_limit(limits);
    let mut reader = Plain {
        text,
        bytes,
        tree,
        line: at,
        at,
        left,
        nodes: Vec::new(),
        entries: Vec::new(),
        duplicates: Vec::new(),
    };
    if at == start {
        reader.settle(start)
    } else {
        reader.next_line()
    }
    let root = reader.block(reader.column())?.id;
    (reader.at == end).then_some(Read { root: Some(root), duplicates: reader.duplicates })
}

struct Plain<'t> {
    text: &'t str,
    bytes: &'t [u8],
    tree: &'t mut Tree,
    /// Where the line starts that is being read.
    line: usize,
    /// The next character to read; at the start of a line, its first that is no space.
    at: usize,
    /// How much deeper collections may still nest.
    left: usize,
    /// Items and entries of all open collections.
    nodes: Vec<NodeId>,
    entries: Vec<Entry>,
    duplicates: Vec<NodeId>,
}

/// A value just read, and where it ends.
struct Child {
    id: NodeId,
    end: usize,
}

impl Plain<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn second(&self) -> Option<u8> {
        self.bytes.get(self.at + 1).copied()
    }

    fn column(&self) -> usize {
        self.at - self.line
    }

    fn is_over(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Goes on behind the end of the line, to the first line that says something.
    fn next_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let line =
            rest.iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |end| self.at + end + 1);
        self.settle(line);
    }

    /// Goes to the first line from `line` on that says something.
    fn settle(&mut self, mut line: usize) {
        loop {
            let rest = self.bytes.get(line..).unwrap_or_default();
            let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
            (self.line, self.at) = (line, line + spaces);
            match self.peek() {
                Some(b'\n') => line = self.at + 1,
                Some(b'#') => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                        (self.line, self.at) = (self.bytes.len(), self.bytes.len());
                        return;
                    };
                    line = self.at + end + 1;
                }
                _ => return,
            }
        }
    }

    /// Whether nothing but a comment is left on the line; then goes on to the next.
    fn ends_line(&mut self) -> bool {
        let start = self.at;
        self.spaces();
        match self.peek() {
            None | Some(b'\n') => {}
            Some(b'#') if self.at > start => {}
            _ => return false,
        }
        self.next_line();
        true
    }

    fn push(&mut self, start: usize, end: usize, value: Value<'_>, style: Style) -> Child {
        let id = self.tree.push(Node { span: Span::new(clamp(start), clamp(end)), value, style });
        Child { id, end }
    }

    fn is_item(&self) -> bool {
        self.peek() == Some(b'-') && matches!(self.second(), None | Some(b' ' | b'\n'))
    }

    /// The length of the key that stands here, with its colon behind it.
    fn key(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        let length = rest.iter().take_while(|byte| is_word(**byte)).count();
        let keyed =
            rest.get(length) == Some(&b':') && matches!(rest.get(length + 1), None | Some(b' ' | b'\n'));
        let starts = rest.first().is_some_and(u8::is_ascii_alphabetic);
        (keyed && starts && length < LONGEST_KEY).then_some(length)
    }

    /// A key and its colon.
    fn keyed(&mut self) -> Option<NodeId> {
        let length = self.key()?;
        let key = self.text.get(self.at..self.at + length)?;
        if scalar::resolve("", key) != Ok(Scalar::Text) {
            return None;
        }
        let span = Span::new(clamp(self.at), clamp(self.at + length));
        self.at += length + 1;
        Some(self.tree.push_string_at(span, Style::Plain, span))
    }

    /// A block collection whose entries stand in a column.
    fn block(&mut self, column: usize) -> Option<Child> {
        if self.column() == 0 && self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"---")) {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let child = if self.is_item() {
            self.list(column)
        } else {
            self.key()?;
            self.mapping(column)
        };
        self.left += 1;
        child
    }

    fn list(&mut self, column: usize) -> Option<Child> {
        let (start, first, mut end) = (self.at, self.nodes.len(), self.at);
        while !self.is_over() && self.column() == column && self.is_item() {
            self.at += 1;
            self.spaces();
            let child = match self.peek()? {
                b'\n' | b'#' => {
                    self.next_line();
                    if self.is_over() || self.column() <= column {
                        return None;
                    }
                    self.block(self.column())?
                }
                // A list in a list on its line.
                _ if self.is_item() => return None,
                _ if self.key().is_some() => self.block(self.column())?,
                _ => self.value(column)?,
            };
            end = child.end;
            self.nodes.push(child.id);
        }
        let deeper = !self.is_over() && self.column() > column;
        (!deeper).then(|| self.items(start, end, first, Style::Block))
    }

    fn mapping(&mut self, column: usize) -> Option<Child> {
        let (start, first, mut end) = (self.at, self.entries.len(), self.at);
        while !self.is_over() && self.column() == column {
            let key = self.keyed()?;
            let colon = self.at;
            let child = if self.ends_line() {
                let deeper =
                    !self.is_over() && (self.column() > column || self.column() == column && self.is_item());
                if deeper {
                    self.block(self.column())?
                } else {
                    self.push(colon, colon, Value::Null, Style::Plain)
                }
            } else {
                self.value(column)?
            };
            end = end.max(child.end);
            self.entries.push(Entry { key, value: child.id, merged: false });
        }
        if !self.is_over() && self.column() > column {
            return None;
        }
        Some(self.fields(start, end, first, Style::Block))
    }

    /// A list of the nodes from `first` on.
    fn items(&mut self, start: usize, end: usize, first: usize, style: Style) -> Child {
        let items = Value::Sequence(self.nodes.get(first..).unwrap_or_default());
        let span = Span::new(clamp(start), clamp(end));
        let id = self.tree.push(Node { span, value: items, style });
        self.nodes.truncate(first);
        Child { id, end }
    }

    /// A mapping of the entries from `first` on.
    fn fields(&mut self, start: usize, end: usize, first: usize, style: Style) -> Child {
        let entries = self.entries.get(first..).unwrap_or_default();
        find_doubles(self.tree, entries, &mut self.duplicates);
        let span = Span::new(clamp(start), clamp(end));
        let id = self.tree.push(Node { span, value: Value::Mapping(entries), style });
        self.entries.truncate(first);
        Child { id, end }
    }

    /// A value that starts on the line of its key or dash, which stands in `column`, and ends there.
    fn value(&mut self, column: usize) -> Option<Child> {
        let child = match self.peek()? {
            b'{' | b'[' => self.flow()?,
            b'"' | b'\'' => self.quoted()?,
            _ => self.scalar()?,
        };
        // What stands deeper would go on with it.
        (self.ends_line() && (self.is_over() || self.column() <= column)).then_some(child)
    }

    /// A plain scalar in a block collection.
    fn scalar(&mut self) -> Option<Child> {
        let start = self.at;
        let first = self.peek()?;
        let starts = is_word(first) && (first != b'-' || self.second().is_some_and(is_word)) || first == b'$';
        let rest = self.bytes.get(start..)?;
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = self.text.get(start..start + line)?;
        let written = line.find(" #").map_or(line, |comment| line.get(..comment).unwrap_or_default());
        let written = written.trim_end_matches(' ');
        if !starts || written.contains(": ") || written.ends_with(':') {
            return None;
        }
        self.at = start + written.len();
        self.plain(start, written)
    }

    fn plain(&mut self, start: usize, written: &str) -> Option<Child> {
        let resolved = scalar::resolve("", written).ok()?;
        let end = start + written.len();
        if resolved == Scalar::Text {
            let span = Span::new(clamp(start), clamp(end));
            return Some(Child { id: self.tree.push_string_at(span, Style::Plain, span), end });
        }
        let mut room = String::new();
        let value = to_value(&resolved, written, &mut room).ok()?;
        Some(self.push(start, end, value, Style::Plain))
    }

    /// A quoted scalar without escapes.
    fn quoted(&mut self) -> Option<Child> {
        let (start, quote) = (self.at, self.peek()?);
        let rest = self.bytes.get(start + 1..)?;
        let length = rest.iter().position(|byte| *byte == quote || matches!(byte, b'\n' | b'\\'))?;
        let end = start + 1 + length;
        // Two single quotes are one; a backslash counts within double quotes only, but is rare.
        if self.bytes.get(end) != Some(&quote) || self.bytes.get(end + 1) == Some(&quote) {
            return None;
        }
        self.at = end + 1;
        let span = Span::new(clamp(start), clamp(self.at));
        let text = Span::new(span.start + 1, span.end - 1);
        Some(Child { id: self.tree.push_string_at(span, Style::Quoted, text), end: self.at })
    }

    /// A collection in brackets, on one line.
    fn flow(&mut self) -> Option<Child> {
        self.left = self.left.checked_sub(1)?;
        let (start, mapping) = (self.at, self.peek()? == b'{');
        let (first_node, first_entry) = (self.nodes.len(), self.entries.len());
        let close = if mapping { b'}' } else { b']' };
        self.at += 1;
        self.spaces();
        while self.peek()? != close {
            let key = if mapping {
                let key = self.keyed()?;
                self.spaces();
                Some(key)
            } else {
                None
            };
            let child = match self.peek()? {
                b'{' | b'[' => self.flow()?,
                b'"' | b'\'' => self.quoted()?,
                _ => self.word()?,
            };
            match key {
                Some(key) => self.entries.push(Entry { key, value: child.id, merged: false }),
                None => self.nodes.push(child.id),
            }
            self.spaces();
            match self.peek()? {
                b',' => {
                    self.at += 1;
                    self.spaces();
                    // What follows a comma is written.
                    if self.peek()? == close {
                        return None;
                    }
                }
                byte if byte == close => {}
                _ => return None,
            }
        }
        self.at += 1;
        self.left += 1;
        Some(if mapping {
            self.fields(start, self.at, first_entry, Style::Flow)
        } else {
            self.items(start, self.at, first_node, Style::Flow)
        })
    }

    /// A plain scalar in a flow collection.
    fn word(&mut self) -> Option<Child> {
        let start = self.at;
        let rest = self.bytes.get(start..)?;
        let length = rest.iter().take_while(|byte| is_word(**byte)).count();
        if length == 0
            || rest.first() == Some(&b'-')
            || !matches!(rest.get(length), Some(b' ' | b',' | b'}' | b']'))
        {
            return None;
        }
        self.at += length;
        let written = self.text.get(start..self.at)?;
        self.plain(start, written)
    }

    fn spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }
}

/// Characters that mean nothing but themselves wherever a plain scalar may stand.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml::reader;

    /// What this reader and the parser make of a text, where this one reads it at all.
    fn is_read_alike(text: &str) -> bool {
        let (mut ours, mut theirs) = (Tree::over(text), Tree::default());
        let limits = Limits { depth: 9, ..Limits::default() };
        let Some(read) = super::read(text, 0, text.len(), &limits, &mut ours) else { return false };
        let wanted = reader::read(text, 0, text.len(), &limits, &mut theirs);
        assert_eq!((Ok(read), &ours), (wanted, &theirs), "{text}");
        true
    }

    /// Every shape that it is for.
    const SHAPES: [&str; 6] = [
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a # the name\n  labels:\n    app.kubernetes.io/name: web\n    on1: 'yes'\nspec:\n  podSelector: {}\n  policyTypes:\n  - Ingress\n  - Egress\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels: {app: web, tier: \"1\"}\n    - ipBlock:\n        cidr: 10.0.0.0/8\n        except: [10.0.0.0/9, 10.128.0.0/16]\n    ports:\n    - port: 80\n      protocol: TCP\n    - {port: 1e3}\n",
        "--- # one\n\n# a\na:\n  # b\n  b: ~x\n",
        "---\na:\nb:\n  c:\n    d:\ne:",
        "- a: 1\n  b: [ ]\n-   c: $x\n-\n  d: -1\n- e\n- 0x10\n",
        "  a: null\n  b:\n  - c:\n    - d\n  a: 2.50\n  f: { }\n",
        "a: no\nb: a b  c   # d\nc: x#y\nd: a:b\ne: \"{\"\nf: 'a: #'\n",
    ];

    #[test]
    fn plain_text_is_read_as_the_parser_reads_it() {
        let read = SHAPES.map(is_read_alike);
        assert_eq!(read, [true, false, true, true, true, true]);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        let texts = [
            "",
            "a",
            "{a: b}",
            "a: |\n  b\n",
            "a: &x b\n",
            "a: *x\n",
            "a: !!str b\n",
            "? a\n: b\n",
            "a: b\n c\n",
            "a:\n b: c\n  d: e\n",
            "a:\n  b: c\n d: e\n",
            "true: a\n",
            "a: 'b''c'\n",
            "a: \"\\n\"\n",
            "a: [b,]\n",
            "a: [b\n  ]\n",
            "<<: a\n",
            "a: b: c\n",
            "a: b:\n",
            "a:\tb\n",
            "a: b\r\n",
            "a: \u{e9}\n",
            "a: - b\n",
            "a: .inf\n",
            "a: b\n...\n",
            "%YAML 1.1\n---\na: b\n",
            "a: 'b'c\n",
            "- - a\n",
            "a:\n- b\n  - c\n",
        ];
        assert!(!texts.into_iter().any(is_read_alike));
    }

    #[test]
    fn changed_texts_are_read_alike_or_not_at_all() {
        const PARTS: [&str; 36] = [
            "\n", " ", "  ", "- ", "-", ": ", ":", "#", " #", "'", "\"", "{", "}", "[", "]", ",", ", ", "a",
            "b: c", "\n- ", "\n  ", "1", "null", "~", "yes", ".", "0x1f", "1e5", "$", "/", "\n\n", "---",
            "\n---", "...", "!", "<<",
        ];
        let mut seed: u64 = 7;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        };
        let mut read = 0;
        for round in 0..200_000 {
            let mut text = SHAPES[round % SHAPES.len()].to_owned();
            for _ in 0..=random(3) {
                let start = random(text.len() + 1);
                let end = (start + random(4)).min(text.len());
                text.replace_range(start..end, PARTS[random(PARTS.len())]);
            }
            read += u32::from(is_read_alike(&text));
        }
        // A good part of them stays plain; none at all would show nothing.
        assert!(read > 20_000, "{read}");
    }
}
