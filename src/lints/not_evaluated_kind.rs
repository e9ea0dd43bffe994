use super::{Context, Findings};
use crate::field::FieldPath;
use crate::manifest::Body;
use crate::order;

declare_lint! {
    /// A policy of a kind that netpol names but does not evaluate.
    ///
    /// ## Why
    /// Cilium, Calico, Antrea, AWS, Istio and multi-network policies decide connections too. What
    /// netpol says of pods that they could select is `unknown`, and lints whose finding they could
    /// undo stay silent. One finding a kind tells where they are.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: cilium.io/v2
    /// kind: CiliumNetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   endpointSelector: {}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    pub NOT_EVALUATED_KIND = {
        name: "not-evaluated-kind", code: "NP010", severity: Info,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Reports each such kind once, at its first object, and points at the others.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut kinds = Vec::new();
    for object in &cx.manifests.objects {
        if matches!(object.body, Body::NotEvaluated) {
            kinds.push(((group(&object.api_version), object.kind.as_str()), object));
        }
    }
    for ((group, kind), objects) in order::group(kinds) {
        let Some((first, others)) = objects.split_first() else { continue };
        let field = FieldPath::root().field("kind");
        let message = format!("`{kind}` of `{group}` is not evaluated: results ignore it");
        let mut found = out.add(&NOT_EVALUATED_KIND, first, &field, message);
        found.cause(format!("{group}/{kind}")).help("read the results as what holds without these policies");
        for other in others.iter().take(5) {
            found.because(cx.manifests.place(other, &field), "and here");
        }
    }
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
