use super::except_undone::covers;
use super::selectors::{implies, is_empty};
use super::{Context, Findings, Policy};
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction, RuleRef};
use crate::model::assume::{Assumption, Assumptions};
use crate::model::ip::Block;
use crate::model::policy::PortList;
use crate::model::selector::Selector;
use crate::model::truth::Truth;
use crate::order;
use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicyPeer};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use std::collections::BTreeMap;

declare_lint! {
    /// A policy that another one makes needless.
    ///
    /// ## Why
    /// Its pods are isolated and all its rules are granted by another policy of the namespace, for
    /// every pod that exists or may be added. Who changes one of the two has to know of both.
    ///
    /// A policy without rules is never found: it says that its pods are isolated. Of two that do
    /// the same only the later is found.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: from-frontends}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {tier: frontend}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: from-shop-frontend}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {tier: frontend, app: shop}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: from-frontends}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {tier: frontend}}}]
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    pub REDUNDANT_POLICY = {
        name: "redundant-policy", code: "NP601", severity: Info,
        needs: [Policies], fix: None, since: "0.1.0"
    }
}

/// Holds each policy against the others of its namespace.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if cx.all_policies().nth(1).is_none() {
        return;
    }
    let inert = Assumptions::of(cx.options).is(Assumption::InertRules, "enforced");
    let counts = |it: &Policy<'_>| it.object.accepted && it.object.is_served();
    let homes = cx.all_policies().filter(counts).map(|it| (cx.namespace(it.object), it)).collect();
    for (_, list) in order::group(homes) {
        let list = without_namesakes(list);
        let wider = Wider::of(&list);
        for (at, own) in list.iter().enumerate() {
            if own.file.context || !has_rules(own) {
                continue;
            }
            let makes = |wide: &Policy<'_>, narrow: &Policy<'_>| makes_needless(wide, narrow, inert);
            let covers = |other: &usize| {
                let Some(it) = list.get(*other).filter(|_| *other != at) else { return false };
                makes(it, own) && (*other < at || !makes(own, it))
            };
            let each = wider.groups(own).filter_map(|places| places.iter().copied().find(covers));
            if let Some(covering) = each.min().and_then(|other| list.get(other)) {
                report(own, covering, out);
            }
        }
    }
}

/// Of two namesakes the last counts, as with kubectl apply.
fn without_namesakes(list: Vec<Policy<'_>>) -> Vec<Policy<'_>> {
    let last: BTreeMap<&str, usize> =
        list.iter().enumerate().map(|(at, it)| (it.object.name.as_str(), at)).collect();
    if last.len() == list.len() {
        return list;
    }
    let counts = |at: usize, it: &Policy<'_>| last.get(it.object.name.as_str()) == Some(&at);
    list.into_iter().enumerate().filter(|(at, it)| counts(*at, it)).map(|(_, it)| it).collect()
}

/// The places of policies in their list, grouped by a label value that their subjects ask for: what
/// selects all that another selects asks for no other.
struct Wider<'a> {
    /// Those that ask for no label come first.
    groups: Vec<Vec<usize>>,
    by_value: BTreeMap<(&'a str, &'a str), usize>,
}

impl<'a> Wider<'a> {
    fn of(list: &[Policy<'a>]) -> Self {
        let mut found = Self { groups: vec![Vec::new()], by_value: BTreeMap::new() };
        for (at, policy) in list.iter().enumerate() {
            // Labels alone: other ways to ask for one value are rare.
            let labels = subject(policy).and_then(|it| it.match_labels.as_ref());
            let group = labels.and_then(|it| it.iter().next()).map_or(0, |(key, value)| {
                let next = found.groups.len();
                *found.by_value.entry((key, value)).or_insert(next)
            });
            if group == found.groups.len() {
                found.groups.push(Vec::new());
            }
            found.groups.get_mut(group).into_iter().for_each(|places| places.push(at));
        }
        found
    }

    /// The groups among which are all that select whatever this policy selects.
    fn groups(&self, own: &Policy<'_>) -> impl Iterator<Item = &[usize]> {
        let selector = subject(own).map(Selector::read).unwrap_or_default();
        let mut near: Vec<usize> = vec![0];
        if selector.is_unsatisfiable() {
            // What selects nothing is selected by everything.
            near.extend(self.by_value.values());
        } else {
            near.extend(selector.values().filter_map(|asked| self.by_value.get(&asked)));
        }
        near.into_iter().filter_map(|group| self.groups.get(group)).map(Vec::as_slice)
    }
}

fn subject<'a>(policy: &Policy<'a>) -> Option<&'a LabelSelector> {
    policy.spec().and_then(|spec| spec.pod_selector.as_ref())
}

