//! Where text comes from and how places in it are named.
//!
//! Takes the texts a host gives; offers byte spans and the line and column of an offset.
//! Knows nothing of YAML, JSON or Kubernetes.

/// Names one [`Source`] of an input: its index in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// One named piece of input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name shown in diagnostics: a path relative to where the user stands, or any label.
    pub path: String,
    /// What the source holds.
    pub content: Content,
    /// The object's earlier version, for judging an update: JSON or YAML text of one object.
    pub old: Option<String>,
}

/// The two ways a host hands a manifest over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text as a person wrote it, YAML or JSON: diagnostics carry line and column.
    Text(String),
    /// JSON text of an object that exists only in a program's memory: its layout means nothing,
    /// so diagnostics name fields and carry no span.
    Object(String),
}

impl Source {
    /// A source of text.
    #[must_use]
    pub fn text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), content: Content::Text(text.into()), old: None }
    }

    /// The text, whichever way it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.content {
            Content::Text(text) | Content::Object(text) => text,
        }
    }

    /// Whether byte offsets in this source mean anything to the user.
    #[must_use]
    pub fn has_places(&self) -> bool {
        matches!(self.content, Content::Text(_))
    }
}

/// A range of UTF-8 bytes in one source; the end is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text it covers; empty where it lies outside `text` or cuts a character.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A place as people name it: line and column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Bytes (or UTF-16 units) before the place.
    pub offset: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes (or UTF-16 units), from 1.
    pub column: u32,
}

/// The unit in which offsets and columns are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes of UTF-8, what this crate counts in.
    #[default]
    Utf8,
    /// UTF-16 code units, what JavaScript and editors count in.
    Utf16,
}

/// Finds the line of an offset. Built once for a text, then each question is a binary search.
///
/// ```
/// use netpol::source::{Encoding, LineIndex};
/// let text = "a: 1\nb: ü2\n";
/// let index = LineIndex::new(text);
/// let place = index.position(text, 10, Encoding::Utf16);
/// assert_eq!((place.offset, place.line, place.column), (9, 2, 5));
/// ```
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// UTF-16 units before each line; empty for ASCII text, where both encodings agree.
    utf16: Vec<u32>,
}

impl LineIndex {
    /// Reads the line breaks of `text` (`\n`, `\r\n`, or `\r` alone).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let alone = || bytes.get(at + 1) != Some(&b'\n');
            if *byte == b'\n' || (*byte == b'\r' && alone()) {
                starts.push(clamp(at + 1));
            }
        }
        let mut utf16 = Vec::new();
        if !text.is_ascii() {
            let mut units = 0;
            let mut from = 0;
            for start in &starts {
                units += units_of(text, from, *start);
                from = *start;
                utf16.push(units);
            }
        }
        Self { starts, utf16 }
    }

    /// Line and column of a byte offset. An offset past the end counts as the end.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let offset = offset.min(clamp(text.len()));
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let base = self.utf16.get(line - 1);
        let (offset, column) = match (encoding, base) {
            (Encoding::Utf16, Some(base)) => {
                let units = units_of(text, start, offset);
                (base + units, units + 1)
            }
            _ => (offset, offset - start + 1),
        };
        Position { offset, line: clamp(line), column }
    }

    /// How many lines there are.
    #[must_use]
    pub fn lines(&self) -> u32 {
        clamp(self.starts.len())
    }

    /// The span of line `line` (from 1), without its line break.
    #[must_use]
    pub fn line(&self, text: &str, line: u32) -> Span {
        let index = line.saturating_sub(1) as usize;
        let start = self.starts.get(index).copied().unwrap_or(clamp(text.len()));
        let end = self.starts.get(index + 1).copied().unwrap_or(clamp(text.len()));
        let whole = Span::new(start, end).of(text);
        Span::new(start, start + clamp(whole.trim_end_matches(['\n', '\r']).len()))
    }
}

fn units_of(text: &str, from: u32, to: u32) -> u32 {
    clamp(Span::new(from, to).of(text).encode_utf16().count())
}

/// Offsets are 32 bits wide; the byte limit of an input is far below.
fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_any_of_the_three_ways() {
        let text = "a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (1..=index.lines()).map(|l| index.line(text, l).of(text)).collect();
        assert_eq!(lines, ["a", "b", "c", "d"]);
    }

    #[test]
    fn utf16_counts_surrogate_pairs_as_two() {
        let text = "x: 😀\ny: 1";
        let index = LineIndex::new(text);
        let place = index.position(text, 8, Encoding::Utf16);
        assert_eq!((place.offset, place.line, place.column), (6, 2, 1));
    }
}
