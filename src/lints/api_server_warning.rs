use super::invalid::retell;
use super::{Context, Findings};
use crate::manifest::FindingKind;

declare_lint! {
    /// What the API server accepts with a warning, in its own words.
    ///
    /// ## Why
    /// A warning today is often a rejection tomorrow: CIDRs with leading zeros or host bits were
    /// warned of before Kubernetes 1.36 and are rejected since.
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
    ///     - ipBlock: {cidr: "2001:DB8::/64"}
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
    ///   ingress:
    ///   - from:
    ///     - ipBlock: {cidr: "2001:db8::/64"}
    /// ```
    ///
    /// ## Fix
    /// Safe: writes the address as the server would.
    pub API_SERVER_WARNING = {
        name: "api-server-warning", code: "NP003", severity: Warning,
        needs: [Object], fix: Safe, since: "0.1.0"
    }
}

/// Retells the server's warnings.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    retell(cx, out, FindingKind::ServerWarning, &API_SERVER_WARNING);
}
