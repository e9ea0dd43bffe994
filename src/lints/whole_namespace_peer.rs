use super::ports::only_dns;
use super::selectors::is_every_namespace;
use super::{Context, Findings, Policy};

declare_lint! {
    /// A peer that is every pod of the namespaces it selects.
    ///
    /// ## Why
    /// `namespaceSelector` without `podSelector` takes in all pods of those namespaces, whatever
    /// they are, those still to come included. A `podSelector` in the same item says which.
    ///
    /// Rules for DNS alone are left out.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
    ///       podSelector: {matchLabels: {app: checkout}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    pub WHOLE_NAMESPACE_PEER = {
        name: "whole-namespace-peer", code: "NP508", severity: Info,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Looks at every peer of every rule that takes effect.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules().filter(|rule| !only_dns(rule)) {
        for (at, peer) in rule.listed_peers().filter(|(_, peer)| peer.pod_selector.is_none()) {
            if peer.namespace_selector.as_ref().is_some_and(|it| !is_every_namespace(it)) {
                out.add(
                    &WHOLE_NAMESPACE_PEER,
                    policy.object,
                    &at.path(),
                    "without `podSelector` this peer is every pod of the namespaces it selects",
                )
                .help("add a `podSelector` to this item of the list that says which pods are meant");
            }
        }
    }
}
