//! Operations on plain JSON values: what the edited text must hold, and JSON Patch.

use super::super::tree::{NodeId, Tree, Value};
use super::Operation;
use crate::field::{FieldPath, Segment};
use crate::order::Gather;
use serde_json::{Number, Value as Json, json};

/// A node as JSON. Reading has bounded depth and aliases.
#[must_use]
pub fn json(tree: &Tree, id: NodeId) -> Json {
    match tree.node(id).value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Number(text) => number(text),
        Value::String(text) => Json::String(text.into()),
        Value::Sequence(items) => items.iter().map(|item| json(tree, *item)).collect(),
        Value::Mapping(entries) => {
            let pairs = entries.iter().map(|entry| {
                let key = tree.as_str(entry.key).unwrap_or_default();
                (key.to_owned(), json(tree, entry.value))
            });
            Json::Object(pairs.gather())
        }
    }
}

fn number(text: &str) -> Json {
    // Past the range of a double there is no JSON number; the text still tells such values apart.
    text.parse::<Number>().map_or_else(|_| Json::String(text.into()), Json::Number)
}

/// Beyond so many entries, looking each up costs more than sorting them.
const FEW: usize = 32;

/// Whether a node reads as a value.
pub(super) fn holds(tree: &Tree, id: NodeId, value: &Json) -> bool {
    match (&tree.node(id).value, value) {
        (Value::String(text), Json::String(value)) => **text == **value,
        (Value::Sequence(items), Json::Array(values)) => {
            items.len() == values.len()
                && items.iter().zip(values).all(|(item, value)| holds(tree, *item, value))
        }
        // As many entries as fields, and one for each field: none is doubled.
        (Value::Mapping(entries), Json::Object(fields))
            if entries.len() == fields.len() && fields.len() <= FEW =>
        {
            fields.iter().all(|(key, value)| tree.get(id, key).is_some_and(|it| holds(tree, it, value)))
        }
        _ => same(&json(tree, id), value),
    }
}

/// Whether two values are the same to a reader of JSON: `1` is `1.0`.
pub(super) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// Puts `value` under the names of `steps`, the first outermost. An index makes a list of one.
pub(super) fn nest(steps: &[Segment], value: Json) -> Option<Json> {
    steps.iter().rev().try_fold(value, |value, step| match step {
        Segment::Field(name) | Segment::Key(name) => {
            Some(Json::Object(std::iter::once((name.as_ref().to_owned(), value)).gather()))
        }
        Segment::Index(0) => Some(Json::Array(vec![value])),
        Segment::Index(_) => None,
    })
}

/// How a segment names a key of a mapping.
pub(super) fn name(step: &Segment) -> String {
    match step {
        Segment::Field(name) | Segment::Key(name) => name.as_ref().into(),
        Segment::Index(at) => at.to_string(),
    }
}

/// The rest of `path` where it leads through `from`, however the steps are spelled.
pub(super) fn below<'p>(from: &[Segment], path: &'p [Segment]) -> Option<&'p [Segment]> {
    let (head, rest) = path.split_at_checked(from.len())?;
    head.iter().zip(from).all(|(a, b)| name(a) == name(b)).then_some(rest)
}

fn child<'j>(value: &'j Json, step: &Segment) -> Option<&'j Json> {
    match (value, step) {
        (Json::Array(items), Segment::Index(at)) => items.get(*at as usize),
        (Json::Object(fields), step) => fields.get(&name(step)),
        _ => None,
    }
}

fn child_mut<'j>(value: &'j mut Json, step: &Segment) -> Option<&'j mut Json> {
    match (value, step) {
        (Json::Array(items), Segment::Index(at)) => items.get_mut(*at as usize),
        (Json::Object(fields), step) => fields.get_mut(&name(step)),
        _ => None,
    }
}

fn at_mut<'j>(value: &'j mut Json, steps: &[Segment]) -> Option<&'j mut Json> {
    steps.iter().try_fold(value, child_mut)
}

/// One change at one place: what both the value and JSON Patch are changed by.
enum Change {
    Add(Vec<Segment>, Json),
    Replace(Vec<Segment>, Json),
    Remove(Vec<Segment>),
    Move(Vec<Segment>, Vec<Segment>),
}

/// The changes of an operation on a value.
fn changes(value: &Json, operation: &Operation) -> Option<Vec<Change>> {
    Some(match operation {
        Operation::Set { at, value: new } => vec![set(value, at, new.clone())?],
        Operation::Remove { at } => {
            at.0.iter().try_fold(value, child)?;
            at.0.last()?;
            vec![Change::Remove(at.0.clone())]
        }
        Operation::Insert { at, value: new } => {
            let (Segment::Index(index), above) = at.0.split_last()? else { return None };
            let list = above.iter().try_fold(value, child);
            match list {
                Some(Json::Array(items)) => {
                    let index = u32::try_from(items.len()).unwrap_or(u32::MAX).min(*index);
                    let mut path = above.to_vec();
                    path.push(Segment::Index(index));
                    vec![Change::Add(path, new.clone())]
                }
                Some(Json::Null) | None => {
                    vec![set(value, &FieldPath(above.to_vec()), Json::Array(vec![new.clone()]))?]
                }
                Some(_) => return None,
            }
        }
        Operation::Rename { at, to } => {
            let mut target = at.parent().0;
            target.push(Segment::Field(to.as_str().into()));
            relocate(value, &at.0, &target)?
        }
        Operation::Move { from, to } => relocate(value, &from.0, &to.0)?,
    })
}

