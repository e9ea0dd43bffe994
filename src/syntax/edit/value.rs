//! Values of a tree beside values of JSON.

use super::super::tree::{NodeId, Tree, Value};
use crate::field::Segment;
use crate::order::Gather;
use serde_json::{Number, Value as Json};

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

/// Whether two nodes read as the same value.
pub(super) fn alike((a, at): (&Tree, NodeId), (b, other): (&Tree, NodeId)) -> bool {
    match (a.node(at).value, b.node(other).value) {
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Sequence(own), Value::Sequence(others)) => {
            own.len() == others.len()
                && own.iter().zip(others).all(|(at, other)| alike((a, *at), (b, *other)))
        }
        // Edits leave fields in their order.
        (Value::Mapping(own), Value::Mapping(others))
            if own.len() == others.len()
                && own.iter().zip(others).all(|(at, other)| a.as_str(at.key) == b.as_str(other.key)) =>
        {
            own.iter().zip(others).all(|(at, other)| alike((a, at.value), (b, other.value)))
        }
        _ => same(&json(a, at), &json(b, other)),
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
