//! An object's text with its tree: where things stand, and edits in block style.

use super::super::tree::{Entry, NodeId, Style, Tree, Value};
use super::value::{below, name, nest};
use super::write::{Manner, quoted, string};
use super::{Operation, TextEdit, value};
use crate::field::Segment;
use serde_json::Value as Json;

/// One object's text.
pub(super) struct Sheet<'t> {
    pub(super) text: &'t str,
    pub(super) tree: &'t Tree,
    pub(super) root: NodeId,
    pub(super) manner: Manner,
    /// Columns of the first line that are not ours to remove.
    margin: usize,
}

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) enum Slot {
    Root,
    Entry { mapping: NodeId, index: usize },
    Item { list: NodeId, index: usize },
}

/// What a path leads to.
struct Walk<'p> {
    slot: Slot,
    node: NodeId,
    /// The slot of the collection the node stands in.
    above: Slot,
    /// The steps that lead nowhere.
    left: &'p [Segment],
}

/// A new value: JSON, or text that stood elsewhere, below keys that are new too.
pub(super) struct New<'v> {
    pub(super) keys: Vec<String>,
    pub(super) value: &'v Json,
    pub(super) raw: Option<Raw<'v>>,
}

/// A value's text where it stood: from behind its key's colon on, and that key's column.
#[derive(Clone, Copy)]
pub(super) struct Raw<'v> {
    pub(super) after_colon: &'v str,
    pub(super) column: usize,
}

impl<'v> New<'v> {
    fn json(value: &'v Json) -> Self {
        Self { keys: Vec::new(), value, raw: None }
    }

    /// The value with the keys around it.
    pub(super) fn whole(&self) -> Json {
        let wrap = |value, key: &String| Json::Object([(key.clone(), value)].into_iter().collect());
        self.keys.iter().rev().fold(self.value.clone(), wrap)
    }
}

impl<'t> Sheet<'t> {
    pub(super) fn new(text: &'t str, tree: &'t Tree, root: NodeId, margin: usize) -> Option<Self> {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        // Line breaks of other kinds would need another idea of lines.
        if text.replace("\r\n", "").contains('\r') {
            return None;
        }
        let first = tree.entries(root).first();
        let json = tree.node(root).style == Style::Flow
            && first.is_none_or(|entry| tree.span(entry.key).of(text).starts_with('"'));
        let manner = Manner { newline, step: 2, dash: 0, json };
        let mut sheet = Self { text, tree, root, manner, margin };
        sheet.learn();
        Some(sheet)
    }

    /// Takes indentation from the first nested mapping and the first list under a key.
    fn learn(&mut self) {
        let (mut step, mut dash) = (None, None);
        let mut open = vec![self.root];
        while let Some(id) = open.pop() {
            let column = self.column(self.start(id));
            for entry in self.tree.entries(id).iter().rev().filter(|entry| !entry.merged) {
                let value = self.tree.node(entry.value);
                let inner = self.column(value.span.start as usize).checked_sub(column);
                match (&value.value, value.style) {
                    (Value::Mapping(_), Style::Block) if inner > Some(0) => step = inner,
                    (Value::Sequence(_), Style::Block) => dash = inner,
                    (Value::Mapping(fields), Style::Flow) if step.is_none() => {
                        let first = fields.first().map(|field| self.start(field.key));
                        let lone = first.filter(|at| self.own_line(*at)).map(|at| self.column(at));
                        let here = self.start(entry.key);
                        step = lone.and_then(|inner| inner.checked_sub(self.column(here)).filter(|n| *n > 0));
                    }
                    _ => {}
                }
                open.push(entry.value);
            }
            if step.is_some() && dash.is_some() {
                break;
            }
            open.extend(self.tree.items(id).iter().rev());
        }
        self.manner.step = step.unwrap_or(2);
        self.manner.dash = dash.unwrap_or(0);
    }

    /// The edits of one operation.
    pub(super) fn edit(&self, operation: &Operation) -> Option<Vec<TextEdit>> {
        match operation {
            Operation::Set { at, value } => self.set(&at.0, value),
            Operation::Remove { at } => {
                let walk = self.walk(&at.0)?;
                self.whole(&walk).and_then(|()| self.remove(&walk, true))
            }
            Operation::Insert { at, value } => self.insert(&at.0, value),
            Operation::Rename { at, to } => {
                let mut target = at.parent().0;
                target.push(Segment::Field(to.as_str().into()));
                self.relocate(&at.0, &target)
            }
            Operation::Move { from, to } => self.relocate(&from.0, &to.0),
        }
    }

