//! A policy of the whole cluster as sentences: AdminNetworkPolicy and BaselineAdminNetworkPolicy of
//! policy.networking.k8s.io/v1alpha1, ClusterNetworkPolicy of v1alpha2.
//!
//! Takes the object in its tree; gives sentences. Tells only what it reads in full: a part with a
//! field or value that it does not know is named, not guessed at. Such policies are evaluated
//! nowhere, and whether the API server would accept them is not known: the last sentence says so.

mod read;

use super::selector::either;
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::manifest::{ClusterPolicyKind, Object};
use crate::syntax::Tree;
use read::{Part, Told, Untold, Version, peer, port, subject};

/// When the policy is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tier {
    /// Before NetworkPolicy.
    Admin,
    /// After it.
    Baseline,
}

/// What a rule does with what it matches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Accept,
    Deny,
    Pass,
}

/// The sentences with their fields.
pub(super) fn sentences(tree: &Tree, object: &Object, kind: ClusterPolicyKind) -> Vec<(FieldPath, String)> {
    let root = FieldPath::root();
    let version = match (kind, object.api_version.as_str()) {
        (ClusterPolicyKind::ClusterNetworkPolicy, "policy.networking.k8s.io/v1alpha2") => Version::V1alpha2,
        (ClusterPolicyKind::ClusterNetworkPolicy, _) => return vec![(root, unread(object))],
        (_, "policy.networking.k8s.io/v1alpha1") => Version::V1alpha1,
        _ => return vec![(root, unread(object))],
    };
    let mut out = Vec::new();
    let whole = Part { tree, node: object.root, path: root.clone() };
    let spec = match whole.field("spec") {
        Some(spec) if spec.is_mapping() => spec,
        _ => return vec![(root, format!("This policy has no `spec` that could be told. {NOT_EVALUATED}"))],
    };
    let tier = order(&spec, kind, &mut out);
    about(&spec, version, &mut out);
    let known: &[&str] = match kind {
        ClusterPolicyKind::ClusterNetworkPolicy => &["tier", "priority", "subject", "ingress", "egress"],
        ClusterPolicyKind::AdminNetworkPolicy => &["priority", "subject", "ingress", "egress"],
        ClusterPolicyKind::BaselineAdminNetworkPolicy => &["subject", "ingress", "egress"],
    };
    if let Err(Untold(field)) = spec.only(known) {
        out.push((field.clone(), format!("`{field}` is not read here: what it changes is not told.")));
    }
    for direction in Direction::BOTH {
        rules(&spec, direction, tier, version, &mut out);
    }
    out.push((root, NOT_EVALUATED.to_owned()));
    out
}

const NOT_EVALUATED: &str = "It is told as it is written: whether the API server accepts it is not checked, and its rules are not evaluated; what they could decide is unknown on the map and in answers.";

fn unread(object: &Object) -> String {
    format!(
        "A {} of `{}` is neither put into words nor evaluated here: what it could decide is unknown on the map and in answers.",
        object.kind, object.api_version
    )
}

/// When the policy is asked, as far as that can be told.
fn order(spec: &Part<'_>, kind: ClusterPolicyKind, out: &mut Vec<(FieldPath, String)>) -> Option<Tier> {
    let kind_field = FieldPath::root().field("kind");
    let (field, tier, told) = match kind {
        ClusterPolicyKind::AdminNetworkPolicy => {
            (kind_field, Some(Tier::Admin), "This policy is asked before every NetworkPolicy.".to_owned())
        }
        ClusterPolicyKind::BaselineAdminNetworkPolicy => {
            let told = "This policy is asked last, about what neither an AdminNetworkPolicy nor a NetworkPolicy decides.";
            (kind_field, Some(Tier::Baseline), told.to_owned())
        }
        ClusterPolicyKind::ClusterNetworkPolicy => {
            let written = spec.field("tier");
            let (tier, told) = match written.as_ref().and_then(|it| it.text().ok()) {
                Some("Admin") => (
                    Some(Tier::Admin),
                    "This policy is of the tier `Admin`: it is asked before every NetworkPolicy.".to_owned(),
                ),
                Some("Baseline") => (
                    Some(Tier::Baseline),
                    "This policy is of the tier `Baseline`: it is asked last, about what neither the Admin tier nor a NetworkPolicy decides.".to_owned(),
                ),
                Some(other) => (None, format!("Its tier `{other}` is not one that is known here.")),
                None => (None, "It names no tier: when it is asked is not told.".to_owned()),
            };
            (spec.path.field("tier"), tier, told)
        }
    };
    out.push((field, told));
    if kind != ClusterPolicyKind::BaselineAdminNetworkPolicy {
        let told = match spec.field("priority").map(|it| it.number()) {
            Some(Ok(number)) => format!(
                "Its priority is {number}: among such policies the lower number is asked first, and between equal numbers nothing is promised."
            ),
            Some(Err(_)) => "Its priority is no number that could be told.".to_owned(),
            None => "It names no priority: where it stands among such policies is not told.".to_owned(),
        };
        out.push((spec.path.field("priority"), told));
    }
    tier
}

