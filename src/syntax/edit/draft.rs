//! What an object is to become: its tree and what changes in it. The changes are JSON Patch, too.
//!
//! Only what lies on the way to a change is taken out of the tree: a list may have thousands of items,
//! and a fix for each.

use super::super::tree::{Entry, NodeId, Tree, Value};
use super::Operation;
use super::value::{self, below, name, nest};
use crate::field::{FieldPath, Segment};
use crate::order::{self, Gather};
use serde_json::{Value as Json, json};
use std::mem::take;

/// An object of a tree as changes made it.
pub(super) struct Draft<'t> {
    tree: &'t Tree,
    root: Part,
}

/// A value of a draft.
enum Part {
    /// As it is in the tree.
    Node(NodeId),
    New(Json),
    /// A list with a change in it.
    List(Vec<Part>),
    /// A mapping with a change in it, in the order of its names.
    Object(Vec<(String, Part)>),
}

/// One change at one place.
enum Change {
    Add(Vec<Segment>, Json),
    Replace(Vec<Segment>, Json),
    Remove(Vec<Segment>),
    Move(Vec<Segment>, Vec<Segment>),
}

impl<'t> Draft<'t> {
    pub(super) fn new(tree: &'t Tree, root: NodeId) -> Self {
        Self { tree, root: Part::Node(root) }
    }

    /// Changes it by an operation. `None` where the operation makes no sense.
    pub(super) fn change(&mut self, operation: &Operation) -> Option<()> {
        let changes = self.changes(operation)?;
        self.apply(changes)
    }

    /// The same, and the operation as JSON Patch.
    pub(super) fn patch(&mut self, operation: &Operation) -> Option<Vec<Json>> {
        let changes = self.changes(operation)?;
        let patch = changes.iter().map(Change::json).collect();
        self.apply(changes).map(|()| patch)
    }

    /// Whether a node of another tree reads as this.
    pub(super) fn is(&self, tree: &Tree, root: NodeId) -> bool {
        self.root.is(self.tree, tree, root)
    }

    fn at(&mut self, path: &[Segment]) -> Option<&mut Part> {
        path.iter().try_fold(&mut self.root, |part, step| part.child(self.tree, step))
    }

    /// What an operation changes.
    fn changes(&mut self, operation: &Operation) -> Option<Vec<Change>> {
        Some(match operation {
            Operation::Set { at, value: new } => vec![self.set(at, new.clone())?],
            Operation::Remove { at } => {
                self.at(&at.0)?;
                at.0.last()?;
                vec![Change::Remove(at.0.clone())]
            }
            Operation::Insert { at, value: new } => {
                let (Segment::Index(index), above) = at.0.split_last()? else { return None };
                let tree = self.tree;
                let list = self.at(above).map(|list| list.open(tree));
                match list {
                    Some(Part::List(items)) => {
                        let index = u32::try_from(items.len()).unwrap_or(u32::MAX).min(*index);
                        let mut path = above.to_vec();
                        path.push(Segment::Index(index));
                        vec![Change::Add(path, new.clone())]
                    }
                    Some(other) if !other.is_null(tree) => return None,
                    _ => vec![self.set(&FieldPath(above.to_vec()), Json::Array(vec![new.clone()]))?],
                }
            }
            Operation::Rename { at, to } => {
                let mut target = at.parent().0;
                target.push(Segment::Field(to.as_str().into()));
                self.relocate(&at.0, &target)?
            }
            Operation::Move { from, to } => self.relocate(&from.0, &to.0)?,
        })
    }

    fn set(&mut self, at: &FieldPath, new: Json) -> Option<Change> {
        let tree = self.tree;
        let mut here = &mut self.root;
        for (depth, step) in at.0.iter().enumerate() {
            if here.child(tree, step).is_some() {
                here = here.child(tree, step)?;
                continue;
            }
            let (done, left) = (at.0.get(..=depth)?.to_vec(), at.0.get(depth + 1..)?);
            return match (here, step) {
                (Part::Object(_), _) => Some(Change::Add(done, nest(left, new)?)),
                (Part::List(items), Segment::Index(at)) if *at as usize == items.len() => {
                    Some(Change::Add(done, nest(left, new)?))
                }
                (other, _) if depth > 0 && other.is_null(tree) => {
                    let above = at.0.get(..depth)?.to_vec();
                    Some(Change::Replace(above, nest(at.0.get(depth..)?, new)?))
                }
                _ => None,
            };
        }
        at.0.last()?;
        Some(Change::Replace(at.0.clone(), new))
    }