    /// Follows a path as far as it goes. `None` where an anchor, alias, merge or doubled key is on
    /// the way.
    fn walk<'p>(&self, path: &'p [Segment]) -> Option<Walk<'p>> {
        let mut walk = Walk { slot: Slot::Root, node: self.root, above: Slot::Root, left: path };
        while let Some((step, left)) = walk.left.split_first() {
            self.unshared(walk.node)?;
            let node = walk.node;
            let next = match (&self.tree.node(node).value, step) {
                (Value::Sequence(items), Segment::Index(at)) => {
                    let index = *at as usize;
                    items.get(index).map(|item| (*item, Slot::Item { list: node, index }))
                }
                (Value::Mapping(entries), step) => {
                    let wanted = name(step);
                    let mut found = entries
                        .iter()
                        .enumerate()
                        .filter(|(_, entry)| self.tree.as_str(entry.key) == Some(&wanted));
                    let first = found.next();
                    if found.next().is_some() || entries.iter().any(|entry| entry.merged) {
                        return None;
                    }
                    first.map(|(index, entry)| (entry.value, Slot::Entry { mapping: node, index }))
                }
                _ => None,
            };
            let Some((node, slot)) = next else { break };
            walk = Walk { slot, node, above: walk.slot, left };
        }
        self.unshared(walk.node)?;
        Some(walk)
    }

    fn whole(&self, walk: &Walk) -> Option<()> {
        (walk.left.is_empty() && !matches!(walk.slot, Slot::Root)).then_some(())
    }

    fn unshared(&self, id: NodeId) -> Option<()> {
        (!self.tree.is_anchored(id) && self.tree.node(id).style != Style::Alias).then_some(())
    }

    /// Whether nothing within a value is shared.
    fn free(&self, id: NodeId) -> Option<()> {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            self.unshared(id)?;
            open.extend(self.tree.items(id));
            for entry in self.tree.entries(id) {
                if entry.merged {
                    return None;
                }
                open.extend([entry.key, entry.value]);
            }
        }
        Some(())
    }

    fn set(&self, path: &[Segment], new: &Json) -> Option<Vec<TextEdit>> {
        let walk = self.walk(path)?;
        if walk.left.is_empty() {
            self.whole(&walk)?;
            if value::same(&value::json(self.tree, walk.node), new) {
                return Some(Vec::new());
            }
            return self.put(walk.slot, walk.node, &New::json(new));
        }
        self.add(&walk, new, None)
    }

    /// Adds what is missing of a path.
    fn add(&self, walk: &Walk, new: &Json, raw: Option<Raw>) -> Option<Vec<TextEdit>> {
        let (first, deeper) = walk.left.split_first()?;
        let names: Option<Vec<String>> =
            deeper.iter().map(|step| (!matches!(step, Segment::Index(_))).then(|| name(step))).collect();
        let nested;
        let new = match names {
            Some(keys) => New { keys, value: new, raw },
            None => {
                nested = nest(deeper, new.clone())?;
                New::json(&nested)
            }
        };
        match (&self.tree.node(walk.node).value, first) {
            (Value::Mapping(_), first) => self.add_entry(walk, &name(first), new),
            (Value::Sequence(items), Segment::Index(at)) if *at as usize == items.len() => {
                self.insert_item(walk, items.len(), &new.whole())
            }
            (Value::Null, first) if !matches!(walk.slot, Slot::Root) => {
                let whole = nest(std::slice::from_ref(first), new.whole())?;
                let mut new = new;
                match first {
                    Segment::Index(_) => self.put(walk.slot, walk.node, &New::json(&whole)),
                    first => {
                        new.keys.insert(0, name(first));
                        self.put(walk.slot, walk.node, &new)
                    }
                }
            }
            _ => None,
        }
    }

    fn insert(&self, path: &[Segment], new: &Json) -> Option<Vec<TextEdit>> {
        let (Segment::Index(at), above) = path.split_last()? else { return None };
        let walk = self.walk(above)?;
        match &self.tree.node(walk.node).value {
            Value::Sequence(items) if walk.left.is_empty() => {
                self.insert_item(&walk, items.len().min(*at as usize), new)
            }
            Value::Null | Value::Mapping(_) => {
                let list = Json::Array(vec![new.clone()]);
                match walk.left {
                    [] if self.tree.is_null(walk.node) => self.put(walk.slot, walk.node, &New::json(&list)),
                    [] => None,
                    _ => self.add(&walk, &list, None),
                }
            }
            _ => None,
        }
    }

    fn relocate(&self, from: &[Segment], to: &[Segment]) -> Option<Vec<TextEdit>> {
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

    /// What follows the colon of a key in `column`.
    fn after_colon(&self, new: &New, column: usize) -> String {
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
    pub(super) fn put(&self, slot: Slot, old: NodeId, new: &New) -> Option<Vec<TextEdit>> {
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
            (&self.tree.node(old).value, new.value),
            (Value::Sequence(_), Json::Array(_)) | (Value::Mapping(_), Json::Object(_))
        );
        kind && new.keys.is_empty() && new.raw.is_none()
    }

    fn add_entry(&self, walk: &Walk, key: &str, mut new: New) -> Option<Vec<TextEdit>> {
        let mapping = self.tree.node(walk.node);
        let entries = self.tree.entries(walk.node);
        if entries.iter().any(|entry| entry.merged) {
            return None;
        }
        if entries.is_empty() && self.stands_in_block(walk.slot) {
            new.keys.insert(0, key.into());
            return self.put(walk.slot, walk.node, &new);
        }
        if mapping.style != Style::Block {
            return self.add_in_flow(walk.node, key, &new);
        }
        let column = self.column(mapping.span.start as usize);
        let end = entries.last().map(|entry| self.end(*entry))?;
        let text =
            format!("{}{}:{}", self.manner.line(column), string(key, false), self.after_colon(&new, column));
        let at = self.line_end(end);
        Some(vec![TextEdit::new(at, at, text)])
    }

    fn insert_item(&self, walk: &Walk, index: usize, new: &Json) -> Option<Vec<TextEdit>> {
        let list = self.tree.node(walk.node);
        let items = self.tree.items(walk.node);
        if items.is_empty() && self.stands_in_block(walk.slot) {
            let whole = Json::Array(vec![new.clone()]);
            return self.put(walk.slot, walk.node, &New::json(&whole));
        }
        if list.style != Style::Block {
            return self.insert_in_flow(walk.node, index, new);
        }
        let first = list.span.start as usize;
        let column = self.column(first);
        let text = format!("- {}", self.manner.block(new, column + 2));
        Some(match index.checked_sub(1).and_then(|before| items.get(before)) {
            Some(before) => {
                let at = self.line_end(self.tree.span(*before).end as usize);
                vec![TextEdit::new(at, at, self.manner.line(column) + &text)]
            }
            None => vec![TextEdit::new(first, first, text + &self.manner.line(column))],
        })
    }

    fn stands_in_block(&self, slot: Slot) -> bool {
        match slot {
            Slot::Root => false,
            Slot::Entry { mapping: above, .. } | Slot::Item { list: above, .. } => {
                self.tree.node(above).style == Style::Block
            }
        }
    }

    /// Removes a value with its key or dash; with `comments`, those right above it too.
    fn remove(&self, walk: &Walk, comments: bool) -> Option<Vec<TextEdit>> {
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

    pub(super) fn start(&self, id: NodeId) -> usize {
        self.tree.span(id).start as usize
    }

    /// The end of an entry: of its value, or of its key where nothing is written.
    pub(super) fn end(&self, entry: Entry) -> usize {
        self.tree.span(entry.value).end.max(self.tree.span(entry.key).end) as usize
    }

    /// The place behind the colon of a key.
    pub(super) fn after_key(&self, entry: Entry) -> usize {
        let end = self.tree.span(entry.key).end as usize;
        let rest = self.text.get(end..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t']);
        if trimmed.starts_with(':') { end + rest.len() - trimmed.len() + 1 } else { end }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
    }

    /// The end of the line at `at`, before its line break.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.find('\n').map_or(rest, |end| rest.get(..end).unwrap_or_default());
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// Whether only indentation that is ours stands before `at` on its line.
    pub(super) fn own_line(&self, at: usize) -> bool {
        let start = self.line_start(at);
        let before = self.text.get(start..at).unwrap_or_default();
        before.bytes().all(|byte| byte == b' ') && (start > 0 || self.margin == 0)
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
