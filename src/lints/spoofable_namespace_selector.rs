use super::selectors::{NAME_LABEL, Requirement};
use super::{Context, Findings, Policy};

declare_lint! {
    /// A namespace chosen by a label that whoever owns a namespace may be able to set.
    ///
    /// ## Why
    /// Anyone who may edit a Namespace, as tenants with self-service namespaces often may, gets
    /// through this rule by labelling their own. Only `kubernetes.io/metadata.name` cannot be
    /// forged: the API server sets it.
    ///
    /// Labels under `kubernetes.io/`, `k8s.io/` and `openshift.io/` are taken for the platform's
    /// own.
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
    ///     - namespaceSelector: {matchLabels: {env: prod}}
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
    pub SPOOFABLE_NAMESPACE_SELECTOR = {
        name: "spoofable-namespace-selector", code: "NP209", severity: Info,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Looks at every selector that chooses namespaces by labels they must have.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for written in policy.namespace_selectors() {
        let mut wanted = written.requirements().filter(Requirement::wants_label);
        let Some(first) = wanted.next().filter(|it| !is_platforms(it.key)) else { continue };
        if wanted.any(|it| is_platforms(it.key)) {
            continue;
        }
        let message = format!("whoever may label a namespace with `{}` gets through this rule", first.key);
        out.add(&SPOOFABLE_NAMESPACE_SELECTOR, policy.object, &written.field(), message)
            .cause(first.key)
            .help(format!("select by `{NAME_LABEL}`, or make sure that tenants cannot set the label"));
    }
}

/// Whether the label belongs to the platform rather than to those who own the namespace.
fn is_platforms(key: &str) -> bool {
    let Some((prefix, _)) = key.split_once('/') else { return false };
    ["kubernetes.io", "k8s.io", "openshift.io"]
        .iter()
        .any(|domain| prefix.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}
