use super::dangling_pod_selector::relabel;
use super::near::near_miss;
use super::selectors::is_empty;
use super::workloads::labels_in;
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{self, Direction};
use crate::model::selector::Selector;

declare_lint! {
    /// A peer whose selectors match none of the given pods.
    ///
    /// ## Why
    /// The rule reads as if it let someone in (or out), and lets nobody. The usual cause is a
    /// misspelt label.
    ///
    /// An input that is not complete may just lack the pods: then the lint speaks up only where a
    /// given pod is a slip of the finger away.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: frontend}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: frontend}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: frontent}}
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: frontend}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: frontend}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: frontend}}
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: writes the label that exists, so that the rule takes effect.
    pub DANGLING_PEER = {
        name: "dangling-peer", code: "NP202", severity: Warning,
        needs: [Workloads, Namespaces, Complete], fix: Unsafe, since: "0.1.0"
    }
}

/// Holds every peer with a `podSelector` against the pods of the namespaces it speaks of.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_workloads() {
        out.not_evaluated(&DANGLING_PEER, "no workloads are given");
        return;
    }
    for policy in cx.policies() {
        for &direction in policy.directions() {
            for (rule, list) in cx.peers_of(&policy, direction).into_iter().enumerate() {
                for (at, matched) in list.into_iter().enumerate() {
                    if matched == Some(false) {
                        peer(
                            cx,
                            &policy,
                            &direction.rules().index(rule).field(direction.peers()).index(at),
                            out,
                        );
                    }
                }
            }
        }
    }
}

fn peer(cx: &Context<'_>, policy: &Policy<'_>, field: &FieldPath, out: &mut Findings<'_>) {
    let found = Direction::BOTH
        .iter()
        .flat_map(|it| effect::peers(policy.value, *it))
        .find(|(at, _)| at.path() == *field);
    let Some((_, written)) = found else { return };
    let Some(pods) = written.pod_selector.as_ref().filter(|it| !is_empty(it)) else { return };
    let at = field.field("podSelector");
    let homes: Vec<&str> = match &written.namespace_selector {
        None => vec![cx.namespace(policy.object)],
        Some(selector) => {
            let selector = Selector::read(selector);
            let spaces = cx.model().namespaces.iter();
            spaces.filter(|it| selector.matches(|key| it.label(key)).may()).map(|it| &*it.name).collect()
        }
    };
    let near =
        near_miss(pods, &at, homes.iter().flat_map(|home| labels_in(cx, home)).map(|(_, labels)| labels));
    if near.is_none() && !cx.options.complete.workloads {
        out.not_evaluated(&DANGLING_PEER, "the workloads given are not said to be all there are");
        return;
    }
    let mut found = out.add(&DANGLING_PEER, policy.object, &at, "this peer matches none of the given pods");
    match near {
        Some(near) => {
            let (key, value) = &near.meant;
            found.at(policy.place(&near.field)).help(format!("a pod there has `{key}: {value}`"));
            found.fix(Fix::risky(format!("write `{key}: {value}`"), relabel(policy, &near)));
        }
        None => {
            found.help("compare its labels with those of the pods, or remove the peer");
        }
    }
}