fn set(value: &Json, at: &FieldPath, new: Json) -> Option<Change> {
    let mut here = value;
    for (depth, step) in at.0.iter().enumerate() {
        let next = child(here, step);
        let (done, left) = (at.0.get(..=depth)?.to_vec(), at.0.get(depth + 1..)?);
        match (next, here) {
            (Some(next), _) => here = next,
            (None, Json::Object(_)) => return Some(Change::Add(done, nest(left, new)?)),
            (None, Json::Array(items)) if matches!(step, Segment::Index(at) if *at as usize == items.len()) =>
            {
                return Some(Change::Add(done, nest(left, new)?));
            }
            (None, Json::Null) if depth > 0 => {
                let above = at.0.get(..depth)?.to_vec();
                return Some(Change::Replace(above, nest(at.0.get(depth..)?, new)?));
            }
            _ => return None,
        }
    }
    at.0.last()?;
    Some(Change::Replace(at.0.clone(), new))
}

fn relocate(value: &Json, from: &[Segment], to: &[Segment]) -> Option<Vec<Change>> {
    let moved = from.iter().try_fold(value, child)?;
    let (last, above) = from.split_last()?;
    // Into itself: the value gets new keys around it.
    if let Some(keys) = below(from, to) {
        let named = keys.iter().all(|step| !matches!(step, Segment::Index(_)));
        let wrapped = nest(keys, moved.clone()).filter(|_| named && !keys.is_empty())?;
        return Some(vec![Change::Replace(from.to_vec(), wrapped)]);
    }
    // Taking an item out of a list would shift the places of its neighbours.
    if matches!(last, Segment::Index(_))
        && matches!(above.iter().try_fold(value, child)?, Json::Array(_))
        && below(above, to).is_some()
    {
        return None;
    }
    let occupied = to.iter().try_fold(value, child).is_some();
    if occupied {
        return None;
    }
    let target = set(value, &FieldPath(to.to_vec()), moved.clone())?;
    Some(match target {
        // JSON Patch can move only below what exists.
        Change::Add(path, _) if path.len() == to.len() => vec![Change::Move(from.to_vec(), to.to_vec())],
        other => vec![Change::Remove(from.to_vec()), other],
    })
}

/// Applies an operation to a value.
pub(super) fn change(value: &mut Json, operation: &Operation) -> Option<()> {
    for change in changes(value, operation)? {
        match change {
            Change::Add(path, new) => add(value, &path, new)?,
            Change::Replace(path, new) => *at_mut(value, &path)? = new,
            Change::Remove(path) => {
                remove(value, &path)?;
            }
            Change::Move(from, to) => {
                let moved = remove(value, &from)?;
                add(value, &to, moved)?;
            }
        }
    }
    Some(())
}

fn add(value: &mut Json, path: &[Segment], new: Json) -> Option<()> {
    let (last, above) = path.split_last()?;
    match (at_mut(value, above)?, last) {
        (Json::Array(items), Segment::Index(at)) if *at as usize <= items.len() => {
            items.insert(*at as usize, new)
        }
        (Json::Object(fields), last) => {
            fields.insert(name(last), new);
        }
        _ => return None,
    }
    Some(())
}

fn remove(value: &mut Json, path: &[Segment]) -> Option<Json> {
    let (last, above) = path.split_last()?;
    match (at_mut(value, above)?, last) {
        (Json::Array(items), Segment::Index(at)) if (*at as usize) < items.len() => {
            Some(items.remove(*at as usize))
        }
        (Json::Object(fields), last) => fields.remove(&name(last)),
        _ => None,
    }
}

/// The operation as JSON Patch.
pub(super) fn patch(value: &Json, operation: &Operation) -> Option<Vec<Json>> {
    let steps = changes(value, operation)?.into_iter().map(|change| match change {
        Change::Add(path, new) => json!({"op": "add", "path": pointer(&path), "value": new}),
        Change::Replace(path, new) => json!({"op": "replace", "path": pointer(&path), "value": new}),
        Change::Remove(path) => json!({"op": "remove", "path": pointer(&path)}),
        Change::Move(from, to) => json!({"op": "move", "from": pointer(&from), "path": pointer(&to)}),
    });
    Some(steps.collect())
}

fn pointer(path: &[Segment]) -> String {
    path.iter().map(|step| format!("/{}", name(step).replace('~', "~0").replace('/', "~1"))).collect()
}
