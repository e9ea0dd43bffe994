//! The selectors of a policy as written: where each stands, what it is about, and what it asks
//! label by label.

use super::Policy;
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction, RuleRef};
use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

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
#[derive(Debug)]
pub(super) struct Written<'a> {
    pub(super) field: FieldPath,
    pub(super) role: Role,
    pub(super) selector: &'a LabelSelector,
}

/// One thing that a selector asks.
#[derive(Debug)]
pub(super) struct Requirement<'a> {
    /// The label, or the item of `matchExpressions`.
    pub(super) field: FieldPath,
    pub(super) key: &'a str,
    /// As in `matchExpressions`; a label of `matchLabels` is `In` with one value.
    pub(super) operator: &'a str,
    pub(super) values: Vec<&'a str>,
    /// Whether it stands in `matchLabels`.
    pub(super) is_label: bool,
}

impl Requirement<'_> {
    /// Whether it asks for the label, so that something without it is not selected.
    pub(super) fn wants_label(&self) -> bool {
        matches!(self.operator, "In" | "Exists")
    }
}

/// Whether a rule is for the pods of the policy's own namespace, all of them and no others.
pub(super) fn is_within_namespace(rule: &RuleRef<'_>) -> bool {
    let own = |peer: &NetworkPolicyPeer| {
        peer.namespace_selector.is_none() && peer.pod_selector.as_ref().is_some_and(is_empty)
    };
    !rule.any_peer() && rule.peers.unwrap_or_default().iter().all(own)
}

/// Every selector of a policy that takes effect: its own and those of its peers.
pub(super) fn selectors<'a>(policy: &Policy<'a>) -> Vec<Written<'a>> {
    let field = FieldPath::parse("spec.podSelector");
    let subject = policy.spec().and_then(|it| it.pod_selector.as_ref());
    let mut found: Vec<Written<'a>> = subject
        .into_iter()
        .map(|selector| Written { field: field.clone(), role: Role::Subject, selector })
        .collect();
    found.extend(policy.directions().iter().flat_map(|direction| peer_selectors(policy, *direction)));
    found
}

fn peer_selectors<'a>(policy: &Policy<'a>, direction: Direction) -> Vec<Written<'a>> {
    let mut found = Vec::new();
    for (field, peer) in effect::peers(policy.value, direction) {
        let mut keep = |name, role, selector: &'a Option<LabelSelector>| {
            found.extend(selector.as_ref().map(|selector| Written {
                field: field.field(name),
                role,
                selector,
            }));
        };
        keep("namespaceSelector", Role::Namespaces, &peer.namespace_selector);
        keep("podSelector", Role::Pods, &peer.pod_selector);
    }
    found
}

/// What a selector at `field` asks, labels first.
pub(super) fn requirements<'a>(selector: &'a LabelSelector, field: &FieldPath) -> Vec<Requirement<'a>> {
    let labels = selector.match_labels.iter().flatten().map(|(key, value)| Requirement {
        field: field.field("matchLabels").key(key),
        key,
        operator: "In",
        values: vec![value],
        is_label: true,
    });
    let expressions = selector.match_expressions.iter().flatten().enumerate().map(|(at, it)| Requirement {
        field: field.field("matchExpressions").index(at),
        key: &it.key,
        operator: &it.operator,
        values: it.values.iter().flatten().map(String::as_str).collect(),
        is_label: false,
    });
    labels.chain(expressions).collect()
}

/// What each selector of the roles wanted asks.
pub(super) fn asked<'a>(
    policy: &Policy<'a>,
    wanted: impl Fn(Role) -> bool,
) -> impl Iterator<Item = Vec<Requirement<'a>>> {
    let written = selectors(policy).into_iter().filter(move |it| wanted(it.role));
    written.map(|it| requirements(it.selector, &it.field))
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
    requirements(selector, &FieldPath::root()).iter().all(needless)
}
