use super::allow_all_rule::says_so;
use super::ports::only_dns;
use super::selectors::is_within_namespace;
use super::{Context, Findings, Policy};
use crate::field::FieldPath;

declare_lint! {
    /// A policy that allows something for every pod of its namespace.
    ///
    /// ## Why
    /// An empty `podSelector` is right for a default deny. Where rules allow something, they
    /// allow it for every pod of the namespace, those still to come included, and not only for
    /// the one that needs it.
    ///
    /// Rules for DNS alone, and rules between the pods of the namespace, are left out: those are
    /// usually meant for all. So are policies that say in their name that they allow all
    /// (`allow-all-ingress`).
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: gateways}}
    ///       podSelector: {matchLabels: {app: gateway}}
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
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: gateways}}
    ///       podSelector: {matchLabels: {app: gateway}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    pub NAMESPACE_WIDE_SELECTOR = {
        name: "namespace-wide-selector", code: "NP607", severity: Info,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Looks at policies that select all pods.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    if !policy.selects_all() || policy.spec().is_none() || says_so(policy) {
        return;
    }
    let Some(rule) = policy.rules().find(|rule| !only_dns(rule) && !is_within_namespace(rule)) else {
        return;
    };
    out.add(
        &NAMESPACE_WIDE_SELECTOR,
        policy.object,
        &FieldPath::parse("spec.podSelector"),
        "what this policy allows, it allows for every pod of the namespace",
    )
    .because(policy.place(&rule.field()), "this rule is for all of them")
    .help("select the pods that need it");
}
