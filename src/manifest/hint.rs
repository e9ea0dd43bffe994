//! Advice of our own on what the server says, and repairs.
//!
//! A repair is safe where only one reading of the text exists; where there are two, each is an
//! alternative and the choice is the user's.

use super::Object;
use super::schema::{self, Struct, Type};
use super::strict::{Fault, FaultKind};
use super::validate::{Error, Kind, Warning};
use crate::diagnostic::{Fix, Step};
use crate::field::{FieldPath, Segment};
use crate::similar::nearest;
use crate::syntax::{NodeId, Tree, Value, edit};
use ipnet::IpNet;
use serde_json::json;
use std::net::IpAddr;

/// What advice is asked on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'a> {
    /// The API version is not served.
    Unserved,
    /// The object's shape is wrong.
    Fault(&'a Fault),
    /// A rule is broken.
    Error(&'a Error),
    /// The server would warn.
    Warning(&'a Warning),
}

/// Advice, as far as there is some.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hint {
    /// What to do.
    pub(super) help: Option<String>,
    /// Ways to do it.
    pub(super) fixes: Vec<Fix>,
}

impl Hint {
    fn help(help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), fixes: Vec::new() }
    }

    fn with(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
}

/// The advice on a subject.
pub(super) fn hint(subject: &Subject, object: &Object, tree: &Tree) -> Hint {
    let on = On { object, tree };
    let advice = match subject {
        Subject::Unserved => None,
        Subject::Fault(fault) => match fault.kind {
            FaultKind::Unknown => on.unknown_field(&fault.field),
            FaultKind::Type => on.wrong_type(&fault.field),
            FaultKind::Doubled | FaultKind::DoubledYaml => None,
        },
        Subject::Error(error) => on.broken_rule(error),
        Subject::Warning(warning) => on.warned(warning),
    };
    advice.unwrap_or_default()
}

/// What advice is given on.
struct On<'a> {
    object: &'a Object,
    tree: &'a Tree,
}

