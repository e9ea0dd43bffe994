//! Values moved, renamed, or put below new keys, with the text they had.

use super::{New, Raw, Sheet, Slot, Walk};
use crate::field::Segment;
use crate::syntax::edit::TextEdit;
use crate::syntax::edit::value::{self, below, name};
use crate::syntax::edit::write::{quoted, string};
use crate::syntax::tree::{Entry, Style};
use serde_json::Value as Json;

impl<'t> Sheet<'t> {
    pub(super) fn relocate(&self, from: &[Segment], to: &[Segment]) -> Option<Vec<TextEdit>> {
        let source = self.walk(from)?;
        self.whole(&source)?;
        self.free(source.node)?;
        if let Some(keys) = below(from, to) {
            return self.wrap(&source, keys);
        }
        let target = self.walk(to)?;
        let (first, deeper) = target.left.split_first()?;
        let json = value::json(self.tree, source.node);
        let Slot::Entry { mapping, index } = source.slot else {
            return self.both(&source, &target, &json, None);
        };
        let entry = *self.tree.entries(mapping).get(index)?;
        let flow = self.tree.node(mapping).style == Style::Flow;
        // A sole entry leaves its line, and the comment on it, to the brackets that remain.
        let sole = target.node != mapping && self.tree.entries(mapping).len() == 1;
        let raw = self.raw(entry, flow || sole);
        if target.node == mapping && !matches!(first, Segment::Index(_)) {
            let names: Option<Vec<String>> =
                deeper.iter().map(|step| (!matches!(step, Segment::Index(_))).then(|| name(step))).collect();
            let key = self.tree.span(entry.key);
            if deeper.is_empty() {
                let text = self.renamed(entry, &name(first), flow);
                return Some(vec![TextEdit { span: key, text }]);
            }
            let new = New { keys: names?, value: &json, raw };
            let column = self.column(key.start as usize);
            let text = if flow {
                format!("{}: {}", self.manner.key(&name(first)), self.flow_text(&new))
            } else {
                format!("{}:{}", string(&name(first), false), self.after_colon(&new, column))
            };
            let end = match raw {
                Some(raw) if !flow => self.after_key(entry) + raw.after_colon.len(),
                _ => self.end(entry),
            };
            return Some(vec![TextEdit::new(key.start as usize, end, text)]);
        }
        self.both(&source, &target, &json, raw)
    }

    /// A key's new name, in quotes where the old one was: `{"a":1}` needs them.
    fn renamed(&self, entry: Entry, name: &str, flow: bool) -> String {
        match self.tree.node(entry.key).style {
            Style::Quoted => quoted(name),
            _ if flow => self.manner.key(name),
            _ => string(name, false),
        }
    }

    /// Puts keys around a value where it stands.
    fn wrap(&self, source: &Walk, keys: &[Segment]) -> Option<Vec<TextEdit>> {
        let json = value::json(self.tree, source.node);
        let mut new = New { keys: keys.iter().map(name).collect(), value: &json, raw: None };
        let Slot::Entry { mapping, index } = source.slot else {
            return self.put(source.slot, source.node, &new);
        };
        let entry = *self.tree.entries(mapping).get(index)?;
        if self.tree.node(mapping).style != Style::Block {
            new.raw = self.raw(entry, true);
            return self.put(source.slot, source.node, &new);
        }
        new.raw = self.raw(entry, false);
        let (start, end) = (self.after_key(entry), self.line_end(self.end(entry)));
        let text = self.after_colon(&new, self.column(self.start(entry.key)));
        Some(vec![TextEdit::new(start, end, text)])
    }

    fn both(&self, source: &Walk, target: &Walk, json: &Json, raw: Option<Raw>) -> Option<Vec<TextEdit>> {
        let mut edits = self.remove(source, false)?;
        edits.extend(self.add(target, json, raw)?);
        Some(edits)
    }

    /// The text of an entry's value, unless `bare` with the comment that trails it.
    fn raw(&self, entry: Entry, bare: bool) -> Option<Raw<'t>> {
        let end = if bare { self.end(entry) } else { self.line_end(self.end(entry)) };
        let after_colon = self.text.get(self.after_key(entry)..end)?;
        Some(Raw { after_colon, column: self.column(self.start(entry.key)) })
    }
}
