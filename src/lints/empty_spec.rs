use super::{Context, Findings, Policy};
use crate::field::FieldPath;

declare_lint! {
    /// A policy without a spec, which denies all ingress.
    ///
    /// ## Why
    /// An empty spec is not an empty policy: by default it selects every pod of the namespace,
    /// isolates them for ingress and allows nothing. It usually comes from a template that
    /// rendered nothing, or from lines that lost their indentation.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec: {}
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
    pub EMPTY_SPEC = {
        name: "empty-spec", code: "NP606", severity: Warning,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Looks for a spec that is left out, blank or `{}`.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    let spec = policy.tree().get(policy.object.root, "spec");
    // A patch for kustomize says what it does under a key of its own.
    let is_patch = policy.tree().get(policy.object.root, "$patch").is_some();
    if is_patch || spec.is_some_and(|spec| !policy.tree().entries(spec).is_empty()) {
        return;
    }
    let field = FieldPath::root().field("spec");
    let message = "a policy without a spec denies all ingress to every pod of its namespace";
    out.add(&EMPTY_SPEC, policy.object, &field, message)
        .at(policy.key_place(&field))
        .help("write down what is meant: `podSelector`, `policyTypes` and the rules");
}
