use super::selectors::is_empty;
use super::{Context, Findings, Policy, workloads};
use crate::diagnostic::Fix;
use crate::manifest::effect::RuleRef;
use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde_json::json;

declare_lint! {
    /// `namespaceSelector` and `podSelector` as two peers where one peer with both was probably
    /// meant.
    ///
    /// ## Why
    /// Within one item of `from` or `to` both selectors must match; two items add up. With the
    /// dash before `podSelector`, the rule lets in every pod of the chosen namespaces, and pods
    /// with those labels from the policy's own namespace.
    ///
    /// The lint speaks where a rule has these two peers and no other. It is silent where the
    /// `podSelector` matches pods supplied in the policy's own namespace, and where it is empty:
    /// both are then likely to be meant as they stand.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: api
    /// spec:
    ///   podSelector: {matchLabels: {app: api}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {matchLabels: {team: shop}}
    ///     - podSelector: {matchLabels: {app: web}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: api
    /// spec:
    ///   podSelector: {matchLabels: {app: api}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {matchLabels: {team: shop}}
    ///       podSelector: {matchLabels: {app: web}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: joining the two narrows what is allowed.
    pub SPLIT_PEER_SELECTORS = {
        name: "split-peer-selectors", code: "NP205", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at every rule with two peers.
pub(super) fn check(cx: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules() {
        let Some([first, second]) = rule.peers else { continue };
        let (pods, at) = match (alone(first), alone(second)) {
            (Some(Alone::Namespaces), Some(Alone::Pods(pods))) => (pods, 1),
            (Some(Alone::Pods(pods)), Some(Alone::Namespaces)) => (pods, 0),
            _ => continue,
        };
        if !workloads::any_in(cx, cx.namespace(policy.object), pods) {
            report(policy, &rule, pods, at, out);
        }
    }
}

/// A peer that has one selector.
enum Alone<'a> {
    Namespaces,
    /// It asks for some labels.
    Pods(&'a LabelSelector),
}

fn alone(peer: &NetworkPolicyPeer) -> Option<Alone<'_>> {
    match (&peer.namespace_selector, &peer.pod_selector) {
        (Some(_), None) => Some(Alone::Namespaces),
        (None, Some(pods)) if !is_empty(pods) => Some(Alone::Pods(pods)),
        _ => None,
    }
}

fn report(policy: &Policy<'_>, rule: &RuleRef<'_>, pods: &LabelSelector, at: usize, out: &mut Findings<'_>) {
    let peers = rule.field().field(rule.direction.peers());
    let (own, other) = (peers.index(at), peers.index(1 - at));
    out.add(
        &SPLIT_PEER_SELECTORS,
        policy.object,
        &own,
        "this `podSelector` is a peer of its own: it adds pods of this namespace and does not narrow `namespaceSelector`",
    )
    .because(policy.place(&other), "by itself this lets every pod of these namespaces through")
    .help("put both selectors into one item of the list, if only pods that match both are meant")
    .fix(Fix::risky(
        "join the two peers",
        vec![policy.set(other.field("podSelector"), json!(pods)), policy.remove(own)],
    ));
}