    fn relocate(&mut self, from: &[Segment], to: &[Segment]) -> Option<Vec<Change>> {
        let tree = self.tree;
        let moved = self.at(from)?.json(tree);
        let (last, above) = from.split_last()?;
        // Into itself: the value gets new keys around it.
        if let Some(keys) = below(from, to) {
            let named = keys.iter().all(|step| !matches!(step, Segment::Index(_)));
            let wrapped = nest(keys, moved).filter(|_| named && !keys.is_empty())?;
            return Some(vec![Change::Replace(from.to_vec(), wrapped)]);
        }
        // Taking an item out of a list would shift the places of its neighbours.
        let of_list = matches!((last, self.at(above)?), (Segment::Index(_), Part::List(_)));
        if of_list && below(above, to).is_some() || self.at(to).is_some() {
            return None;
        }
        Some(match self.set(&FieldPath(to.to_vec()), moved)? {
            // JSON Patch can move only below what exists.
            Change::Add(path, _) if path.len() == to.len() => vec![Change::Move(from.to_vec(), to.to_vec())],
            other => vec![Change::Remove(from.to_vec()), other],
        })
    }

    fn apply(&mut self, changes: Vec<Change>) -> Option<()> {
        for change in changes {
            match change {
                Change::Add(path, new) => self.add(&path, Part::New(new))?,
                Change::Replace(path, new) => *self.at(&path)? = Part::New(new),
                Change::Remove(path) => {
                    self.remove(&path)?;
                }
                Change::Move(from, to) => {
                    let moved = self.remove(&from)?;
                    self.add(&to, moved)?;
                }
            }
        }
        Some(())
    }

