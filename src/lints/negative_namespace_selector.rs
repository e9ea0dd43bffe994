use super::ports::only_dns;
use super::selectors::{NAME_LABEL, is_every_namespace, requirements};
use super::{Context, Findings, Policy};

declare_lint! {
    /// Namespaces chosen only by what they are not.
    ///
    /// ## Why
    /// `NotIn` and `DoesNotExist` also select every namespace without the label, so each
    /// namespace created from now on is let through until somebody labels it.
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
    ///         - {key: team, operator: NotIn, values: [untrusted]}
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
    ///     - namespaceSelector:
    ///         matchExpressions:
    ///         - {key: team, operator: In, values: [shop, search]}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    pub NEGATIVE_NAMESPACE_SELECTOR = {
        name: "negative-namespace-selector", code: "NP210", severity: Warning,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Looks at every peer's selector of namespaces.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules().filter(|rule| !only_dns(rule)) {
        for (at, peer) in rule.listed_peers() {
            let Some(selector) = &peer.namespace_selector else { continue };
            let asked = || requirements(selector);
            let positive = |key: &str, wants: bool| wants && key != NAME_LABEL;
            if is_every_namespace(selector) || asked().any(|it| positive(it.key, it.wants_label())) {
                continue;
            }
            // The name of a namespace that is listed is a choice; that it has one is none.
            if asked().any(|it| it.key == NAME_LABEL && it.operator == "In") {
                continue;
            }
            let field = at.field("namespaceSelector");
            let mut found = out.add(
                &NEGATIVE_NAMESPACE_SELECTOR,
                policy.object,
                &field,
                "this selects every namespace but some, and with them every namespace still to come",
            );
            for it in asked().filter(|it| !it.wants_label()) {
                found.because(
                    policy.place(&it.field(&field)),
                    format!("a namespace without `{}` passes this", it.key),
                );
            }
            found.help("name the namespaces that are meant, with `In` or a label they share");
        }
    }
}
