//! The tree into typed values, by serde, without ever failing.
//!
//! Takes a tree and a node; gives a value of any type that Kubernetes would decode there, and
//! whether all of it fitted. What does not fit becomes the zero value, as in Go: null is zero, a
//! wrong type is zero, the last of a doubled key counts, unknown fields are dropped. What exactly
//! did not fit, in the server's words, is [`super::strict`]'s business: it looks again only where
//! this says that something was wrong.

use crate::syntax::{Entry, NodeId, Tree, Value};
use k8s_openapi::jiff::Timestamp;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

/// A decoded value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded<T> {
    /// The value, zero where the text did not fit.
    pub value: T,
    /// Whether every field was known and of the right type.
    pub clean: bool,
}

/// Decodes `node`. `doubled` says that the document has a key written twice somewhere, so that
/// each mapping must be looked through for the one that counts.
#[must_use]
pub fn decode<T: DeserializeOwned + Default>(tree: &Tree, node: NodeId, doubled: bool) -> Decoded<T> {
    let state = State { clean: Cell::new(true), doubled };
    let at = At { tree, node, state: &state, depth: 0, any: false };
    match T::deserialize(at) {
        Ok(value) => Decoded { value, clean: state.clean.get() },
        Err(Misfit) => Decoded { value: T::default(), clean: false },
    }
}

/// Nesting beyond which values read as null. No field of Kubernetes lies anywhere near it; the
/// reader's own limit usually stops such a text before.
const DEPTH: u16 = 256;

struct State {
    clean: Cell<bool>,
    doubled: bool,
}

/// A node being decoded.
#[derive(Clone, Copy)]
struct At<'t> {
    tree: &'t Tree,
    node: NodeId,
    state: &'t State,
    depth: u16,
    /// Whether any JSON may stand here, rather than an integer or a string.
    any: bool,
}

impl<'t> At<'t> {
    fn value(&self) -> &'t Value {
        if self.depth >= DEPTH { &Value::Null } else { &self.tree.node(self.node).value }
    }

    fn down(&self, node: NodeId) -> Self {
        Self { node, depth: self.depth + 1, ..*self }
    }

    fn misfit(&self) {
        self.state.clean.set(false);
    }

    fn items(&self) -> &'t [NodeId] {
        match self.value() {
            Value::Sequence(items) => items,
            Value::Null => &[],
            _ => {
                self.misfit();
                &[]
            }
        }
    }

    fn fields(&self) -> Fields<'t> {
        let entries: &[Entry] = match self.value() {
            Value::Mapping(entries) => entries,
            Value::Null => &[],
            _ => {
                self.misfit();
                &[]
            }
        };
        let merged = || entries.iter().any(|it| it.merged);
        let last = (self.state.doubled || merged()).then(|| {
            entries.iter().enumerate().filter_map(|(at, it)| Some((self.tree.as_str(it.key)?, at))).collect()
        });
        Fields { of: *self, entries, next: 0, value: None, last }
    }

    fn integer(&self) -> i64 {
        match self.value() {
            Value::Null => 0,
            Value::Number(text) => text.parse().unwrap_or_else(|_| {
                self.misfit();
                0
            }),
            _ => {
                self.misfit();
                0
            }
        }
    }

    fn text(&self) -> &'t str {
        match self.value() {
            Value::String(text) => text,
            Value::Null => "",
            _ => {
                self.misfit();
                ""
            }
        }
    }

    /// A time that the time library is sure to read: the one written, else the epoch.
    fn time(&self) -> &'t str {
        const EPOCH: &str = "1970-01-01T00:00:00Z";
        match self.value() {
            Value::Null => EPOCH,
            Value::String(text) if super::time::fault(text).is_none() => {
                if text.parse::<Timestamp>().is_ok() { text } else { EPOCH }
            }
            _ => {
                self.misfit();
                EPOCH
            }
        }
    }

    /// An integer of 32 bits or a string; or, where `any`, whatever JSON is there.
    fn anything<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value() {
            Value::String(text) => visitor.visit_str(text),
            Value::Number(text) if !self.any => visitor.visit_i32(text.parse().unwrap_or_else(|_| {
                self.misfit();
                0
            })),
            _ if !self.any => {
                self.misfit();
                visitor.visit_i32(0)
            }
            Value::Null => visitor.visit_unit(),
            Value::Bool(it) => visitor.visit_bool(*it),
            Value::Number(text) => match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(it), _) => visitor.visit_i64(it),
                (_, Ok(it)) => visitor.visit_f64(it),
                _ => visitor.visit_unit(),
            },
            Value::Sequence(items) => visitor.visit_seq(Items { of: self, items, next: 0 }),
            Value::Mapping(_) => visitor.visit_map(self.fields()),
        }
    }
}

