//! The selectors of a policy as written: where each stands, what it is about, and what it asks
//! label by label.

use crate::field::FieldPath;
use crate::manifest::effect::{ItemRef, RuleRef};
use crate::model::selector::Selector;
use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use std::cell::OnceCell;
use std::collections::{BTreeMap, btree_map};

/// The label that every namespace carries: its own name.
pub(super) const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// What a selector selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The pods that the policy is about.
    Subject,
    /// The pods of a peer.
    Pods,
    /// The namespaces of a peer.
    Namespaces,
}

/// A selector and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    /// The peer; none for the policy's own selector.
    peer: Option<ItemRef>,
    pub(super) role: Role,
    pub(super) selector: &'a LabelSelector,
}

impl<'a> Written<'a> {
    /// Where it stands.
    pub(super) fn field(&self) -> FieldPath {
        let name = if self.role == Role::Namespaces { "namespaceSelector" } else { "podSelector" };
        self.peer.map_or_else(|| FieldPath::root().field("spec").field(name), |peer| peer.field(name))
    }

    /// What it asks, labels first.
    pub(super) fn requirements(&self) -> Requirements<'a> {
        requirements(self.selector)
    }
}

/// One thing that a selector asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Requirement<'a> {
    pub(super) key: &'a str,
    /// As in `matchExpressions`; a label of `matchLabels` is `In` with one value.
    pub(super) operator: &'a str,
    pub(super) values: Values<'a>,
    /// The item of `matchExpressions`; none for a label of `matchLabels`.
    expression: Option<usize>,
}

/// The values that a requirement names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Values<'a> {
    /// A label's.
    One(&'a str),
    /// An expression's.
    List(&'a [String]),
}

impl<'a> Values<'a> {
    pub(super) fn iter(self) -> impl Iterator<Item = &'a str> + Clone {
        let (one, list) = match self {
            Self::One(value) => (Some(value), &[][..]),
            Self::List(values) => (None, values),
        };
        one.into_iter().chain(list.iter().map(String::as_str))
    }

    pub(super) fn is_empty(self) -> bool {
        matches!(self, Self::List([]))
    }

    pub(super) fn contains(self, value: &str) -> bool {
        self.iter().any(|it| it == value)
    }

    /// The values with some text between them.
    pub(super) fn joined(self, by: &str) -> String {
        self.iter().collect::<Vec<_>>().join(by)
    }
}

impl Requirement<'_> {
    /// Whether it asks for the label, so that something without it is not selected.
    pub(super) fn wants_label(&self) -> bool {
        matches!(self.operator, "In" | "Exists")
    }

    /// Whether it stands in `matchLabels`.
    pub(super) fn is_label(&self) -> bool {
        self.expression.is_none()
    }

    /// Where it stands: the label, or the item of `matchExpressions`, in a selector at `selector`.
    pub(super) fn field(&self, selector: &FieldPath) -> FieldPath {
        match self.expression {
            Some(at) => selector.field("matchExpressions").index(at),
            None => selector.field("matchLabels").key(self.key),
        }
    }
}

/// Whether a rule is for the pods of the policy's own namespace, all of them and no others.
pub(super) fn is_within_namespace(rule: &RuleRef<'_>) -> bool {
    let own = |peer: &NetworkPolicyPeer| {
        peer.namespace_selector.is_none() && peer.pod_selector.as_ref().is_some_and(is_empty)
    };
    !rule.any_peer() && rule.peers.unwrap_or_default().iter().all(own)
}

/// The selectors of a policy: its own, then those of these peers.
pub(super) fn written<'a>(
    subject: Option<&'a LabelSelector>,
    peers: &[(ItemRef, &'a NetworkPolicyPeer)],
) -> Vec<Written<'a>> {
    let mut all = Vec::with_capacity(1 + peers.len());
    all.extend(subject.map(|selector| Written { peer: None, role: Role::Subject, selector }));
    for (at, peer) in peers {
        let of = |role| move |selector| Written { peer: Some(*at), role, selector };
        all.extend(peer.namespace_selector.as_ref().map(of(Role::Namespaces)));
        all.extend(peer.pod_selector.as_ref().map(of(Role::Pods)));
    }
    all
}

