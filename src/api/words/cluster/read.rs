//! The parts of a policy of the whole cluster, read from the tree: all of a part, or none of it.

use super::super::selector::{either, namespaces, nodes, pods};
use super::super::{addresses, ports};
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::syntax::{NodeId, Tree, Value};
use k8s_openapi::api::networking::v1::IPBlock;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

/// The versions of policy.networking.k8s.io that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V1alpha1,
    V1alpha2,
}

/// The field that keeps a part from being told.
pub(super) struct Untold(pub(super) FieldPath);

/// What was read in full.
pub(super) type Told<T> = Result<T, Untold>;

/// A value and where it stands in its object.
pub(super) struct Part<'t> {
    pub(super) tree: &'t Tree,
    pub(super) node: NodeId,
    pub(super) path: FieldPath,
}

impl<'t> Part<'t> {
    /// The value of a field, unless it is null.
    pub(super) fn field(&self, key: &str) -> Option<Part<'t>> {
        let node = self.tree.get(self.node, key).filter(|it| !self.tree.is_null(*it))?;
        Some(Part { tree: self.tree, node, path: self.path.field(key) })
    }

    pub(super) fn needed(&self, key: &str) -> Told<Part<'t>> {
        self.field(key).ok_or_else(|| Untold(self.path.field(key)))
    }

    pub(super) fn is_mapping(&self) -> bool {
        matches!(self.tree.node(self.node).value, Value::Mapping(_))
    }

    /// Whether it is a mapping of these fields alone.
    pub(super) fn only(&self, keys: &[&str]) -> Told<()> {
        if !self.is_mapping() {
            return self.untold();
        }
        let written = self.tree.entries(self.node).iter().filter_map(|it| self.tree.as_str(it.key));
        match written.into_iter().find(|key| !keys.contains(key)) {
            Some(other) => Err(Untold(self.path.field(other))),
            None => Ok(()),
        }
    }

    /// The one field of these that is set.
    fn one_of<'k>(&self, keys: &[&'k str]) -> Told<(&'k str, Part<'t>)> {
        self.only(keys)?;
        let mut set = keys.iter().filter_map(|key| Some((*key, self.field(key)?)));
        match (set.next(), set.next()) {
            (Some(only), None) => Ok(only),
            _ => self.untold(),
        }
    }

    pub(super) fn items(&self) -> Told<Vec<Part<'t>>> {
        let Value::Sequence(items) = &self.tree.node(self.node).value else { return self.untold() };
        let part =
            |(at, node): (usize, &NodeId)| Part { tree: self.tree, node: *node, path: self.path.index(at) };
        Ok(items.iter().enumerate().map(part).collect())
    }

    /// The items of a list that is not empty.
    pub(super) fn some_items(&self) -> Told<Vec<Part<'t>>> {
        let items = self.items()?;
        if items.is_empty() { self.untold() } else { Ok(items) }
    }

    pub(super) fn text(&self) -> Told<&'t str> {
        self.tree.as_str(self.node).ok_or_else(|| Untold(self.path.clone()))
    }

    pub(super) fn number(&self) -> Told<i64> {
        match &self.tree.node(self.node).value {
            Value::Number(text) => text.parse().map_err(|_| Untold(self.path.clone())),
            _ => self.untold(),
        }
    }

    fn texts(&self) -> Told<Vec<&'t str>> {
        self.some_items()?.iter().map(Part::text).collect()
    }

    fn untold<T>(&self) -> Told<T> {
        Err(Untold(self.path.clone()))
    }
}

fn selector(part: &Part<'_>) -> Told<LabelSelector> {
    part.only(&["matchLabels", "matchExpressions"])?;
    let mut read = LabelSelector::default();
    if let Some(labels) = part.field("matchLabels") {
        if !labels.is_mapping() {
            return labels.untold();
        }
        for entry in labels.tree.entries(labels.node) {
            let key = labels.tree.as_str(entry.key).unwrap_or_default();
            let value = Part { tree: labels.tree, node: entry.value, path: labels.path.key(key) };
            let value = value.text()?.to_owned();
            read.match_labels.get_or_insert_default().insert(key.to_owned(), value);
        }
    }
    if let Some(expressions) = part.field("matchExpressions") {
        let all: Told<Vec<_>> = expressions.items()?.iter().map(requirement).collect();
        read.match_expressions = Some(all?);
    }
    Ok(read)
}