/// Whether it has rules, and none whose effect plugins disagree about.
fn has_rules(policy: &Policy<'_>) -> bool {
    let rules = |direction| effect::rules(policy.value, direction).next().is_some();
    Direction::BOTH.into_iter().any(rules)
        && Direction::BOTH.into_iter().all(|it| !rules(it) || policy.directions().contains(&it))
}

/// Whether `wide` isolates all that `narrow` does and grants all that `narrow` grants; `inert` says
/// whether rules of a direction that `policyTypes` leaves out isolate.
fn makes_needless(wide: &Policy<'_>, narrow: &Policy<'_>, inert: Truth) -> bool {
    let isolates = |it: &Policy<'_>, direction| match it.directions().contains(&direction) {
        true => Truth::Yes,
        false if effect::rules(it.value, direction).next().is_some() => inert,
        false => Truth::No,
    };
    let grants = |direction| {
        let wide = || effect::rules(wide.value, direction);
        effect::rules(narrow.value, direction).all(|rule| wide().any(|other| grants(&other, &rule)))
    };
    let mut concerned = Direction::BOTH.into_iter().filter(|it| isolates(narrow, *it).may());
    let selected = match (subject(wide), subject(narrow)) {
        (None, _) => true,
        (Some(wide), None) => is_empty(wide),
        (Some(wide), Some(narrow)) => implies(narrow, wide),
    };
    selected && concerned.all(|it| isolates(wide, it).must() && grants(it))
}

/// Whether one rule grants all that another does.
fn grants(wide: &RuleRef<'_>, narrow: &RuleRef<'_>) -> bool {
    let peers = wide.any_peer()
        || !narrow.any_peer() && {
            let (wide, narrow) = (wide.peers.unwrap_or_default(), narrow.peers.unwrap_or_default());
            narrow.iter().all(|peer| wide.iter().any(|other| holds(other, peer)))
        };
    peers
        && (wide.any_port() || wide.ports == narrow.ports || {
            let list = |it: &RuleRef<'_>| PortList::read(it.ports.unwrap_or_default());
            covers(&list(wide), &list(narrow))
        })
}

/// Whether one peer matches all that another does.
fn holds(wide: &NetworkPolicyPeer, narrow: &NetworkPolicyPeer) -> bool {
    if wide == narrow {
        return true;
    }
    match (&wide.ip_block, &narrow.ip_block) {
        (Some(wide), Some(narrow)) => {
            let block = |it: &IPBlock| Block::read(&it.cidr, it.except.as_deref().unwrap_or_default());
            return block(wide).covers_block(&block(narrow));
        }
        (None, None) => {}
        _ => return false,
    }
    if wide.namespace_selector.is_none() && wide.pod_selector.is_none() {
        return false;
    }
    let homes = match (&wide.namespace_selector, &narrow.namespace_selector) {
        (Some(wide), Some(narrow)) => implies(narrow, wide),
        // The policy's own namespace is among all of them, and nothing is known of its labels.
        (Some(wide), None) => is_empty(wide),
        (None, None) => true,
        (None, Some(_)) => false,
    };
    homes
        && match (&wide.pod_selector, &narrow.pod_selector) {
            (None, _) => true,
            (Some(wide), Some(narrow)) => implies(narrow, wide),
            (Some(wide), None) => is_empty(wide),
        }
}

fn report(own: &Policy<'_>, other: &Policy<'_>, out: &mut Findings<'_>) {
    let name = &other.object.name;
    let message = format!("`{name}` isolates the same pods and allows all that this policy allows");
    let mut found = out.add(&REDUNDANT_POLICY, own.object, &FieldPath::parse("metadata.name"), message);
    found
        .because(other.place(&FieldPath::parse("spec.podSelector")), "selects all of its pods")
        .cause(name.clone());
    for direction in Direction::BOTH {
        if own.directions().contains(&direction) && other.node(&direction.rules()).is_some() {
            found.because(other.place(&direction.rules()), "allows all that it allows");
        }
    }
    found.help("remove this policy, or narrow the other one if it opens more than was meant");
}
