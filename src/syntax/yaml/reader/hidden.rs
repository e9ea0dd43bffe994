//! What the parser was not shown: put back into values, or found to be text after all.

use super::super::feed::{MARK, MASKED_MARK, MASKED_QUOTE};
use super::Reader;
use super::places::is_blank;
use crate::syntax::tree::Style;
use libyaml_safer::ScalarStyle;

impl<'t> Reader<'t> {
    /// Notes the hidden marks between two offsets, up to the first whose showing changes how the text
    /// goes on.
    pub(super) fn misread(&mut self, start: usize, end: usize, style: ScalarStyle) {
        // What starts like a tag or an anchor is no text: whatever led here, hide on.
        let first = self.slice(start, end).chars().next();
        if first.is_none_or(|c| is_blank(c) || matches!(c, '!' | '&' | '*' | '#' | '%' | '@' | '`' | ',')) {
            return;
        }
        // No block collection stands within brackets.
        let in_flow = self.frames.last().is_some_and(|it| it.style == Style::Flow);
        for at in self.masked_in(start, end) {
            let mark = self.text.as_bytes().get(self.base + at);
            if !self.unsure && !matches!(mark, Some(b':' | b'\'')) {
                self.misread.push(*at);
                // A bracket may start something else than plain text.
                let first = self.base + at == start;
                self.unsure = (in_flow || first) && style == ScalarStyle::Plain;
            }
        }
    }

    /// The masked characters of a part of the text.
    fn masked_in(&self, start: usize, end: usize) -> &'t [usize] {
        let place = |at: usize| self.masked.partition_point(|it| self.base + it < at);
        self.masked.get(place(start)..place(end)).unwrap_or_default()
    }

    /// Puts masked byte order marks back.
    pub(super) fn unmark(&self, value: String, start: usize, end: usize) -> String {
        if self.slice(start, end).contains(MARK) { value.replace(MASKED_MARK, "\u{feff}") } else { value }
    }

    /// Puts masked quotes back.
    pub(super) fn unescape(&self, value: String, start: usize, end: usize) -> String {
        if self.masked_in(start, end).is_empty() { value } else { value.replace(MASKED_QUOTE, "'") }
    }

    /// Puts masked colons back. Folding changes white space only.
    pub(super) fn unmask(&self, value: String, start: usize, end: usize) -> String {
        if self.masked_in(start, end).is_empty() {
            return value;
        }
        let mut written = self.slice(start, end).chars().filter(|c| !c.is_whitespace());
        let restore = |c: char| if c.is_whitespace() { c } else { written.next().unwrap_or(c) };
        value.chars().map(restore).collect()
    }
}
