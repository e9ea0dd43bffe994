use super::{Context, Findings};

declare_lint! {
    /// A suppression that suppresses nothing, gives no reason, or has expired.
    ///
    /// ## Why
    /// A finding is accepted by an annotation on the object,
    /// `ignore.netpol/<lint>: <reason>`, or by a comment on its line or on the line above,
    /// `# netpol: ignore[<lint>] <reason>`. Either may end in `; until 2030-12-31`. One that
    /// outlives its finding hides the next one of its kind; one without a reason cannot be
    /// reviewed, and does not count.
    ///
    /// What the API server rejects cannot be accepted.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     ignore.netpol/all-ports: the gateway is trusted
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: gateway}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     ignore.netpol/all-ports: the gateway is trusted
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: gateway}}
    /// ```
    ///
    /// ## Fix
    /// Safe: removes the suppression. None is offered where only a reason is missing.
    pub UNUSED_SUPPRESSION = {
        name: "unused-suppression", code: "NP009", severity: Warning,
        needs: [Object], fix: Safe, since: "0.1.0"
    }
}

/// Finds nothing by itself: what a suppression does is known when all other lints have run
/// (`config::suppressions`).
pub(super) fn check(_: &Context<'_>, _: &mut Findings<'_>) {}
