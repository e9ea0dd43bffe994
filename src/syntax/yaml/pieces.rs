//! Cuts a source into documents before any YAML is read, at lines that start with `---`, as
//! apimachinery's `YAMLReader` does. A document that is broken then costs no other.

use super::super::tree::{Fault, FaultKind};
use super::clamp;
use crate::source::Span;

/// One piece: the text Kubernetes hands to its YAML reader at a time.
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The piece starts with a `---` line that apimachinery refuses.
    pub(super) broken_separator: Option<Fault>,
}

impl Piece {
    /// The piece without the `---` line it may start with.
    pub(super) fn content(&self, text: &str) -> Span {
        let piece = text.get(self.start..self.end).unwrap_or_default();
        let skip = if piece.starts_with(SEPARATOR) && self.broken_separator.is_none() {
            piece.find('\n').map_or(piece.len(), |at| at + 1)
        } else {
            0
        };
        Span::new(clamp(self.start + skip), clamp(self.end))
    }
}

const SEPARATOR: &str = "---";

/// The pieces of a text in order.
pub(super) struct Pieces<'t> {
    text: &'t str,
    start: usize,
    /// From where to look for the next separator; a line start.
    look: usize,
    broken: Option<Fault>,
}

impl<'t> Pieces<'t> {
    pub(super) fn new(text: &'t str, from: usize) -> Self {
        Self { text, start: from, look: from, broken: None }
    }

    /// The start of the next line that starts with the separator.
    fn separator(&self) -> Option<usize> {
        let rest = self.text.get(self.look..)?;
        if rest.starts_with(SEPARATOR) {
            return Some(self.look);
        }
        rest.find("\n---").map(|at| self.look + at + 1)
    }

    fn piece(&mut self, end: usize, next: usize) -> Piece {
        let piece = Piece { start: self.start, end, broken_separator: self.broken.take() };
        self.start = next;
        piece
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while let Some(at) = self.separator() {
            let line = self.text.get(at..).unwrap_or_default();
            let line = line.split_inclusive('\n').next().unwrap_or_default();
            self.look = at + line.len();
            let after = line.get(SEPARATOR.len()..).unwrap_or_default().trim();
            let before = self.start < at;
            if !after.is_empty() && !after.starts_with('#') {
                let fault = refuse(at, line, after);
                if before {
                    let piece = self.piece(at, at);
                    self.broken = Some(fault);
                    return Some(piece);
                }
                self.broken.get_or_insert(fault);
            } else if before {
                return Some(self.piece(at, self.look));
            }
            // A separator with nothing before it belongs to the piece it opens.
        }
        let end = self.text.len();
        self.look = end;
        (self.start < end).then(|| self.piece(end, end))
    }
}

fn refuse(at: usize, line: &str, after: &str) -> Fault {
    Fault {
        document: 0,
        span: Span::new(clamp(at), clamp(at + line.trim_end().len())),
        kind: FaultKind::Broken,
        message: format!("invalid Yaml document separator: {after}"),
        help: Some("only a comment may follow `---` on its line".into()),
    }
}
