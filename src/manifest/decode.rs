//! The tree into typed values, without ever failing.
//!
//! Takes a tree and a node; gives a value of any type that Kubernetes would decode there, and
//! whether all of it fitted. What does not fit becomes the zero value, as in Go: null is zero, a
//! wrong type is zero, the last of a doubled key counts, unknown fields are dropped. What exactly
//! did not fit, in the server's words, is [`super::strict`]'s business: it looks again only where
//! this says that something was wrong.
//!
//! Not by serde: its visitors, one for each type and again for each kind of access, cost twice the
//! time and 10 kB of a compressed wasm module.

mod kubernetes;

pub(super) use kubernetes::Stored;

use super::time;
use crate::order::Gather;
use crate::syntax::{Entry, NodeId, Tree, Value};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use k8s_openapi::jiff::Timestamp;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::str::FromStr;

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
pub(super) fn decode<T: Decode>(tree: &Tree, node: NodeId, doubled: bool) -> Decoded<T> {
    let state = State { clean: Cell::new(true), doubled };
    let value = T::decode(At { tree, node, state: &state });
    Decoded { value, clean: state.clean.get() }
}

/// What can be decoded.
pub(super) trait Decode {
    /// The value that stands there.
    fn decode(at: At<'_>) -> Self;
}

/// Makes a struct decodable: the name of each field and where it goes. A field of the struct that is
/// named nowhere does not compile. `passes` names what may stand there and is not kept, `leaves`
/// tells fields that stay as they are by default.
macro_rules! decodes {
    ($($type:ident {
        $($name:literal $field:ident,)*
        $(passes $($passed:literal)+,)?
        $(leaves $($left:ident)+,)?
    })+) => {$(
        impl crate::manifest::decode::Decode for $type {
            fn decode(at: crate::manifest::decode::At<'_>) -> Self {
                let mut it = Self::default();
                let Self { $($field: _,)* $($($left: _,)+)? } = &it;
                at.fields(&mut |name, at| match name {
                    $($name => it.$field = crate::manifest::decode::Decode::decode(at),)*
                    $($($passed)|+ => {})?
                    _ => at.misfit(),
                });
                it
            }
        }
    )+};
}
pub(super) use decodes;

struct State {
    clean: Cell<bool>,
    doubled: bool,
}

/// A node being decoded.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    tree: &'t Tree,
    node: NodeId,
    state: &'t State,
}