impl On<'_> {
    fn node(&self, field: &FieldPath) -> Option<NodeId> {
        let found = self.tree.find(self.object.root, field);
        found.whole.then_some(found.node)
    }

    fn text(&self, field: &FieldPath) -> Option<&str> {
        self.tree.as_str(self.node(field)?)
    }

    fn set(&self, at: &FieldPath, value: impl Into<serde_json::Value>) -> Step {
        Step::Set { object: self.object.id, at: at.clone(), value: value.into() }
    }

    fn move_to(&self, from: &FieldPath, to: FieldPath) -> Step {
        Step::Move { object: self.object.id, from: from.clone(), to }
    }

    /// A field that its object does not have: misplaced, a label where a selector belongs, or
    /// misspelt.
    fn unknown_field(&self, field: &FieldPath) -> Option<Hint> {
        let (parent, Some(Segment::Field(name) | Segment::Key(name))) = (field.parent(), field.0.last())
        else {
            return None;
        };
        let within = self.structure()?.within(&parent)?;
        if let Some(hint) = self.ports_in_peer(field, &parent, name) {
            return Some(hint);
        }
        if within.name == "LabelSelector" && within.field(name).is_none() {
            let known = nearest(name, within.fields.iter().map(|it| it.name), 2);
            if known.is_none() {
                return self.bare_label(field, &parent, name);
            }
        }
        let known = nearest(name, within.fields.iter().map(|it| it.name), 2)?;
        let hint = Hint::help(format!("did you mean `{known}`?"));
        if self.node(&parent.field(known)).is_some() {
            return Some(hint);
        }
        let value = self.node(field)?;
        let listed = within.field(known).is_some_and(|it| is_list(it.ty));
        let single = listed && matches!(self.tree.node(value).value, Value::String(_));
        let mut steps = vec![Step::Rename { object: self.object.id, at: field.clone(), to: known.into() }];
        if single {
            let value = json!([edit::to_json(self.tree, value)]);
            let remove = Step::Remove { object: self.object.id, at: field.clone() };
            steps = vec![self.set(&parent.field(known), value), remove];
        }
        Some(hint.with(Fix::safe(format!("write `{known}`"), steps)))
    }

    fn structure(&self) -> Option<&'static Struct> {
        matches!(self.object.body, super::Body::NetworkPolicy(_)).then_some(&schema::NETWORK_POLICY)
    }

    /// `ports` as a field of a peer: it belongs to the rule. Only with one peer is it certain
    /// that nothing else was meant.
    fn ports_in_peer(&self, field: &FieldPath, peer: &FieldPath, name: &str) -> Option<Hint> {
        let peers = peer.parent();
        let Some(Segment::Field(list)) = peers.0.last() else { return None };
        if name != "ports" || !matches!(&**list, "from" | "to") {
            return None;
        }
        let hint = Hint::help(format!("`ports` belongs to the rule, beside `{list}`: move it one level up"));
        let target = peers.parent().field("ports");
        if self.node(&target).is_some() {
            return Some(hint);
        }
        let steps = vec![self.move_to(field, target)];
        let title = format!("move `ports` beside `{list}`");
        let alone = self.node(&peers).is_some_and(|node| self.tree.items(node).len() == 1);
        Some(hint.with(if alone { Fix::safe(title, steps) } else { Fix::risky(title, steps) }))
    }

    /// `podSelector: {app: web}`: a label where `matchLabels` is missing.
    fn bare_label(&self, field: &FieldPath, selector: &FieldPath, key: &str) -> Option<Hint> {
        let scalar = matches!(self.tree.node(self.node(field)?).value, Value::String(_));
        if !scalar {
            return None;
        }
        let labels = selector.field("matchLabels");
        let of_namespaces =
            matches!(selector.0.last(), Some(Segment::Field(name)) if &**name == "namespaceSelector");
        let put = |key: &str| vec![self.move_to(field, labels.key(key))];
        if of_namespaces && key == "name" {
            let name = "kubernetes.io/metadata.name";
            return Some(
                Hint::help(format!(
                    "a namespace's name is its label `{name}`, and labels belong under `matchLabels`"
                ))
                .with(Fix::risky(format!("select by `{name}`"), put(name)))
                .with(Fix::risky("put the label under `matchLabels`", put(key))),
            );
        }
        let title = format!("put `{key}` under `matchLabels`");
        Some(Hint::help("labels belong under `matchLabels`").with(Fix::safe(title, put(key))))
    }

    /// One value where a list of such values belongs.
    fn wrong_type(&self, field: &FieldPath) -> Option<Hint> {
        let (parent, Some(Segment::Field(name))) = (field.parent(), field.0.last()) else { return None };
        let wanted = self.structure()?.within(&parent)?.field(name)?;
        let node = self.node(field)?;
        let one = match (wanted.ty, &self.tree.node(node).value) {
            (Type::Structs(_), Value::Mapping(_)) => true,
            (Type::Texts(_), Value::String(_)) => true,
            _ => false,
        };
        let hint = Hint::help(format!("`{name}` is a list: put a dash before each item"));
        let title = format!("make `{name}` a list");
        let value = || json!([edit::to_json(self.tree, node)]);
        one.then(|| hint.with(Fix::safe(title, vec![self.set(field, value())])))
    }

    fn broken_rule(&self, error: &Error) -> Option<Hint> {
        let place = &error.place;
        let Some(Segment::Field(name)) = named(place) else { return None };
        let written = self.text(place).unwrap_or_default();
        match (&**name, error.kind) {
            ("port", Kind::Invalid) => {
                let number: u16 = written.parse().ok().filter(|it| *it > 0)?;
                let hint = Hint::help("in quotes this is the name of a port, not its number");
                Some(
                    hint.with(Fix::safe(format!("write the number {number}"), vec![self.set(place, number)])),
                )
            }
            ("policyTypes", Kind::NotSupported) => self.spelling(place, &["Ingress", "Egress"]),
            ("protocol", Kind::NotSupported) => self.spelling(place, &["TCP", "UDP", "SCTP"]),
            ("operator", Kind::Invalid) => self.spelling(place, &["In", "NotIn", "Exists", "DoesNotExist"]),
            ("cidr" | "except", Kind::Invalid) => self.cidr(place, written),
            _ => None,
        }
    }

    /// One of a few words, written in another case or with a slip.
    fn spelling(&self, place: &FieldPath, known: &[&'static str]) -> Option<Hint> {
        let word = nearest(self.text(place)?, known.iter().copied(), 2)?;
        let fix = Fix::safe(format!("write `{word}`"), vec![self.set(place, word)]);
        Some(Hint::help(format!("did you mean `{word}`?")).with(fix))
    }

    /// An address without a length is one host. With bits beyond its length it is read as the
    /// network today, and was meant as either.
    fn cidr(&self, place: &FieldPath, written: &str) -> Option<Hint> {
        if let Ok(address) = written.parse::<IpAddr>() {
            let host = IpNet::from(address).to_string();
            let fix = Fix::safe(format!("write `{host}`"), vec![self.set(place, host.as_str())]);
            return Some(Hint::help(format!("one address is written `{host}`")).with(fix));
        }
        let net = written.parse::<IpNet>().ok().filter(|net| net.trunc() != *net)?;
        let (network, host) = (net.trunc().to_string(), IpNet::from(net.addr()).to_string());
        let hint = Hint::help(format!("write `{network}` for the network, `{host}` for the one address"));
        Some(
            hint.with(Fix::safe(
                format!("write the network `{network}`"),
                vec![self.set(place, network.as_str())],
            ))
            .with(Fix::risky(format!("write the address `{host}`"), vec![self.set(place, host.as_str())])),
        )
    }

    /// The server's warnings are about CIDRs, and say themselves what to write.
    fn warned(&self, warning: &Warning) -> Option<Hint> {
        let place = &warning.field;
        let written = self.text(place)?;
        if let Some(hint) = self.cidr(place, written) {
            return Some(hint);
        }
        let better = ["use \"", "format (\""].iter().find_map(|lead| warning.body.split(lead).nth(1))?;
        let better = better.split('"').next().filter(|it| it.parse::<IpNet>().is_ok())?;
        Some(Hint::default().with(Fix::safe(format!("write `{better}`"), vec![self.set(place, better)])))
    }
}

/// The last named step of a path: the field itself, or the list it is an item of.
fn named(path: &FieldPath) -> Option<&Segment> {
    path.0.iter().rev().find(|it| matches!(it, Segment::Field(_)))
}

fn is_list(ty: Type) -> bool {
    matches!(ty, Type::Structs(_) | Type::Texts(_))
}
