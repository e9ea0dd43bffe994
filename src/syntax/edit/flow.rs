//! Edits within brackets: JSON, and YAML's flow style.

use super::super::tree::NodeId;
use super::TextEdit;
use super::sheet::{New, Sheet, Slot};
use serde_json::Value as Json;

impl Sheet<'_> {
    /// A new value on one line.
    pub(super) fn flow_text(&self, new: &New) -> String {
        let raw = new.raw.map(|raw| raw.after_colon.trim());
        let value = match raw.filter(|text| !text.is_empty() && !text.contains(['\n', '#'])) {
            Some(text) => text.to_owned(),
            None => self.manner.flow(new.value),
        };
        let wrap = |value, key: &String| format!("{{{}: {value}}}", self.manner.key(key));
        new.keys.iter().rev().fold(value, wrap)
    }

    /// A new value that starts in `column`: over several lines where its neighbours are.
    fn value_text(&self, new: &New, column: Option<usize>) -> String {
        match column {
            Some(column) if self.manner.json => self.manner.pretty(&new.whole(), column),
            _ => self.flow_text(new),
        }
    }

    pub(super) fn put_in_flow(&self, slot: Slot, old: NodeId, new: &New) -> Option<Vec<TextEdit>> {
        let span = self.tree.span(old);
        let (start, end) = (span.start as usize, span.end as usize);
        let Slot::Entry { mapping, index } = slot else {
            let text = self.value_text(new, Some(self.column(start)).filter(|_| self.own_line(start)));
            return Some(vec![TextEdit::new(start, end, text)]);
        };
        let entry = *self.tree.entries(mapping).get(index)?;
        let key = self.start(entry.key);
        let text = self.value_text(new, Some(self.column(key)).filter(|_| self.own_line(key)));
        if start < end {
            return Some(vec![TextEdit::new(start, end, text)]);
        }
        let after = self.after_key(entry);
        let colon = self.text.get(..after).is_some_and(|before| before.ends_with(':'));
        Some(vec![TextEdit::new(after, after, format!("{} {text}", if colon { "" } else { ":" }))])
    }

    /// The insides of a collection that has its brackets.
    fn inside(&self, id: NodeId) -> Option<(usize, usize)> {
        let span = self.tree.span(id);
        let bracketed = span.of(self.text).starts_with(['[', '{']);
        bracketed.then_some((span.start as usize + 1, (span.end as usize).checked_sub(1)?))
    }

    pub(super) fn add_in_flow(&self, mapping: NodeId, key: &str, new: &New) -> Option<Vec<TextEdit>> {
        let entries = self.tree.entries(mapping);
        let entry = |text: String| format!("{}: {text}", self.manner.key(key));
        let (open, close) = self.inside(mapping)?;
        let Some(last) = entries.last() else {
            return Some(vec![TextEdit::new(open, close, entry(self.value_text(new, None)))]);
        };
        let start = self.start(last.key);
        let column = Some(self.column(start)).filter(|_| self.own_line(start));
        let text = entry(self.value_text(new, column));
        let at = self.end(*last);
        let gap = column.map_or(" ".into(), |column| self.manner.line(column));
        Some(vec![TextEdit::new(at, at, format!(",{gap}{text}"))])
    }

    pub(super) fn insert_in_flow(&self, list: NodeId, index: usize, new: &Json) -> Option<Vec<TextEdit>> {
        let items = self.tree.items(list);
        let (open, close) = self.inside(list)?;
        let new = New { keys: Vec::new(), value: new, raw: None };
        let neighbour = index.checked_sub(1).and_then(|before| items.get(before));
        let Some(beside) = neighbour.or(items.first()) else {
            return Some(vec![TextEdit::new(open, close, self.value_text(&new, None))]);
        };
        let span = self.tree.span(*beside);
        let (start, end) = (span.start as usize, span.end as usize);
        let column = Some(self.column(start)).filter(|_| self.own_line(start));
        let text = self.value_text(&new, column);
        let gap = column.map_or(" ".into(), |column| self.manner.line(column));
        Some(vec![match neighbour {
            Some(_) => TextEdit::new(end, end, format!(",{gap}{text}")),
            None => TextEdit::new(start, start, format!("{text},{gap}")),
        }])
    }

    pub(super) fn remove_in_flow(&self, slot: Slot) -> Option<Vec<TextEdit>> {
        let (above, index) = match slot {
            Slot::Root => return None,
            Slot::Entry { mapping, index } => (mapping, index),
            Slot::Item { list, index } => (list, index),
        };
        let (open, close) = self.inside(above)?;
        let entries = self.tree.entries(above).iter().map(|entry| (self.start(entry.key), self.end(*entry)));
        let items = self.tree.items(above).iter().map(|item| {
            let span = self.tree.span(*item);
            (span.start as usize, span.end as usize)
        });
        let places: Vec<(usize, usize)> = entries.chain(items).collect();
        let (start, end) = *places.get(index)?;
        let before = index.checked_sub(1).and_then(|before| places.get(before));
        let (from, to) = match (before, places.get(index + 1)) {
            (_, Some((next, _))) => (start, *next),
            (Some((_, before)), None) => (*before, end),
            (None, None) => (open, close),
        };
        // Comments around the item stay: only the item and one comma go.
        let around = (self.text.get(from..start)?, self.text.get(end..to)?);
        if !around.0.contains('#') && !around.1.contains('#') {
            return Some(vec![TextEdit::new(from, to, "")]);
        }
        let comma = self.text.get(end..close)?;
        let comma = comma.trim_start().strip_prefix(',').map_or(0, |rest| comma.len() - rest.len());
        Some(vec![TextEdit::new(start, end + comma, "")])
    }
}