impl<'t> At<'t> {
    fn value(self) -> Value<'t> {
        self.tree.node(self.node).value
    }

    fn to(self, node: NodeId) -> Self {
        Self { node, ..self }
    }

    /// Notes that something does not fit.
    #[inline]
    pub(super) fn misfit(self) {
        self.state.clean.set(false);
    }

    fn items(self) -> &'t [NodeId] {
        match self.value() {
            Value::Sequence(items) => items,
            _ => self.unless_null(&[]),
        }
    }

    /// Hands on the fields that stand here, of equal names the last.
    pub(super) fn fields(self, each: &mut dyn FnMut(&'t str, Self)) {
        let entries: &[Entry] = match self.value() {
            Value::Mapping(entries) => entries,
            _ => self.unless_null(&[]),
        };
        let name = |entry: &Entry| self.tree.name(entry.key).unwrap_or_default();
        let may_double = self.state.doubled || entries.iter().any(|it| it.merged);
        let last: Option<BTreeMap<&str, usize>> =
            may_double.then(|| entries.iter().enumerate().map(|(at, it)| (name(it), at)).gather());
        for (at, entry) in entries.iter().enumerate() {
            let name = name(entry);
            if last.as_ref().is_none_or(|last| last.get(name) == Some(&at)) {
                each(name, self.to(entry.value));
            }
        }
    }

    /// The zero of a type: fitting for null alone.
    fn unless_null<T>(self, zero: T) -> T {
        if !self.tree.is_null(self.node) {
            self.misfit();
        }
        zero
    }

    fn integer<T: FromStr + Default>(self) -> T {
        let read = match self.value() {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        };
        read.unwrap_or_else(|| self.unless_null(T::default()))
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(at: At<'_>) -> Self {
        (!at.tree.is_null(at.node)).then(|| T::decode(at))
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(at: At<'_>) -> Self {
        at.items().iter().map(|item| T::decode(at.to(*item))).collect()
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode(at: At<'_>) -> Self {
        let mut map = Self::new();
        at.fields(&mut |name, at| _ = map.insert(name.to_owned(), T::decode(at)));
        map
    }
}

impl Decode for String {
    fn decode(at: At<'_>) -> Self {
        match at.tree.as_str(at.node) {
            Some(text) => text.to_owned(),
            None => at.unless_null(Self::new()),
        }
    }
}

impl Decode for bool {
    fn decode(at: At<'_>) -> Self {
        match at.value() {
            Value::Bool(it) => it,
            _ => at.unless_null(false),
        }
    }
}

impl Decode for i32 {
    fn decode(at: At<'_>) -> Self {
        at.integer()
    }
}

impl Decode for i64 {
    fn decode(at: At<'_>) -> Self {
        at.integer()
    }
}

impl Decode for IntOrString {
    fn decode(at: At<'_>) -> Self {
        match at.tree.as_str(at.node) {
            Some(text) => Self::String(text.to_owned()),
            None => Self::Int(at.integer()),
        }
    }
}

/// Where the text is no time, or none that can be told, the epoch.
impl Decode for Time {
    fn decode(at: At<'_>) -> Self {
        let read = match at.value() {
            Value::String(text) => time::read(text),
            _ => Err(String::new()),
        };
        let (seconds, nanoseconds) = read.unwrap_or_else(|_| {
            at.misfit();
            (0, 0)
        });
        Self(Timestamp::new(seconds, nanoseconds).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Limits;
    use crate::syntax::parse;
    use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicySpec};
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

    fn read<T: Decode>(text: &str) -> Decoded<T> {
        let parsed = parse(text, &Limits::default());
        let document = parsed.documents.first().unwrap();
        decode(&parsed.tree, document.root.unwrap(), !document.duplicates.is_empty())
    }

    fn metadata(text: &str) -> Decoded<ObjectMeta> {
        read(text)
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

    /// Every field of the types, by the names that their own serde reads.
    #[test]
    fn fields_go_where_the_types_themselves_put_them() {
        let text = r#"{
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {
                "name": "a", "namespace": "b", "generateName": "c", "uid": "d", "resourceVersion": "e",
                "selfLink": "f", "generation": 1, "deletionGracePeriodSeconds": 2, "labels": {"g": "h"},
                "annotations": {"i": "j"}, "finalizers": ["k"], "creationTimestamp": "2024-02-29T00:00:00Z",
                "deletionTimestamp": "2024-03-01T00:00:00Z",
                "ownerReferences": [{
                    "apiVersion": "l", "kind": "m", "name": "n", "uid": "o", "controller": true,
                    "blockOwnerDeletion": true
                }],
                "managedFields": [{
                    "manager": "p", "operation": "q", "apiVersion": "r", "time": "2024-03-02T00:00:00Z",
                    "fieldsType": "s", "subresource": "t"
                }]
            },
            "spec": {
                "podSelector": {
                    "matchLabels": {"u": "v"},
                    "matchExpressions": [{"key": "w", "operator": "In", "values": ["x"]}]
                },
                "policyTypes": ["Ingress"],
                "ingress": [{
                    "from": [{"podSelector": {}, "namespaceSelector": {"matchLabels": {"y": "z"}}}],
                    "ports": [{"protocol": "TCP", "port": 80, "endPort": 81}]
                }],
                "egress": [{
                    "to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/9"]}}],
                    "ports": [{"port": "web"}]
                }]
            }
        }"#;
        let theirs: NetworkPolicy = serde_json::from_str(text).unwrap();
        assert_eq!(read(text), Decoded { value: theirs, clean: true });
    }
}
