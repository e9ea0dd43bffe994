//! The fields of a NetworkPolicy and of what it holds: one table of names, Go types, documentation
//! and allowed values. The strict walk takes type errors from it, the editor help its texts.

mod table;

use crate::field::{FieldPath, Segment};
pub use table::{NAMESPACE, NETWORK_POLICY};

/// A Go struct.
#[derive(Debug)]
pub struct Struct {
    /// Its Go name, without the package.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub doc: &'static str,
    /// Its fields, in the order documentation tells them.
    pub fields: &'static [Field],
}

/// A field of a [`Struct`].
#[derive(Debug)]
pub struct Field {
    /// Its JSON name.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// What it is for, in one sentence.
    pub doc: &'static str,
    /// The values the server takes, where it takes only some.
    pub values: &'static [&'static str],
}

/// The type of a [`Field`]. Pointers are not told apart: Go names what they point at.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// A string, of the Go type named.
    Text(&'static str),
    /// `bool`.
    Bool,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
    /// `intstr.IntOrString`: an integer of 32 bits, or a name.
    IntOrString,
    /// `v1.Time`: RFC 3339.
    Time,
    /// Any JSON.
    Any,
    /// A struct.
    Struct(&'static Struct),
    /// A list of structs.
    Structs(&'static Struct),
    /// A list of strings of the Go type named.
    Texts(&'static str),
    /// `map[string]string`.
    Labels,
}

impl Type {
    /// The type in Go's spelling, as type errors name it.
    #[must_use]
    pub fn go(self) -> String {
        match self {
            Self::Text(name) => name.into(),
            Self::Bool => "bool".into(),
            Self::Int32 | Self::IntOrString => "int32".into(),
            Self::Int64 => "int64".into(),
            Self::Time => "string".into(),
            Self::Any => "interface {}".into(),
            Self::Struct(it) => format!("v1.{}", it.name),
            Self::Structs(it) => format!("[]v1.{}", it.name),
            Self::Texts(name) => format!("[]{name}"),
            Self::Labels => "map[string]string".into(),
        }
    }

    /// The type as people name it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Text(_) => "string".into(),
            Self::Bool => "boolean".into(),
            Self::Int32 | Self::Int64 => "integer".into(),
            Self::IntOrString => "integer or string".into(),
            Self::Time => "time (RFC 3339)".into(),
            Self::Any => "any".into(),
            Self::Struct(it) => it.name.into(),
            Self::Structs(it) => format!("list of {}", it.name),
            Self::Texts(_) => "list of strings".into(),
            Self::Labels => "map of strings".into(),
        }
    }

    /// The struct that stands here, or in the items of the list here.
    #[must_use]
    pub const fn of(self) -> Option<&'static Struct> {
        match self {
            Self::Struct(it) | Self::Structs(it) => Some(it),
            _ => None,
        }
    }
}

impl Struct {
    /// The field of that JSON name. Case counts, as it does for the server.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|it| it.name == name)
    }

    /// The field at the end of `path`, seen from this struct.
    #[must_use]
    pub fn at(&'static self, path: &FieldPath) -> Option<&'static Field> {
        let mut found = None;
        let mut within = Some(self);
        for step in &path.0 {
            if let Segment::Field(name) = step {
                let field = within?.field(name)?;
                within = field.ty.of();
                found = Some(field);
            }
        }
        found
    }

    /// The struct whose fields may be written at `path`, seen from this one.
    #[must_use]
    pub fn within(&'static self, path: &FieldPath) -> Option<&'static Self> {
        if path.0.iter().all(|step| !matches!(step, Segment::Field(_))) {
            return Some(self);
        }
        self.at(path)?.ty.of()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_path() {
        let at = |path: &str| NETWORK_POLICY.at(&FieldPath::parse(path));
        assert_eq!(at("spec.ingress[0].ports[1].endPort").map(|it| it.ty.name()).as_deref(), Some("integer"));
        assert_eq!(at("spec.egress[0].to").map(|it| it.ty.go()).as_deref(), Some("[]v1.NetworkPolicyPeer"));
        assert!(at("spec.Egress").is_none());
    }

    /// Tells which fields a type asks for.
    struct Asked<'a>(&'a std::cell::RefCell<Vec<&'static str>>);

    impl<'de> serde::Deserializer<'de> for Asked<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_struct<V: serde::de::Visitor<'de>>(
            self,
            _name: &'static str,
            fields: &'static [&'static str],
            _visitor: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0.borrow_mut() = fields.to_vec();
            Err(serde::de::Error::custom("asked"))
        }

        fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("no struct"))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn asked<T: serde::de::DeserializeOwned>() -> Vec<&'static str> {
        let fields = std::cell::RefCell::default();
        assert!(T::deserialize(Asked(&fields)).is_err());
        let mut fields = fields.into_inner();
        fields.sort_unstable();
        fields
    }

    /// Every field of k8s-openapi's types is in the table, and no other.
    #[test]
    fn the_table_names_the_fields_of_the_types() {
        use k8s_openapi::api::core::v1 as core;
        use k8s_openapi::api::networking::v1 as net;
        use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
        let check = |path: &str, expected: Vec<&str>| {
            let of = NETWORK_POLICY.within(&FieldPath::parse(path)).unwrap();
            let mut fields: Vec<&str> = of.fields.iter().map(|it| it.name).collect();
            fields.sort_unstable();
            assert_eq!(fields, expected, "{}", of.name);
        };
        check("", asked::<net::NetworkPolicy>());
        check("spec", asked::<net::NetworkPolicySpec>());
        check("spec.ingress[0]", asked::<net::NetworkPolicyIngressRule>());
        check("spec.egress[0]", asked::<net::NetworkPolicyEgressRule>());
        check("spec.egress[0].ports[0]", asked::<net::NetworkPolicyPort>());
        check("spec.egress[0].to[0]", asked::<net::NetworkPolicyPeer>());
        check("spec.egress[0].to[0].ipBlock", asked::<net::IPBlock>());
        check("spec.podSelector", asked::<meta::LabelSelector>());
        check("spec.podSelector.matchExpressions[0]", asked::<meta::LabelSelectorRequirement>());
        check("metadata", asked::<meta::ObjectMeta>());
        check("metadata.ownerReferences[0]", asked::<meta::OwnerReference>());
        check("metadata.managedFields[0]", asked::<meta::ManagedFieldsEntry>());
        let mut namespace: Vec<&str> = NAMESPACE.fields.iter().map(|it| it.name).collect();
        namespace.sort_unstable();
        assert_eq!(namespace, asked::<core::Namespace>());
    }
}