    fn add(&mut self, path: &[Segment], new: Part) -> Option<()> {
        let (last, above) = path.split_last()?;
        let tree = self.tree;
        match (self.at(above)?.open(tree), last) {
            (Part::List(items), Segment::Index(at)) if *at as usize <= items.len() => {
                items.insert(*at as usize, new)
            }
            (Part::Object(fields), last) => {
                let name = name(last);
                match place(fields, &name) {
                    Ok(at) => fields.get_mut(at)?.1 = new,
                    Err(at) => fields.insert(at, (name, new)),
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn remove(&mut self, path: &[Segment]) -> Option<Part> {
        let (last, above) = path.split_last()?;
        let tree = self.tree;
        match (self.at(above)?.open(tree), last) {
            (Part::List(items), Segment::Index(at)) if (*at as usize) < items.len() => {
                Some(items.remove(*at as usize))
            }
            (Part::Object(fields), last) => place(fields, &name(last)).ok().map(|at| fields.remove(at).1),
            _ => None,
        }
    }
}

impl Part {
    /// Takes the values of a collection out of the tree, but not what is in these.
    fn open(&mut self, tree: &Tree) -> &mut Self {
        let opened = match self {
            Self::Node(id) => match tree.node(*id).value {
                Value::Sequence(items) => Some(Self::List(items.iter().map(|it| Self::Node(*it)).collect())),
                Value::Mapping(entries) => {
                    let fields = fields(tree, entries).into_iter();
                    Some(Self::Object(fields.map(|(name, id)| (name.to_owned(), Self::Node(id))).collect()))
                }
                _ => None,
            },
            Self::New(Json::Array(items)) => {
                Some(Self::List(take(items).into_iter().map(Self::New).collect()))
            }
            Self::New(Json::Object(fields)) => {
                let fields = take(fields).into_iter();
                Some(Self::Object(fields.map(|(name, value)| (name, Self::New(value))).collect()))
            }
            _ => None,
        };
        if let Some(opened) = opened {
            *self = opened;
        }
        self
    }

    fn child(&mut self, tree: &Tree, step: &Segment) -> Option<&mut Self> {
        match (self.open(tree), step) {
            (Self::List(items), Segment::Index(at)) => items.get_mut(*at as usize),
            (Self::Object(fields), step) => {
                let at = place(fields, &name(step)).ok()?;
                fields.get_mut(at).map(|(_, part)| part)
            }
            _ => None,
        }
    }

    fn is_null(&self, tree: &Tree) -> bool {
        match self {
            Self::Node(id) => tree.is_null(*id),
            Self::New(value) => value.is_null(),
            Self::List(_) | Self::Object(_) => false,
        }
    }

    fn json(&self, tree: &Tree) -> Json {
        match self {
            Self::Node(id) => value::json(tree, *id),
            Self::New(value) => value.clone(),
            Self::List(items) => items.iter().map(|item| item.json(tree)).collect(),
            Self::Object(fields) => {
                Json::Object(fields.iter().map(|(key, part)| (key.clone(), part.json(tree))).gather())
            }
        }
    }

    /// Whether a node of another tree reads as this one of `own`.
    fn is(&self, own: &Tree, other: &Tree, node: NodeId) -> bool {
        match (self, other.node(node).value) {
            (Self::Node(id), _) => value::alike((own, *id), (other, node)),
            (Self::New(value), _) => value::holds(other, node, value),
            (Self::List(parts), Value::Sequence(items)) => {
                parts.len() == items.len()
                    && parts.iter().zip(items).all(|(part, item)| part.is(own, other, *item))
            }
            (Self::Object(parts), Value::Mapping(entries)) => {
                let fields = fields(other, entries);
                parts.len() == fields.len()
                    && parts
                        .iter()
                        .zip(fields)
                        .all(|((key, part), (name, field))| key == name && part.is(own, other, field))
            }
            _ => false,
        }
    }
}

impl Change {
    fn json(&self) -> Json {
        match self {
            Self::Add(path, new) => json!({"op": "add", "path": pointer(path), "value": new}),
            Self::Replace(path, new) => json!({"op": "replace", "path": pointer(path), "value": new}),
            Self::Remove(path) => json!({"op": "remove", "path": pointer(path)}),
            Self::Move(from, to) => json!({"op": "move", "from": pointer(from), "path": pointer(to)}),
        }
    }
}

/// Where a name stands among fields, or would.
fn place(fields: &[(String, Part)], name: &str) -> Result<usize, usize> {
    fields.binary_search_by(|(own, _)| own.as_str().cmp(name))
}

/// The fields of a mapping in the order of their names; of equal ones the last counts.
fn fields<'t>(tree: &'t Tree, entries: &[Entry]) -> Vec<(&'t str, NodeId)> {
    let name = |it: &Entry| tree.as_str(it.key).unwrap_or_default();
    let mut all: Vec<_> = entries.iter().rev().map(|it| (name(it), it.value)).collect();
    order::sort_by(&mut all, |a, b| a.0.cmp(b.0));
    all.dedup_by(|later, kept| later.0 == kept.0);
    all
}

fn pointer(path: &[Segment]) -> String {
    path.iter().map(|step| format!("/{}", name(step).replace('~', "~0").replace('/', "~1"))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{apply, render};
    use super::*;
    use crate::options::Limits;
    use crate::syntax::parse;

    #[test]
    fn a_name_written_twice_beside_the_change_counts_once() {
        let text = "spec:\n  b: 2\n  a: 1\n  a: 3\n";
        let parsed = parse(text, &Limits::default());
        let root = parsed.documents[0].root.unwrap();
        let set = Operation::Set { at: FieldPath::parse("spec.c"), value: json!([1]) };
        let edits = render(text, &parsed.tree, root, &set).unwrap();
        assert_eq!(apply(text, &edits).unwrap(), format!("{text}  c:\n  - 1\n"));

        let mut draft = Draft::new(&parsed.tree, root);
        draft.change(&set).unwrap();
        let is = |text: &str| {
            let other = parse(text, &Limits::default());
            draft.is(&other.tree, other.documents[0].root.unwrap())
        };
        assert!(is("spec: {a: 3.0, c: [1], b: 2}\n"));
        for other in
            ["{a: 1, b: 2, c: [1]}", "{a: 3, b: 2}", "{a: 3, b: 2, c: [2]}", "{a: 3, b: 2, c: [1], d: 4}"]
        {
            assert!(!is(&format!("spec: {other}\n")), "{other}");
        }
    }
}
