//! The tree into typed values, by serde, without ever failing.
//!
//! Takes a tree and a node; gives a value of any type that Kubernetes would decode there, and
//! whether all of it fitted. What does not fit becomes the zero value, as in Go: null is zero, a
//! wrong type is zero, the last of a doubled key counts, unknown fields are dropped. What exactly
//! did not fit, in the server's words, is [`super::strict`]'s business: it looks again only where
//! this says that something was wrong.

use super::time;
use crate::order::Gather;
use crate::syntax::{Entry, NodeId, Tree, Value};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use k8s_openapi::jiff::Timestamp;
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
    decode_with(tree, node, &State::new(doubled))
}

/// Decodes an object's metadata. Its times are read here: the code with which the time library
/// reads them is larger than all else that decodes.
#[must_use]
pub(super) fn decode_metadata(tree: &Tree, node: NodeId, doubled: bool) -> Decoded<ObjectMeta> {
    let state = State::new(doubled);
    let read: Decoded<Option<ObjectMeta>> = decode_with(tree, node, &state);
    let mut value = read.value.unwrap_or_default();
    value.creation_timestamp = state.created.take();
    value.deletion_timestamp = state.deleted.take();
    Decoded { value, clean: read.clean }
}

fn decode_with<T: DeserializeOwned + Default>(tree: &Tree, node: NodeId, state: &State) -> Decoded<T> {
    match T::deserialize(At { tree, node, state, depth: 0 }) {
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
    /// The times of the metadata.
    created: Cell<Option<Time>>,
    deleted: Cell<Option<Time>>,
}

impl State {
    fn new(doubled: bool) -> Self {
        Self { clean: Cell::new(true), doubled, created: Cell::default(), deleted: Cell::default() }
    }
}

/// A node being decoded.
#[derive(Clone, Copy)]
struct At<'t> {
    tree: &'t Tree,
    node: NodeId,
    state: &'t State,
    depth: u16,
}

impl<'t> At<'t> {
    fn value(&self) -> Value<'t> {
        if self.depth >= DEPTH { Value::Null } else { self.tree.node(self.node).value }
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

    fn fields(&self, of_struct: &'static str) -> Fields<'t> {
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
            entries.iter().enumerate().filter_map(|(at, it)| Some((self.tree.as_str(it.key)?, at))).gather()
        });
        Fields { of: *self, of_struct, entries, next: 0, value: None, last }
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

    /// A time; where the text is none, or none that can be told, the epoch.
    fn time(&self) -> Option<Time> {
        let read = match self.value() {
            Value::Null => return None,
            Value::String(text) => time::read(text),
            _ => Err(String::new()),
        };
        let (seconds, nanoseconds) = read.unwrap_or_else(|_| {
            self.misfit();
            (0, 0)
        });
        Some(Time(Timestamp::new(seconds, nanoseconds).unwrap_or(Timestamp::UNIX_EPOCH)))
    }

    /// An integer of 32 bits or a string.
    fn anything<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.value() {
            Value::String(text) => visitor.visit_str(text),
            Value::Number(text) => visitor.visit_i32(text.parse().unwrap_or_else(|_| {
                self.misfit();
                0
            })),
            _ => {
                self.misfit();
                visitor.visit_i32(0)
            }
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
    /// The name of the type; empty for a map.
    of_struct: &'static str,
    entries: &'t [Entry],
    next: usize,
    value: Option<NodeId>,
    /// The entry that counts for each key, where keys may be doubled.
    last: Option<BTreeMap<&'t str, usize>>,
}

impl Fields<'_> {
    /// Whether the type gets this field without serde: times, and what nobody reads, the fields
    /// that a manager owns.
    fn apart(&self, key: NodeId, value: NodeId) -> bool {
        let at = self.of.down(value);
        match (self.of_struct, self.of.tree.as_str(key)) {
            ("ObjectMeta", Some("creationTimestamp")) => self.of.state.created.set(at.time()),
            ("ObjectMeta", Some("deletionTimestamp")) => self.of.state.deleted.set(at.time()),
            ("ManagedFieldsEntry", Some("time")) => _ = at.time(),
            ("ManagedFieldsEntry", Some("fieldsV1")) => {}
            _ => return false,
        }
        true
    }
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
            if self.last.as_ref().is_none_or(counts) && !self.apart(entry.key, entry.value) {
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
            Value::Bool(it) => it,
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
        visitor.visit_map(self.fields(""))
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_map(self.fields(name))
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match name {
            // Only [`Fields::apart`] reads these; asking for one would link what reads it.
            "Time" | "MicroTime" | "FieldsV1" | "RawExtension" => Err(Misfit),
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
    use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

    fn read<T: DeserializeOwned + Default>(text: &str) -> Decoded<T> {
        let parsed = parse(text, &Limits::default());
        let document = parsed.documents.first().unwrap();
        decode(&parsed.tree, document.root.unwrap(), !document.duplicates.is_empty())
    }

    fn metadata(text: &str) -> Decoded<ObjectMeta> {
        let parsed = parse(text, &Limits::default());
        decode_metadata(&parsed.tree, parsed.documents[0].root.unwrap(), false)
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
        let read = metadata("{name: a, creationTimestamp: yesterday}");
        assert!(!read.clean);
        assert_eq!(read.value.name.as_deref(), Some("a"));
        assert_eq!(read.value.creation_timestamp, Some(Time(Timestamp::UNIX_EPOCH)));
    }

    #[test]
    fn metadata_is_read_with_its_times() {
        let read = metadata(
            "{name: a, creationTimestamp: '2024-02-29T23:59:59.25+02:00', deletionTimestamp: null,\n\
             managedFields: [{manager: m, time: '2024-01-01T00:00:00Z', fieldsV1: {f: 1.5}}]}",
        );
        assert!(read.clean);
        let created: Timestamp = "2024-02-29T21:59:59.25Z".parse().unwrap();
        assert_eq!(read.value.creation_timestamp, Some(Time(created)));
        assert_eq!(read.value.deletion_timestamp, None);
        assert_eq!(read.value.managed_fields.unwrap()[0].manager.as_deref(), Some("m"));
        assert!(!metadata("{managedFields: [{time: today}]}").clean);
    }
}
