//! A value in place of another.

use super::{New, Raw, Sheet, Slot};
use crate::syntax::edit::TextEdit;
use crate::syntax::edit::write::string;
use crate::syntax::tree::{Entry, NodeId, Style, Value};
use serde_json::Value as Json;

impl Sheet<'_> {
    /// What follows the colon of a key in `column`.
    pub(super) fn after_colon(&self, new: &New, column: usize) -> String {
        let step = self.manner.step;
        let mut text = String::new();
        let mut column = column;
        for key in &new.keys {
            column += step;
            text += &format!("{}{}:", self.manner.line(column), string(key, false));
        }
        text += &match new.raw {
            Some(raw) => reindent(raw, column),
            None => self.manner.after_colon(new.value, column),
        };
        text
    }

    /// Puts a value in place of another.
    pub(in crate::syntax::edit) fn put(&self, slot: Slot, old: NodeId, new: &New) -> Option<Vec<TextEdit>> {
        self.free(old)?;
        let span = self.tree.span(old);
        let (start, end) = (span.start as usize, span.end as usize);
        match slot {
            Slot::Root => None,
            Slot::Entry { mapping, .. } | Slot::Item { list: mapping, .. }
                if self.tree.node(mapping).style != Style::Block =>
            {
                self.put_in_flow(slot, old, new)
            }
            Slot::Item { .. } => {
                let gap = if start == end { " " } else { "" };
                let column = self.column(start) + gap.len();
                let text = self.manner.block(&new.whole(), column);
                Some(vec![TextEdit::new(start, end, format!("{gap}{text}"))])
            }
            Slot::Entry { mapping, index } => {
                let entry = *self.tree.entries(mapping).get(index)?;
                self.put_after_key(entry, new)
            }
        }
    }

    fn put_after_key(&self, entry: Entry, new: &New) -> Option<Vec<TextEdit>> {
        let (colon, start, end) = (self.after_key(entry), self.start(entry.value), self.end(entry));
        let text = self.after_colon(new, self.column(self.start(entry.key)));
        let new_below = text.starts_with(['\n', '\r']);
        let old_below = self.text.get(colon..start)?.contains('\n');
        let line = self.line_end(colon);
        Some(match (old_below, new_below) {
            (false, false) if start == end => vec![TextEdit::new(colon, colon, text)],
            (false, false) => vec![TextEdit::new(start, end, text.trim_start())],
            (false, true) => {
                let after = self.line_end(end);
                vec![TextEdit::new(colon, end, ""), TextEdit::new(after, after, text)]
            }
            (true, false) => vec![TextEdit::new(colon, colon, text), TextEdit::new(line, end, "")],
            (true, true) if self.alike(entry.value, new) => {
                let column = self.column(start);
                vec![TextEdit::new(start, end, self.manner.block(new.value, column))]
            }
            (true, true) => vec![TextEdit::new(line, end, text)],
        })
    }

    /// Whether a new value can stand exactly where the old one does.
    fn alike(&self, old: NodeId, new: &New) -> bool {
        let kind = matches!(
            (self.tree.node(old).value, new.value),
            (Value::Sequence(_), Json::Array(_)) | (Value::Mapping(_), Json::Object(_))
        );
        kind && new.keys.is_empty() && new.raw.is_none()
    }
}

/// Text moved to another column: every line but the first shifts along.
fn reindent(raw: Raw, column: usize) -> String {
    let mut lines = raw.after_colon.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    // Within brackets a quoted key's colon needs no space after it; elsewhere it does.
    let gap = if first.starts_with(char::is_whitespace) || first.is_empty() { "" } else { " " };
    let mut out = format!("{gap}{first}");
    for line in lines {
        let blank = line.trim_end().is_empty();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let shifted = if blank { indent } else { (indent + column).saturating_sub(raw.column) };
        out.push_str(&" ".repeat(shifted));
        out.push_str(line.trim_start_matches(' '));
    }
    out
}
