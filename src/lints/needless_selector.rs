use super::selectors::{NAME_LABEL, is_empty, is_every_namespace};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use serde_json::json;

declare_lint! {
    /// A selector that asks for what everything has.
    ///
    /// ## Why
    /// Every namespace carries `kubernetes.io/metadata.name`, so asking whether it exists asks
    /// nothing. The rule looks narrower than it is.
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
    ///     - namespaceSelector:
    ///         matchExpressions:
    ///         - {key: kubernetes.io/metadata.name, operator: Exists}
    ///       podSelector: {matchLabels: {app: prometheus}}
    ///     ports:
    ///     - {port: 9090, protocol: TCP}
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
    ///     - namespaceSelector: {}
    ///       podSelector: {matchLabels: {app: prometheus}}
    ///     ports:
    ///     - {port: 9090, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Safe: `{}` selects the same, all namespaces.
    pub NEEDLESS_SELECTOR = {
        name: "needless-selector", code: "NP211", severity: Info,
        needs: [Object], fix: Safe, since: "0.1.0"
    }
}

/// Looks at every selector of namespaces.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for written in policy.namespace_selectors() {
        if is_empty(written.selector) || !is_every_namespace(written.selector) {
            continue;
        }
        let field = written.field();
        out.add(
            &NEEDLESS_SELECTOR,
            policy.object,
            &field,
            format!("every namespace has the label `{NAME_LABEL}`: this selects all of them"),
        )
        .help("write `{}` to select all namespaces, or name those that are meant")
        .fix(Fix::safe("write `{}`", vec![policy.set(field.clone(), json!({}))]));
    }
}
