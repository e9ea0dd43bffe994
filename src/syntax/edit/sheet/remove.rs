//! Values removed with their lines.

use super::{New, Sheet, Slot, Walk};
use crate::syntax::edit::TextEdit;
use crate::syntax::tree::{NodeId, Style, Value};
use serde_json::Value as Json;

impl Sheet<'_> {
    /// Removes a value with its key or dash; with `comments`, those right above it too.
    pub(super) fn remove(&self, walk: &Walk, comments: bool) -> Option<Vec<TextEdit>> {
        self.free(walk.node)?;
        let (above, count) = match walk.slot {
            Slot::Root => return None,
            Slot::Entry { mapping, .. } => (mapping, self.tree.entries(mapping).len()),
            Slot::Item { list, .. } => (list, self.tree.items(list).len()),
        };
        let node = self.tree.node(above);
        if node.style != Style::Block {
            return self.remove_in_flow(walk.slot);
        }
        if count == 1 {
            let empty = match node.value {
                Value::Sequence(_) => Json::Array(Vec::new()),
                _ => Json::Object(serde_json::Map::new()),
            };
            if matches!(walk.above, Slot::Root) {
                let text = self.manner.flow(&empty);
                return Some(vec![TextEdit { span: node.span, text }]);
            }
            return self.put(walk.above, above, &New::json(&empty));
        }
        let (start, end) = match walk.slot {
            Slot::Root => return None,
            Slot::Entry { mapping, index } => {
                let entry = *self.tree.entries(mapping).get(index)?;
                (self.start(entry.key), self.end(entry))
            }
            Slot::Item { list, index } => (self.dash(list, index)?, self.tree.span(walk.node).end as usize),
        };
        Some(vec![self.remove_lines(start, end, comments)])
    }

    fn remove_lines(&self, start: usize, end: usize, comments: bool) -> TextEdit {
        let line_end = self.line_end(end);
        if !self.own_line(start) {
            // What comes next takes the place behind the dash.
            let rest = self.text.get(line_end..).unwrap_or_default();
            let next = line_end + (rest.len() - rest.trim_start().len());
            return TextEdit::new(start, next, "");
        }
        let column = self.column(start);
        let mut from = self.line_start(start);
        while comments && from > 0 {
            let above = self.line_start(from - 1);
            let line = self.text.get(above..from).unwrap_or_default();
            let hash = line.trim_start_matches(' ');
            if !hash.starts_with('#') || line.len() - hash.len() != column {
                break;
            }
            from = above;
        }
        match from.checked_sub(1) {
            // From the end of the line before, so that a last line needs no line break.
            Some(before) => TextEdit::new(self.line_end(self.line_start(before)), line_end, ""),
            None => {
                let rest = self.text.get(line_end..).unwrap_or_default();
                TextEdit::new(from, line_end + rest.find('\n').map_or(0, |at| at + 1), "")
            }
        }
    }

    /// The dash of an item.
    fn dash(&self, list: NodeId, index: usize) -> Option<usize> {
        let first = self.start(list);
        let Some(before) = index.checked_sub(1) else { return Some(first) };
        let column = self.column(first);
        let items = self.tree.items(list);
        let floor = self.tree.span(*items.get(before)?).end as usize;
        let mut line = self.line_start(self.start(*items.get(index)?));
        loop {
            let at = line + column;
            if at >= floor && self.text.get(at..)?.starts_with('-') && self.own_line(at) {
                return Some(at);
            }
            line = self.line_start(line.checked_sub(1).filter(|line| *line > floor)?);
        }
    }
}
