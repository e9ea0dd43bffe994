use super::given::{Judged, judged, members, name_of};
use super::{Context, Findings};
use crate::diagnostic::Severity;
use crate::field::FieldPath;
use crate::manifest::effect::{Direction, RuleRef};
use crate::model::Model;
use crate::model::policy::{self, Peer, Rule};
use crate::model::ports::{Ports, PortsId};
use crate::model::set::Set;
use crate::order;

declare_lint! {
    /// A peer that is allowed here and stopped at its own end.
    ///
    /// ## Why
    /// A connection needs leave on both sides: the egress of the pod that opens it, and the ingress
    /// of the one that takes it. A rule that allows a peer does nothing for it as long as a policy
    /// over there does not let the connection through.
    ///
    /// Only peers chosen by label are judged, by the pods given. Where the input is not said to hold
    /// all policies, another one may well open the other side: then there is one info for each
    /// namespace.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: shop, labels: {app: db}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: db}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {app: web}}}]
    ///     ports: [{port: 5432, protocol: TCP}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: default-deny, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress, Egress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: db, namespace: shop, labels: {app: db}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: db, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: db}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: [{podSelector: {matchLabels: {app: web}}}]
    ///     ports: [{port: 5432, protocol: TCP}]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: default-deny-ingress, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    pub BLOCKED_BY_OTHER_SIDE = {
        name: "blocked-by-other-side", code: "NP306", severity: Warning,
        needs: [Workloads, Reach, Complete], fix: None, since: "0.1.0"
    }
}

/// A rule is judged by no more pairs than this; one that is open shows so in the first.
const ENOUGH: usize = 4096;

/// A peer that is stopped at its own end, and there by these policies.
struct Blocked<'a> {
    judged: Judged<'a>,
    direction: Direction,
    field: FieldPath,
    peer: &'a str,
    by: Vec<u32>,
}

/// Asks for each peer whether one of its pods gets through.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_workloads() {
        out.not_evaluated(&BLOCKED_BY_OTHER_SIDE, "no workloads are given");
        return;
    }
    if cx.has_other_policies() {
        out.not_evaluated(
            &BLOCKED_BY_OTHER_SIDE,
            "policies of other kinds may allow what NetworkPolicies deny",
        );
        return;
    }
    let model = cx.model();
    let present = model.present();
    let mut quiet = Vec::new();
    for judged in judged(cx) {
        let (subjects, open) = judged.subjects(model, &present);
        if subjects.is_empty() || subjects != open {
            continue;
        }
        for direction in Direction::BOTH {
            for (rule, compiled) in judged.rules(model, direction) {
                for (field, id) in by_label(model, &rule, compiled) {
                    let Some(by) = blocked(cx, direction, &subjects, id, compiled, &present) else {
                        continue;
                    };
                    let peers = model.peer_pods.get(id as usize).map(|it| it.must.intersection(&present));
                    let peer = peers.and_then(|it| name_of(model, &it)).unwrap_or_default();
                    let found = Blocked { judged, direction, field, peer, by };
                    if cx.options.complete.policies {
                        report(cx, &found, 0, out);
                    } else {
                        quiet.push((judged.compiled.namespace_name, found));
                    }
                }
            }
        }
    }
    for (_, list) in order::group(quiet) {
        if let Some((first, others)) = list.split_first() {
            report(cx, first, others.len(), out);
        }
    }
}

/// The peers of a rule that choose pods by label.
fn by_label(model: &Model<'_>, rule: &RuleRef<'_>, compiled: &Rule) -> Vec<(FieldPath, u32)> {
    let ids = compiled.peers.iter().flatten().copied();
    let chosen = |id: &u32| match model.parts.peers.get(*id) {
        Some(Peer::Pods(_, selector)) => !model.parts.selector(*selector).is_empty(),
        _ => false,
    };
    rule.listed_peers().map(|(peer, _)| peer.path()).zip(ids).filter(|(_, id)| chosen(id)).collect()
}

/// The policies that stop every one of a peer's pods, if every one is stopped on the rule's ports.
fn blocked(
    cx: &Context<'_>,
    direction: Direction,
    subjects: &Set,
    peer: u32,
    rule: &Rule,
    present: &Set,
) -> Option<Vec<u32>> {
    let (model, reach) = (cx.model(), cx.reach());
    let found = model.peer_pods.get(peer as usize)?;
    let (peers, may) = (found.must.intersection(present), found.may.intersection(present));
    if peers.is_empty() || peers != may || peers.len() * subjects.len() > ENOUGH {
        return None;
    }
    let list = model.parts.ports.get(rule.ports)?;
    // Names mean other numbers on other pods: any port at all would do.
    let wanted = if list.names.is_empty() { list.numbers.clone() } else { Ports::all() };
    let other = direction.other();
    let mut by: Vec<u32> = Vec::new();
    for there in peers.iter() {
        let group = reach.groups(other).get(reach.group_of(other, there))?;
        if !group.is_isolated() {
            return None;
        }
        let row = reach.row_of(other, there);
        for here in subjects.iter() {
            // A pod and itself need no leave; two replicas of a workload do.
            if here == there && members(model, here).count() == 1 {
                continue;
            }
            let granted: PortsId = row.may.pod(here);
            if granted != PortsId::NONE && !reach.ports(granted).intersection(&wanted).is_none() {
                return None;
            }
        }
        for policy in &group.must {
            if !by.contains(policy) {
                by.push(*policy);
            }
        }
    }
    let alone = peers == *subjects && peers.len() == 1;
    (!by.is_empty() && !alone).then_some(by)
}

fn report(cx: &Context<'_>, found: &Blocked<'_>, more: usize, out: &mut Findings<'_>) {
    let Blocked { judged, direction, field, peer, by } = found;
    let other = direction.other();
    let given = if cx.options.complete.policies { "policies" } else { "the policies given" };
    let what = match direction {
        Direction::Ingress => {
            format!("`{peer}` is allowed in here, but {given} do not let it out to these pods")
        }
        Direction::Egress => format!("`{peer}` is allowed here, but {given} there do not let these pods in"),
    };
    let more = match more {
        0 => String::new(),
        n => format!("; so it is for {n} more peers in the namespace"),
    };
    let message = format!("{what}{more}");
    let mut told = out.add(&BLOCKED_BY_OTHER_SIDE, judged.policy.object, field, message);
    told.cause(*peer);
    if !cx.options.complete.policies {
        told.severity(Severity::Info);
    }
    let model = cx.model();
    let policies = by.iter().filter_map(|at| model.policies.get(*at as usize));
    for policy in policies.take(3) {
        if let Some(object) = cx.manifests.object(policy.object) {
            let place = cx.manifests.place(object, &isolating(policy));
            told.because(place, format!("isolates the {} of `{peer}` without allowing it", other.name()));
        }
    }
    told.help(format!("allow it in a rule for {} of `{peer}` too, or remove this peer", other.name()));
}

/// The field by which a policy isolates.
fn isolating(policy: &policy::Policy<'_>) -> FieldPath {
    let listed = policy.spec.policy_types.as_ref().is_some_and(|it| !it.is_empty());
    FieldPath::parse(if listed { "spec.policyTypes" } else { "spec.podSelector" })
}
