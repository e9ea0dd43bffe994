use super::invalid::retell;
use super::{Context, Findings};
use crate::manifest::FindingKind;

declare_lint! {
    /// Text that YAML or JSON cannot read, or that passes a limit.
    ///
    /// ## Why
    /// Nothing in a document that cannot be read is checked, and the API server never sees it.
    /// The message is the one Kubernetes' own reader gives.
    ///
    /// Limits on size, nesting, aliases and documents guard against input made to exhaust a
    /// reader; each is an option.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {app: web
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
    pub SYNTAX = { name: "syntax", code: "NP001", severity: Error, needs: [Object], fix: None, since: "0.1.0" }
}

/// Retells what the reader stumbled over.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    retell(cx, out, FindingKind::Syntax, &SYNTAX);
}