/// What a selector asks, labels first.
pub(super) fn requirements(selector: &LabelSelector) -> Requirements<'_> {
    Requirements {
        labels: selector.match_labels.as_ref().map(BTreeMap::iter),
        expressions: selector.match_expressions.as_deref().unwrap_or_default(),
        index: 0,
    }
}

/// Requirements, one after the other; a type of its own, since so many lints go over them.
#[derive(Clone, Debug)]
pub(super) struct Requirements<'a> {
    labels: Option<btree_map::Iter<'a, String, String>>,
    expressions: &'a [LabelSelectorRequirement],
    index: usize,
}

impl<'a> Iterator for Requirements<'a> {
    type Item = Requirement<'a>;

    fn next(&mut self) -> Option<Requirement<'a>> {
        if let Some((key, value)) = self.labels.as_mut().and_then(Iterator::next) {
            return Some(Requirement { key, operator: "In", values: Values::One(value), expression: None });
        }
        let it = self.expressions.get(self.index)?;
        self.index += 1;
        Some(Requirement {
            key: &it.key,
            operator: &it.operator,
            values: Values::List(it.values.as_deref().unwrap_or_default()),
            expression: Some(self.index - 1),
        })
    }
}

/// A selector, read into its canonical form only where what is written does not tell: most ask for
/// labels alone.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    written: Option<&'a LabelSelector>,
    read: OnceCell<Selector>,
}

impl<'a> Asked<'a> {
    /// What is written; where nothing is, everything is selected.
    pub(super) fn of(written: Option<&'a LabelSelector>) -> Self {
        Self { written, read: OnceCell::new() }
    }

    /// Its canonical form.
    pub(super) fn read(&self) -> &Selector {
        self.read.get_or_init(|| self.written.map(Selector::read).unwrap_or_default())
    }

    /// Its labels, if it asks for nothing else.
    pub(super) fn labels(&self) -> Option<&'a BTreeMap<String, String>> {
        static NONE: BTreeMap<String, String> = BTreeMap::new();
        let Some(written) = self.written else { return Some(&NONE) };
        let only = written.match_expressions.as_ref().is_none_or(Vec::is_empty);
        only.then(|| written.match_labels.as_ref().unwrap_or(&NONE))
    }

    /// The first of its labels, whatever else it asks for.
    pub(super) fn first_label(&self) -> Option<(&'a str, &'a str)> {
        let (key, value) = self.written?.match_labels.as_ref()?.iter().next()?;
        Some((key, value))
    }

    /// The label values that it asks for; `None` where nothing can be selected.
    pub(super) fn values(&self) -> Option<Vec<(&str, &str)>> {
        if self.is_unsatisfiable() {
            return None;
        }
        Some(match self.labels() {
            Some(labels) => labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
            None => self.read().values().collect(),
        })
    }

    /// Whether it selects everything.
    pub(super) fn is_empty(&self) -> bool {
        self.written.is_none_or(is_empty)
    }

    /// Whether nothing can be selected.
    pub(super) fn is_unsatisfiable(&self) -> bool {
        self.labels().is_none() && self.read().is_unsatisfiable()
    }

    /// Whether everything that it selects `wide` selects too.
    pub(super) fn implies(&self, wide: &Self) -> bool {
        match (self.labels(), wide.labels()) {
            (Some(own), Some(wide)) => wide.iter().all(|(key, value)| own.get(key) == Some(value)),
            _ => self.read().implies(wide.read()),
        }
    }
}

/// Whether a selector asks nothing, in any of its spellings.
pub(super) fn is_empty(selector: &LabelSelector) -> bool {
    selector.match_labels.as_ref().is_none_or(|it| it.is_empty())
        && selector.match_expressions.as_ref().is_none_or(Vec::is_empty)
}

/// Whether a selector of namespaces selects all of them: it asks nothing, or only for the label
/// that all carry.
pub(super) fn is_every_namespace(selector: &LabelSelector) -> bool {
    let needless = |it: &Requirement<'_>| it.key == NAME_LABEL && it.operator == "Exists";
    requirements(selector).all(|it| needless(&it))
}
