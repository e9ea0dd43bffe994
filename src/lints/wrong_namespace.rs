use super::selectors::requirements;
use super::workloads::{holds, labels_in};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::order::Gather;
use std::collections::BTreeSet;

declare_lint! {
    /// A policy without a namespace, beside the pods it is for in a namespace of their own.
    ///
    /// ## Why
    /// An object without `metadata.namespace` lands in the namespace that `kubectl` happens to
    /// use. A policy binds only pods of its own namespace, so in any other it does nothing.
    ///
    /// Found where its selector selects no pod of the namespace it falls into and pods of exactly
    /// one other, and where everything else in its file names its namespace.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web, namespace: shop, labels: {app: web}}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    ///   namespace: shop
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: narrows, for the policy takes effect. Writes the namespace of the pods.
    pub WRONG_NAMESPACE = {
        name: "wrong-namespace", code: "NP212", severity: Warning,
        needs: [Workloads, Complete], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks for the pods of each policy that names no namespace.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.has_workloads() {
        out.not_evaluated(&WRONG_NAMESPACE, "no workloads are given");
        return;
    }
    for policy in cx.policies() {
        if policy.object.namespace.as_deref().is_some_and(|it| !it.is_empty()) || policy.selects_all() {
            continue;
        }
        if let Some(meant) = meant(cx, &policy) {
            report(&policy, &meant, out);
        }
    }
}

/// The one namespace whose pods it selects, if it selects none where it is.
fn meant(cx: &Context<'_>, policy: &Policy<'_>) -> Option<String> {
    let own = cx.namespace(policy.object);
    let selector = policy.spec()?.pod_selector.as_ref()?;
    if !requirements(selector).any(|it| it.wants_label()) {
        return None;
    }
    let selects = |namespace: &str| {
        labels_in(cx, namespace).any(|(_, labels)| requirements(selector).all(|it| holds(&it, labels)))
    };
    if selects(own) {
        return None;
    }
    // Beside other policies without one, the namespace is given from outside.
    let beside = cx.objects().filter(|it| it.source == policy.object.source && it.id != policy.object.id);
    let named: Vec<&str> = beside
        .filter(|it| it.is_namespaced())
        .map(|it| it.namespace.as_deref().unwrap_or_default())
        .collect();
    if named.is_empty() || named.contains(&"") {
        return None;
    }
    let homes: BTreeSet<&str> = cx
        .model()
        .namespaces
        .iter()
        .map(|it| it.name.as_ref())
        .filter(|it| *it != own && selects(it))
        .gather();
    let mut homes = homes.into_iter();
    match (homes.next(), homes.next()) {
        (Some(only), None) => Some(only.to_owned()),
        _ => None,
    }
}

fn report(policy: &Policy<'_>, meant: &str, out: &mut Findings<'_>) {
    let message = format!("this policy names no namespace, and the pods it selects are in `{meant}`");
    out.add(&WRONG_NAMESPACE, policy.object, &FieldPath::parse("metadata.name"), message)
        .because(policy.place(&FieldPath::parse("spec.podSelector")), "selects no pod given where it falls")
        .help(format!("write `namespace: {meant}`"))
        .fix(Fix::risky(
            format!("write `namespace: {meant}`"),
            vec![policy.set(FieldPath::parse("metadata.namespace"), meant)],
        ));
}
