//! Where things stand: the parser's marks as offsets of the text.

use super::super::clamp;
use super::{Frame, Key, Reader};
use crate::source::Span;
use crate::syntax::scan::is_break;
use crate::syntax::tree::Style;
use libyaml_safer::Mark;

impl Reader<'_> {
    pub(super) fn at(&self, mark: Mark) -> usize {
        let index = usize::try_from(mark.index).unwrap_or(usize::MAX);
        // The reader appends a line break to a last line that has none.
        self.base.saturating_add(index).min(self.text.len())
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Where a value starts whose anchor and tag start at `at`.
    pub(super) fn skip_properties(&self, mut at: usize, end: usize, count: usize) -> usize {
        if count == 0 {
            return at;
        }
        for _ in 0..count {
            at += self.blank(at, end);
            let rest = self.slice(at, end);
            at += rest.find(is_blank).unwrap_or(rest.len());
        }
        (at + self.blank(at, end)).min(end)
    }

    /// How much white space and comment stands at `at`.
    fn blank(&self, at: usize, end: usize) -> usize {
        let all = self.slice(at, end);
        let mut rest = all;
        loop {
            rest = rest.trim_start_matches(is_blank);
            if !rest.starts_with('#') {
                return all.len() - rest.len();
            }
            rest = rest.find(is_break).and_then(|line| rest.get(line..)).unwrap_or_default();
        }
    }

    /// A value with nothing written stands right after its key's colon.
    pub(super) fn settle(&self, span: Span, style: Style, properties: usize) -> Span {
        if span.start != span.end || style != Style::Plain || properties > 0 {
            return span;
        }
        let Some(Frame { key: Key::Is(key), .. }) = self.frames.last() else {
            return span;
        };
        let end = self.tree.span(*key).end as usize;
        let after = self.text.get(end..).unwrap_or_default();
        let trimmed = after.trim_start_matches([' ', '\t']);
        let colon = if trimmed.starts_with(':') { after.len() - trimmed.len() + 1 } else { 0 };
        let at = clamp(end + colon);
        Span::new(at, at)
    }
}

/// What ends an anchor or a tag: libyaml's white space, and the mark it skips before a line.
pub(super) fn is_blank(c: char) -> bool {
    is_break(c) || matches!(c, ' ' | '\t' | '\u{feff}')
}
