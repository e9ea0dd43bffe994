use super::near::slip;
use super::selectors::NAME_LABEL;
use super::{Context, Findings, Policy};
use crate::diagnostic::{Fix, Step};
use crate::model::namespace::Namespace;
use crate::model::selector::{Label, Selector};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

declare_lint! {
    /// A `namespaceSelector` that selects none of the given namespaces.
    ///
    /// ## Why
    /// The rule reads as if it let a namespace in (or out), and lets nobody. The usual cause is a
    /// misspelt name.
    ///
    /// An input that is not complete may just lack the namespace: then the lint speaks up only
    /// where `kubernetes.io/metadata.name` is a slip of the finger away from a name that the
    /// input knows.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: monitoring}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: scrape, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitorng}}
    ///       podSelector: {matchLabels: {app: prometheus}}
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: v1
    /// kind: Namespace
    /// metadata: {name: monitoring}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: scrape, namespace: shop}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
    ///       podSelector: {matchLabels: {app: prometheus}}
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    ///
    /// ## Fix
    /// Unsafe: writes the name that exists, so that the rule takes effect.
    pub DANGLING_NAMESPACE_SELECTOR = {
        name: "dangling-namespace-selector", code: "NP203", severity: Warning,
        needs: [Namespaces, Complete], fix: Unsafe, since: "0.1.0"
    }
}

/// Holds every namespace selector against the namespaces that the input knows.
pub(super) fn check(cx: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for written in policy.namespace_selectors() {
        let known = cx.namespaces();
        if selects_some(written.selector, known) {
            continue;
        }
        let name = written.requirements().find(|it| it.key == NAME_LABEL && it.is_label());
        let near = name.and_then(|name| Some((name, nearest(name.values.iter().next()?, known)?)));
        if near.is_none() && !cx.options.complete.namespaces {
            out.not_evaluated(
                &DANGLING_NAMESPACE_SELECTOR,
                "the namespaces given are not said to be all there are",
            );
            continue;
        }
        let field = written.field();
        let message = "this selects none of the given namespaces";
        let mut found = out.add(&DANGLING_NAMESPACE_SELECTOR, policy.object, &field, message);
        match near {
            Some((name, exists)) => {
                let at = name.field(&field);
                found.at(policy.place(&at)).help(format!("there is a namespace `{exists}`"));
                let step = Step::Set { object: policy.object.id, at, value: exists.into() };
                found.fix(Fix::risky(format!("write `{exists}`"), vec![step]));
            }
            None => {
                found.help("compare it with the labels of the namespaces, or remove the peer");
            }
        }
    }
}

/// The namespace whose name is most likely meant.
fn nearest<'k>(name: &str, known: &'k [Namespace<'_>]) -> Option<&'k str> {
    let near = known.iter().filter_map(|it| Some((slip(name, &it.name)?, &*it.name)));
    near.min().map(|(_, exists)| exists)
}

/// Whether a selector may select one of these namespaces; one that can never hold is told by
/// another lint.
fn selects_some(written: &LabelSelector, known: &[Namespace<'_>]) -> bool {
    // Nearly all ask for one label, most for the name.
    let by_label = match (&written.match_labels, &written.match_expressions) {
        (Some(labels), None) if labels.len() == 1 => labels.iter().next(),
        _ => None,
    };
    if let Some((key, value)) = by_label {
        return known.iter().any(|it| match it.label(key) {
            Label::Value(own) => own == value,
            Label::Unknown => true,
            Label::Absent => false,
        });
    }
    let selector = Selector::read(written);
    selector.is_unsatisfiable() || known.iter().any(|it| selector.matches(|key| it.label(key)).may())
}
