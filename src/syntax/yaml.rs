//! YAML with a span on every node: libyaml's events under our own tree, with go-yaml's rules for
//! scalars, keys, merges and anchors.

mod doubles;
mod feed;
mod go;
mod pieces;
mod plain;
mod reader;

pub(super) use doubles::find_doubles;

use super::Parsed;
use super::tree::{Document, Fault, FaultKind, Tree};
use crate::options::Limits;
use crate::source::Span;

/// Nesting beyond which no option lets us go: later stages recurse over the tree.
const DEEPEST: usize = 256;

/// Which reader reads a piece.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// The reader of plain text, and the parser where that gives up.
    PlainFirst,
    /// The parser.
    Parser,
}

pub(super) fn parse(text: &str, limits: &Limits, how: How) -> Parsed {
    let mut parsed = Parsed { tree: Tree::over(text), ..Parsed::default() };
    parse_from(text, 0, limits, how, &mut parsed);
    parsed
}

/// Reads the documents of `text` from byte `from` on, after those already in `parsed`, whose tree is
/// over the text.
pub(super) fn parse_from(text: &str, from: usize, limits: &Limits, how: How, parsed: &mut Parsed) {
    for piece in pieces::Pieces::new(text, from) {
        if !admit_document(parsed, limits, piece.start) {
            return;
        }
        let index = clamp(parsed.documents.len());
        let mut document = Document { index, span: piece.content(text), root: None, duplicates: Vec::new() };
        match piece.broken_separator {
            Some(fault) => parsed.faults.push(Fault { document: index, ..fault }),
            None => {
                let before = parsed.tree.mark();
                let (start, end) = (piece.start, piece.end);
                let plain = match how {
                    How::PlainFirst => plain::read(text, start, end, limits, &mut parsed.tree),
                    How::Parser => None,
                };
                let read = plain.map(Ok).unwrap_or_else(|| {
                    parsed.tree.truncate(before);
                    reader::read(text, start, end, limits, &mut parsed.tree)
                });
                match read {
                    Ok(read) => {
                        document.root = read.root;
                        document.duplicates = read.duplicates;
                    }
                    Err(fault) => {
                        parsed.tree.truncate(before);
                        parsed.faults.push(Fault { document: index, ..fault });
                    }
                }
            }
        }
        parsed.documents.push(document);
    }
}

/// Whether one more document may be read; if not, says so.
pub(super) fn admit_document(parsed: &mut Parsed, limits: &Limits, at: usize) -> bool {
    let fits = parsed.documents.len() < limits.documents;
    if !fits {
        parsed.faults.push(Fault {
            document: clamp(parsed.documents.len()),
            span: Span::new(clamp(at), clamp(at)),
            kind: FaultKind::Limit,
            message: format!(
                "the source holds more than {} documents; the rest is not read",
                limits.documents
            ),
            help: Some("split the source, or raise the option `limits.documents`".into()),
        });
    }
    fits
}

/// The fault of nesting too deep, at a place.
pub(super) fn too_deep(at: usize, limits: &Limits) -> Fault {
    let limit = depth_limit(limits);
    Fault {
        document: 0,
        span: Span::new(clamp(at), clamp(at)),
        kind: FaultKind::Limit,
        message: format!("nested more than {limit} levels deep; the document is not read"),
        help: Some(if limit < DEEPEST {
            "nest less, or raise the option `limits.depth`".into()
        } else {
            format!("nest less; the option `limits.depth` counts up to {DEEPEST}")
        }),
    }
}

pub(super) fn depth_limit(limits: &Limits) -> usize {
    limits.depth.min(DEEPEST)
}

/// Offsets are 32 bits wide; the reader refuses longer text before it comes to this.
pub(super) fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
