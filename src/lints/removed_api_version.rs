use super::{Context, Findings};
use crate::diagnostic::{Fix, Severity, Step};
use crate::field::FieldPath;
use crate::manifest::{Body, ClusterPolicyKind};

declare_lint! {
    /// An API version that is gone, or that a newer kind has taken the place of.
    ///
    /// ## Why
    /// Kubernetes 1.16 stopped serving NetworkPolicy as `extensions/v1beta1`: such a manifest is
    /// refused and protects nothing. Only the version differs, the fields are the same.
    ///
    /// AdminNetworkPolicy and BaselineAdminNetworkPolicy (`v1alpha1`) were merged into
    /// ClusterNetworkPolicy (`v1alpha2`) and get no new fields.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: extensions/v1beta1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
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
    /// ```
    ///
    /// ## Fix
    /// Safe for NetworkPolicy: the old version and the new one mean the same. The cluster-scoped
    /// kinds are not rewritten, for nothing here could prove that both mean the same.
    pub REMOVED_API_VERSION = {
        name: "removed-api-version", code: "NP007", severity: Error,
        needs: [Object], fix: Safe, since: "0.1.0"
    }
}

/// Looks at the version of every policy.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let field = FieldPath::root().field("apiVersion");
    for object in cx.objects() {
        let version = &object.api_version;
        match object.body {
            Body::NetworkPolicy(_) if version == "extensions/v1beta1" => {
                let message =
                    format!("`{version}` is no longer served: NetworkPolicy is in `networking.k8s.io/v1`");
                out.add(&REMOVED_API_VERSION, object, &field, message)
                    .help("write `apiVersion: networking.k8s.io/v1`; the fields are the same")
                    .fix(Fix::safe(
                        "write `networking.k8s.io/v1`",
                        vec![Step::Set {
                            object: object.id,
                            at: field.clone(),
                            value: "networking.k8s.io/v1".into(),
                        }],
                    ));
            }
            Body::ClusterPolicy(
                kind
                @ (ClusterPolicyKind::AdminNetworkPolicy | ClusterPolicyKind::BaselineAdminNetworkPolicy),
            ) => {
                let message = format!("`{}` has been superseded by `ClusterNetworkPolicy`", object.kind);
                let tier = match kind {
                    ClusterPolicyKind::BaselineAdminNetworkPolicy => "Baseline",
                    _ => "Admin",
                };
                out.add(&REMOVED_API_VERSION, object, &field, message).severity(Severity::Info).help(format!(
                    "write it as a ClusterNetworkPolicy with `tier: {tier}`; the action `Allow` is `Accept` there"
                ));
            }
            _ => {}
        }
    }
}
