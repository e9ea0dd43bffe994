//! From places inside to places as told: paths, lines, columns.

use super::shapes::{Point, Range};
use crate::diagnostic::Place;
use crate::manifest::Manifests;
use crate::source::{Encoding, LineIndex, SourceId, Span};
use std::cell::OnceCell;

/// Turns places of one run into told ones; a file's lines are counted once, when first asked for.
#[derive(Debug)]
pub(crate) struct Locator<'a> {
    manifests: &'a Manifests,
    encoding: Encoding,
    lines: Vec<OnceCell<LineIndex>>,
}

impl<'a> Locator<'a> {
    pub(crate) fn new(manifests: &'a Manifests, encoding: Encoding) -> Self {
        Self { manifests, encoding, lines: manifests.files.iter().map(|_| OnceCell::new()).collect() }
    }

    pub(crate) fn path(&self, source: SourceId) -> &'a str {
        self.manifests.file(source).map_or("", |file| file.source.path.as_str())
    }

    /// The range of a place; none where the source is an object in memory.
    pub(crate) fn range(&self, place: Place) -> Option<Range> {
        let file = self.manifests.file(place.source)?;
        let lines = self.lines.get(place.source.0 as usize)?;
        if !file.source.has_places() {
            return None;
        }
        let text = file.source.as_str();
        let index = lines.get_or_init(|| LineIndex::new(text));
        let point = |offset| {
            let at = index.position(text, offset, self.encoding);
            Point { offset: at.offset, line: at.line, column: at.column }
        };
        Some(Range { start: point(place.span.start), end: point(place.span.end) })
    }

    /// The two offsets of a span in the unit asked for.
    pub(crate) fn offsets(&self, source: SourceId, span: Span) -> Option<(u32, u32)> {
        self.range(Place { source, span }).map(|range| (range.start.offset, range.end.offset))
    }
}
