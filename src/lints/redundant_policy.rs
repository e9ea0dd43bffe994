use super::except_undone::covers;
use super::given::{Judged, all};
use super::subjects::Subjects;
use super::{Context, Findings};
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::model::Model;
use crate::model::policy::{self, Because, Namespaces, Peer, Rule};
use crate::order;
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
    let model = cx.model();
    let homes = all(cx).into_iter().map(|judged| (judged.compiled.namespace, judged)).collect();
    for (_, mut list) in order::group(homes) {
        order::sort_by_key(&mut list, |it| it.compiled.object);
        let subjects = Subjects::of(model, list.iter().map(|it| it.compiled.subject));
        let mut places: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, judged) in list.iter().enumerate() {
            places.entry(judged.compiled.subject).or_default().push(at);
        }
        for (at, judged) in list.iter().enumerate() {
            if judged.policy.file.context || !has_rules(model, judged.compiled) {
                continue;
            }
            let covers = |other: &usize| {
                let Some(it) = list.get(*other).filter(|_| *other != at) else { return false };
                makes_needless(model, it.compiled, judged.compiled)
                    && (*other < at || !makes_needless(model, judged.compiled, it.compiled))
            };
            let wider = subjects.wider(model, judged.compiled.subject);
            let each = wider.iter().filter_map(|it| places.get(it)?.iter().copied().find(covers));
            if let Some(covering) = each.min().and_then(|other| list.get(other)) {
                report(judged, covering, out);
            }
        }
    }
}

/// Whether it has rules, and none whose effect plugins disagree about.
fn has_rules(model: &Model<'_>, policy: &policy::Policy<'_>) -> bool {
    let mut sides = policy.sides.iter();
    let rules = policy.sides.iter().any(|it| !model.parts.rules_of(it).is_empty());
    rules && !sides.any(|it| it.because == Because::Inert)
}

/// Whether `wide` isolates all that `narrow` does and grants all that `narrow` grants.
fn makes_needless(model: &Model<'_>, wide: &policy::Policy<'_>, narrow: &policy::Policy<'_>) -> bool {
    let selector = |it: &policy::Policy<'_>| model.parts.selector(it.subject);
    selector(narrow).implies(selector(wide))
        && Direction::BOTH.into_iter().all(|direction| {
            let (wide, narrow) = (wide.side(direction), narrow.side(direction));
            !narrow.isolates.may()
                || (wide.isolates.must()
                    && model.parts.rules_of(narrow).iter().all(|rule| {
                        model.parts.rules_of(wide).iter().any(|other| grants(model, other, rule))
                    }))
        })
}

/// Whether one rule grants all that another does.
fn grants(model: &Model<'_>, wide: &Rule, narrow: &Rule) -> bool {
    let list = |rule: &Rule| model.parts.ports.get(rule.ports);
    let (Some(ports), Some(asked)) = (list(wide), list(narrow)) else { return false };
    if !covers(ports, asked) {
        return false;
    }
    match (&wide.peers, &narrow.peers) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => {
            narrow.iter().all(|id| wide.iter().any(|other| holds(model, *other, *id)))
        }
    }
}

/// Whether one peer matches all that another does.
fn holds(model: &Model<'_>, wide: u32, narrow: u32) -> bool {
    if wide == narrow {
        return true;
    }
    let peer = |id| model.parts.peers.get(id);
    match (peer(wide), peer(narrow)) {
        (Some(Peer::Pods(homes, pods)), Some(Peer::Pods(own, asked))) => {
            let homes = match (homes, own) {
                (Namespaces::Own(a), Namespaces::Own(b)) => a == b,
                (Namespaces::Selected(a), Namespaces::Selected(b)) => {
                    model.parts.selector(*b).implies(model.parts.selector(*a))
                }
                (Namespaces::Selected(a), Namespaces::Own(_)) => model.parts.selector(*a).is_empty(),
                (Namespaces::Own(_), Namespaces::Selected(_)) => false,
            };
            homes && model.parts.selector(*asked).implies(model.parts.selector(*pods))
        }
        (Some(Peer::Block(a)), Some(Peer::Block(b))) => {
            let block = |id: u32| model.parts.blocks.list.get(id as usize);
            let (Some(a), Some(b)) = (block(*a), block(*b)) else { return false };
            a.covers_block(b)
        }
        _ => false,
    }
}

fn report(judged: &Judged<'_>, covering: &Judged<'_>, out: &mut Findings<'_>) {
    let (own, other) = (&judged.policy, &covering.policy);
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