fn requirement(part: &Part<'_>) -> Told<LabelSelectorRequirement> {
    part.only(&["key", "operator", "values"])?;
    let operator = part.needed("operator")?;
    let values = match (operator.text()?, part.field("values")) {
        ("In" | "NotIn", Some(list)) => Some(list.texts()?.into_iter().map(str::to_owned).collect()),
        ("Exists" | "DoesNotExist", None) => None,
        ("Exists" | "DoesNotExist", Some(list)) if list.items()?.is_empty() => None,
        _ => return operator.untold(),
    };
    let key = part.needed("key")?.text()?.to_owned();
    Ok(LabelSelectorRequirement { key, operator: operator.text()?.to_owned(), values })
}

fn pods_of(part: &Part<'_>, version: Version) -> Told<String> {
    part.only(&["namespaceSelector", "podSelector"])?;
    let spaces = match (part.field("namespaceSelector"), version) {
        (Some(written), _) => selector(&written)?,
        // v1alpha2 leaves it out for every namespace; v1alpha1 asks for it.
        (None, Version::V1alpha2) => LabelSelector::default(),
        (None, Version::V1alpha1) => return Err(Untold(part.path.field("namespaceSelector"))),
    };
    let whom = selector(&part.needed("podSelector")?)?;
    Ok(format!("{} in {}", pods(Some(&whom)), namespaces(&spaces)))
}

/// The pods that a policy is about.
pub(super) fn subject(part: &Part<'_>, version: Version) -> Told<String> {
    match part.one_of(&["namespaces", "pods"])? {
        ("namespaces", spaces) => Ok(format!("every pod in {}", namespaces(&selector(&spaces)?))),
        (_, whom) => pods_of(&whom, version),
    }
}

/// One peer of a rule. Names of domains count only in rules that accept.
pub(super) fn peer(part: &Part<'_>, direction: Direction, version: Version, accepts: bool) -> Told<String> {
    if direction == Direction::Ingress {
        return subject(part, version);
    }
    match part.one_of(&["namespaces", "pods", "nodes", "networks", "domainNames"])? {
        ("nodes", whom) => Ok(format!("the addresses of {}", nodes(&selector(&whom)?))),
        ("networks", list) => {
            let block = |cidr: &str| addresses(&IPBlock { cidr: cidr.to_owned(), except: None });
            let all = list.texts()?.into_iter().map(block).collect();
            Ok(format!("{} (pods there included)", either(all)))
        }
        ("domainNames", list) if !accepts => list.untold(),
        ("domainNames", list) => {
            let host = |name: &str| match name.strip_prefix("*.") {
                Some(rest) => format!("every host below `{rest}`"),
                None => format!("the host `{name}`"),
            };
            Ok(either(list.texts()?.into_iter().map(host).collect()))
        }
        _ => subject(part, version),
    }
}

/// One item of a rule's ports.
pub(super) fn port(part: &Part<'_>, version: Version) -> Told<String> {
    match version {
        Version::V1alpha1 => match part.one_of(&["portNumber", "portRange", "namedPort"])? {
            ("portNumber", it) => {
                it.only(&["protocol", "port"])?;
                let number = it.needed("port")?.number()?;
                Ok(ports(protocol(&it)?, number, number))
            }
            ("portRange", it) => {
                it.only(&["protocol", "start", "end"])?;
                Ok(ports(protocol(&it)?, it.needed("start")?.number()?, it.needed("end")?.number()?))
            }
            (_, name) => named(&name),
        },
        Version::V1alpha2 => match part.one_of(&["tcp", "udp", "sctp", "destinationNamedPort"])? {
            ("destinationNamedPort", name) => named(&name),
            (protocol, it) => {
                it.only(&["destinationPort"])?;
                let protocol = protocol.to_uppercase();
                match it.needed("destinationPort")?.one_of(&["number", "range"])? {
                    ("number", it) => Ok(ports(&protocol, it.number()?, it.number()?)),
                    (_, it) => {
                        it.only(&["start", "end"])?;
                        Ok(ports(&protocol, it.needed("start")?.number()?, it.needed("end")?.number()?))
                    }
                }
            }
        },
    }
}

/// TCP where nothing is written: the default of v1alpha1.
fn protocol<'t>(part: &Part<'t>) -> Told<&'t str> {
    match part.field("protocol") {
        None => Ok("TCP"),
        Some(written) => match written.text()? {
            known @ ("TCP" | "UDP" | "SCTP") => Ok(known),
            _ => written.untold(),
        },
    }
}

/// A name there stands for the pod's own port, of whatever protocol that is.
fn named(part: &Part<'_>) -> Told<String> {
    Ok(format!("the port that the pod calls `{}`", part.text()?))
}