/// A type asked for something that cannot be made up. None of the types decoded here does.
#[derive(Debug)]
struct Misfit;

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value does not fit")
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Items<'t> {
    of: At<'t>,
    items: &'t [NodeId],
    next: usize,
}

impl<'t> SeqAccess<'t> for Items<'t> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let Some(node) = self.items.get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        seed.deserialize(self.of.down(*node)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len().saturating_sub(self.next))
    }
}

struct Fields<'t> {
    of: At<'t>,
    entries: &'t [Entry],
    next: usize,
    value: Option<NodeId>,
    /// The entry that counts for each key, where keys may be doubled.
    last: Option<BTreeMap<&'t str, usize>>,
}

impl<'t> MapAccess<'t> for Fields<'t> {
    type Error = Misfit;

    fn next_key_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        while let Some(entry) = self.entries.get(self.next) {
            let at = self.next;
            self.next += 1;
            let counts = |last: &BTreeMap<&str, usize>| {
                self.of.tree.as_str(entry.key).is_none_or(|key| last.get(key) == Some(&at))
            };
            if self.last.as_ref().is_none_or(counts) {
                self.value = Some(entry.value);
                return seed.deserialize(self.of.down(entry.key)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        let node = self.value.take().ok_or(Misfit)?;
        seed.deserialize(self.of.down(node))
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
            visitor.$visit(<$type>::try_from(self.integer()).unwrap_or_else(|_| {
                self.misfit();
                0
            }))
        }
    )*};
}

impl<'t> Deserializer<'t> for At<'t> {
    type Error = Misfit;

    integers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
    }

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.anything(visitor)
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_bool(match self.value() {
            Value::Bool(it) => *it,
            Value::Null => false,
            _ => {
                self.misfit();
                false
            }
        })
    }

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.text())
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.text())
    }

    fn deserialize_identifier<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.text())
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if matches!(self.value(), Value::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(Items { of: self, items: self.items(), next: 0 })
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(self.fields())
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_map(self.fields())
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match name {
            "Time" | "MicroTime" => visitor.visit_newtype_struct(StrDeserializer::new(self.time())),
            "FieldsV1" | "RawExtension" => visitor.visit_newtype_struct(Self { any: true, ..self }),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.misfit();
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'t>>
        f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct enum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Limits;
    use crate::syntax::parse;
    use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicySpec};
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
    use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

    fn read<T: DeserializeOwned + Default>(text: &str) -> Decoded<T> {
        let parsed = parse(text, &Limits::default());
        let document = parsed.documents.first().unwrap();
        decode(&parsed.tree, document.root.unwrap(), !document.duplicates.is_empty())
    }

    #[test]
    fn ports_are_numbers_of_32_bits_or_names() {
        let spec: NetworkPolicySpec =
            read("ingress: [{ports: [{port: 80}, {port: web}, {port: '80'}, {port: 99999999999}]}]").value;
        let ports: Vec<_> =
            spec.ingress.unwrap()[0].ports.clone().unwrap().into_iter().map(|it| it.port.unwrap()).collect();
        let name = |text: &str| IntOrString::String(text.into());
        assert_eq!(ports, [IntOrString::Int(80), name("web"), name("80"), IntOrString::Int(0)]);
    }

    #[test]
    fn what_does_not_fit_is_zero_and_told() {
        let read = read::<NetworkPolicySpec>("podSelector: {}\npolicyTypes: Ingress\ningress: [null]");
        assert!(!read.clean);
        assert_eq!(read.value.policy_types, Some(vec![]));
        assert_eq!(read.value.ingress.map(|it| it.len()), Some(1));
    }

    #[test]
    fn null_is_zero_and_fits() {
        let read = read::<NetworkPolicySpec>("podSelector:\n  matchLabels: {a: null}\negress: null");
        assert!(read.clean);
        assert_eq!(read.value.egress, None);
        assert_eq!(read.value.pod_selector.unwrap().match_labels.unwrap()["a"], "");
    }

    #[test]
    fn the_last_of_a_doubled_key_counts() {
        let read: Decoded<NetworkPolicy> =
            read("kind: Other\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}");
        assert_eq!(read.value.metadata.name.as_deref(), Some("a"));
    }

    #[test]
    fn a_broken_time_costs_only_itself() {
        let read = read::<ObjectMeta>("{name: a, creationTimestamp: yesterday}");
        assert!(!read.clean);
        assert_eq!(read.value.name.as_deref(), Some("a"));
    }
}
