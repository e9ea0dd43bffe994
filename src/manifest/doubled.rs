//! JSON with a field written twice, as Go decodes it: the second value is decoded into what the
//! first one left. Objects and maps so become one, lists item by item, and a null leaves plain
//! values alone. YAML knows nothing of this: there the last value counts.
//!
//! Takes an object of a known type; gives JSON text in which each field stands once.

use super::go::json_string;
use super::schema::{Struct, Type};
use crate::syntax::{NodeId, Tree, Value};
use std::collections::BTreeMap;

/// The object at `root` with each field once.
pub(super) fn settled(of: &'static Struct, tree: &Tree, root: NodeId) -> String {
    let mut value = Memory::Zero;
    value.take(Type::Struct(of), false, tree, root);
    let mut out = String::new();
    value.write(&mut out);
    out
}

/// What Go's memory holds.
enum Memory {
    /// Nothing yet: zero, or nil.
    Zero,
    /// A scalar, or JSON that is kept as it is.
    Leaf(String),
    /// `map[string]string`.
    Map(BTreeMap<String, String>),
    /// A struct.
    Fields(BTreeMap<&'static str, Memory>),
    /// A list, and how many of its items count: a shorter list leaves the rest behind it, where a
    /// longer one finds them again.
    List(Vec<Memory>, usize),
}

impl Memory {
    fn take(&mut self, ty: Type, pointer: bool, tree: &Tree, node: NodeId) {
        let value = tree.node(node).value;
        if value == Value::Null {
            let kept = matches!(ty, Type::Text(_) | Type::Bool | Type::Int32 | Type::Int64 | Type::Struct(_));
            if pointer || !kept {
                *self = Self::Zero;
            }
            return;
        }
        match ty {
            Type::Struct(of) => self.take_fields(of, tree, node),
            Type::Structs(of) => self.take_items(Type::Struct(of), tree, node),
            Type::Texts(name) => self.take_items(Type::Text(name), tree, node),
            Type::Labels => self.take_entries(tree, node),
            _ => *self = Self::Leaf(json(tree, node)),
        }
    }

    fn take_fields(&mut self, of: &'static Struct, tree: &Tree, node: NodeId) {
        if !matches!(self, Self::Fields(_)) {
            *self = Self::Fields(BTreeMap::new());
        }
        let Self::Fields(fields) = self else { return };
        for entry in tree.entries(node) {
            if let Some(field) = tree.as_str(entry.key).and_then(|it| of.field(it)) {
                let slot = fields.entry(field.name).or_insert(Self::Zero);
                slot.take(field.ty, is_pointer(of.name, field.name), tree, entry.value);
            }
        }
    }

    fn take_items(&mut self, ty: Type, tree: &Tree, node: NodeId) {
        let found = tree.items(node);
        if found.is_empty() || !matches!(self, Self::List(..)) {
            *self = Self::List(Vec::new(), 0);
        }
        let Self::List(items, count) = self else { return };
        *count = found.len();
        for (at, item) in found.iter().enumerate() {
            if at >= items.len() {
                items.push(Self::Zero);
            }
            if let Some(slot) = items.get_mut(at) {
                slot.take(ty, false, tree, *item);
            }
        }
    }

    fn take_entries(&mut self, tree: &Tree, node: NodeId) {
        if !matches!(self, Self::Map(_)) {
            *self = Self::Map(BTreeMap::new());
        }
        let Self::Map(map) = self else { return };
        for entry in tree.entries(node) {
            let key = tree.as_str(entry.key).unwrap_or_default();
            map.insert(key.into(), tree.as_str(entry.value).unwrap_or_default().into());
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Zero => out.push_str("null"),
            Self::Leaf(json) => out.push_str(json),
            Self::Map(map) => {
                let entries = map.iter().map(|(key, value)| (key.as_str(), value));
                object(entries, |value, out| out.push_str(&json_string(value)), out);
            }
            Self::Fields(fields) => object(fields.iter().map(|(key, it)| (*key, it)), Self::write, out),
            Self::List(items, count) => {
                out.push('[');
                for (at, item) in items.iter().take(*count).enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    item.write(out);
                }
                out.push(']');
            }
        }
    }
}

fn object<'a, T: 'a>(
    entries: impl Iterator<Item = (&'a str, &'a T)>,
    write: impl Fn(&T, &mut String),
    out: &mut String,
) {
    out.push('{');
    for (at, (key, value)) in entries.enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        out.push_str(&json_string(key));
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

/// A value as it is written, doubles included.
fn json(tree: &Tree, node: NodeId) -> String {
    let mut out = String::new();
    match tree.node(node).value {
        Value::Null => out.push_str("null"),
        Value::Bool(it) => out.push_str(if it { "true" } else { "false" }),
        Value::Number(it) => out.push_str(it),
        Value::String(it) => out.push_str(&json_string(it)),
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(|it| json(tree, *it)).collect();
            out = format!("[{}]", items.join(","));
        }
        Value::Mapping(_) => {
            let entries: Vec<(&str, String)> = tree
                .entries(node)
                .iter()
                .map(|it| (tree.as_str(it.key).unwrap_or_default(), json(tree, it.value)))
                .collect();
            object(entries.iter().map(|(key, it)| (*key, it)), |it, out| out.push_str(it), &mut out);
        }
    }
    out
}

/// Whether Go holds a field behind a pointer, which a null clears.
fn is_pointer(of: &str, field: &str) -> bool {
    matches!(
        (of, field),
        ("NetworkPolicyPort", _)
            | ("NetworkPolicyPeer", _)
            | ("OwnerReference", "controller" | "blockOwnerDeletion")
            | ("ObjectMeta", "deletionTimestamp" | "deletionGracePeriodSeconds")
            | ("ManagedFieldsEntry", "time" | "fieldsV1")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::schema::NETWORK_POLICY;
    use crate::options::Limits;
    use crate::syntax::parse;

    fn spec(text: &str) -> String {
        let parsed = parse(&format!("{{\"spec\":{text}}}"), &Limits::default());
        let out = settled(&NETWORK_POLICY, &parsed.tree, parsed.documents[0].root.unwrap());
        out.strip_prefix("{\"spec\":").and_then(|it| it.strip_suffix('}')).unwrap().to_string()
    }

    #[test]
    fn the_second_value_is_decoded_into_the_first() {
        let cases = [
            (
                r#"{"podSelector":{"matchLabels":{"a":"b"},"matchLabels":{}}}"#,
                r#"{"podSelector":{"matchLabels":{"a":"b"}}}"#,
            ),
            (
                r#"{"podSelector":{"matchLabels":{"a":"b"}},"podSelector":null}"#,
                r#"{"podSelector":{"matchLabels":{"a":"b"}}}"#,
            ),
            (r#"{"policyTypes":["Ingress"],"policyTypes":null}"#, r#"{"policyTypes":null}"#),
            (
                r#"{"policyTypes":["a","b"],"policyTypes":["c"],"policyTypes":["d",null]}"#,
                r#"{"policyTypes":["d","b"]}"#,
            ),
            (
                r#"{"ingress":[{"ports":[{"port":80,"protocol":"UDP"}],"ports":[{"port":null}]}]}"#,
                r#"{"ingress":[{"ports":[{"port":null,"protocol":"UDP"}]}]}"#,
            ),
        ];
        for (text, want) in cases {
            assert_eq!(spec(text), want, "{text}");
        }
    }
}
