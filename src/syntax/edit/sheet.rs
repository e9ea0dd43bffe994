//! An object's text with its tree: where things stand, and edits in block style.

mod lines;
mod put;
mod relocate;
mod remove;

use super::super::tree::{NodeId, Style, Tree, Value};
use super::value::{name, nest};
use super::write::{Manner, string};
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
    /// Where lines start, but for the first.
    lines: Vec<usize>,
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
        let lines = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let mut sheet = Self { text, tree, root, manner, margin, lines };
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
            // No list within brackets has dashes.
            let flow = self.tree.node(self.root).style == Style::Flow;
            if step.is_some() && (dash.is_some() || flow) {
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
            let next = match (self.tree.node(node).value, step) {
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
        match (self.tree.node(walk.node).value, first) {
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
        match self.tree.node(walk.node).value {
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
}
