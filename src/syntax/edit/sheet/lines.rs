//! Where things stand: offsets, lines and columns.

use super::Sheet;
use crate::syntax::tree::{Entry, NodeId};

impl Sheet<'_> {
    pub(in crate::syntax::edit) fn start(&self, id: NodeId) -> usize {
        self.tree.span(id).start as usize
    }

    /// The end of an entry: of its value, or of its key where nothing is written.
    pub(in crate::syntax::edit) fn end(&self, entry: Entry) -> usize {
        self.tree.span(entry.value).end.max(self.tree.span(entry.key).end) as usize
    }

    /// The place behind the colon of a key.
    pub(in crate::syntax::edit) fn after_key(&self, entry: Entry) -> usize {
        let end = self.tree.span(entry.key).end as usize;
        let rest = self.text.get(end..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t']);
        if trimmed.starts_with(':') { end + rest.len() - trimmed.len() + 1 } else { end }
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.lines.partition_point(|start| *start <= at);
        before.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or(0)
    }

    /// The end of the line at `at`, before its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.find('\n').map_or(rest, |end| rest.get(..end).unwrap_or_default());
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    pub(in crate::syntax::edit) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// Whether only indentation that is ours stands before `at` on its line.
    pub(in crate::syntax::edit) fn own_line(&self, at: usize) -> bool {
        let start = self.line_start(at);
        let before = self.text.get(start..at).unwrap_or_default();
        before.bytes().all(|byte| byte == b' ') && (start > 0 || self.margin == 0)
    }
}