fn about(spec: &Part<'_>, version: Version, out: &mut Vec<(FieldPath, String)>) {
    let field = spec.path.field("subject");
    let told = match spec.field("subject").map(|it| subject(&it, version)) {
        Some(Ok(whom)) => format!(
            "This policy is about {whom}. Pods on the network of their node are not selected, neither here nor as peers."
        ),
        Some(Err(Untold(at))) => format!("Whom it is about is not told: `{at}` is not read here."),
        None => "It names no subject: whom it is about is not told.".to_owned(),
    };
    out.push((field, told));
}

fn rules(
    spec: &Part<'_>,
    direction: Direction,
    tier: Option<Tier>,
    version: Version,
    out: &mut Vec<(FieldPath, String)>,
) {
    let name = direction.name();
    let field = spec.path.field(name);
    let list = match spec.field(name).map(|it| it.items()).transpose() {
        Ok(list) => list.unwrap_or_default(),
        Err(Untold(at)) => {
            out.push((field, format!("Its {name} rules are not told: `{at}` is no list.")));
            return;
        }
    };
    if list.is_empty() {
        let what = match direction {
            Direction::Ingress => "what connects to them",
            Direction::Egress => "what they connect to",
        };
        out.push((field, format!("It says nothing about {what}.")));
        return;
    }
    for (at, rule) in list.iter().enumerate() {
        let called = match rule.field("name").map(|it| it.text().map(str::to_owned)) {
            Some(Ok(name)) => format!(" (`{name}`)"),
            _ => String::new(),
        };
        let which = format!("{} rule {}{called}", direction.policy_type(), at + 1);
        let told = match matched(rule, direction, version) {
            Ok((action, what)) => format!("{which} {}.", done(action, direction, tier, &what)),
            Err(Untold(at)) => format!("{which} is not told: `{at}` is not read here."),
        };
        out.push((rule.path.clone(), told));
    }
    let rest = if list.len() > 1 {
        format!("The first {name} rule that matches decides; what none of them matches")
    } else {
        format!("What this {name} rule does not match")
    };
    out.push((field, format!("{rest} is neither accepted nor denied by this policy.")));
}

/// A rule's action and what it matches.
fn matched(rule: &Part<'_>, direction: Direction, version: Version) -> Told<(Action, String)> {
    let (peers_key, ports_key) = (
        if direction == Direction::Ingress { "from" } else { "to" },
        if version == Version::V1alpha1 { "ports" } else { "protocols" },
    );
    rule.only(&["name", "action", peers_key, ports_key])?;
    let written = rule.needed("action")?;
    let action = match (written.text()?, version) {
        ("Allow", Version::V1alpha1) | ("Accept", Version::V1alpha2) => Action::Accept,
        ("Deny", _) => Action::Deny,
        ("Pass", _) => Action::Pass,
        _ => return Err(Untold(written.path)),
    };
    let all = rule.needed(peers_key)?.some_items()?;
    let accepts = action == Action::Accept;
    let peers: Told<Vec<String>> = all.iter().map(|it| peer(it, direction, version, accepts)).collect();
    let ports = match rule.field(ports_key) {
        Some(list) => {
            let told: Told<Vec<String>> = list.some_items()?.iter().map(|it| port(it, version)).collect();
            either(told?)
        }
        None => "every port".to_owned(),
    };
    let way = match direction {
        Direction::Ingress => "connections to them from",
        Direction::Egress => "their connections to",
    };
    Ok((action, format!("{way} {}, on {ports}", either(peers?))))
}

/// What happens to what a rule matches, and who is not asked any more.
fn done(action: Action, direction: Direction, tier: Option<Tier>, what: &str) -> String {
    let verb = match action {
        Action::Accept => "accepts",
        Action::Deny => "denies",
        Action::Pass => "passes on",
    };
    let rule = direction.name();
    let then = match (tier, action) {
        (None, _) => String::new(),
        (Some(Tier::Admin), Action::Pass) => format!(
            ": no later {rule} rule of its tier is asked, but those of NetworkPolicies and then of the Baseline tier are"
        ),
        (Some(Tier::Admin), _) => format!(": no later {rule} rule is asked, nor those of NetworkPolicies"),
        (Some(Tier::Baseline), Action::Pass) => {
            format!(": no later {rule} rule is asked, and what none decides is allowed")
        }
        (Some(Tier::Baseline), _) => format!(": no later {rule} rule is asked"),
    };
    format!("{verb} {what}{then}")
}

#[cfg(test)]
mod tests;
