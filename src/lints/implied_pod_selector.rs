use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use serde_json::json;

declare_lint! {
    /// `podSelector` left out, so that the policy selects every pod.
    ///
    /// ## Why
    /// A policy without `podSelector` is about all pods of its namespace. Servers before 1.34
    /// refuse it; newer ones take it as it is, and a forgotten selector goes unnoticed.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: default-deny-ingress
    /// spec:
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: default-deny-ingress
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    ///
    /// ## Fix
    /// Safe: `{}` is what a field left out means.
    pub IMPLIED_POD_SELECTOR = {
        name: "implied-pod-selector", code: "NP605", severity: Info,
        needs: [Object], fix: Safe, since: "0.1.0"
    }
}

/// Looks for a spec without `podSelector`, or with a blank one.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    if policy.spec().is_none_or(|it| it.pod_selector.is_some()) {
        return;
    }
    let field = FieldPath::parse("spec.podSelector");
    out.add(
        &IMPLIED_POD_SELECTOR,
        policy.object,
        &field,
        "`podSelector` is left out: the policy selects every pod of its namespace",
    )
    .at(policy.key_place(&field))
    .help("write `podSelector: {}` if all pods are meant")
    .fix(Fix::safe("write `podSelector: {}`", vec![policy.set(field.clone(), json!({}))]));
}
