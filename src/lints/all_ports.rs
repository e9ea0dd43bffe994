use super::selectors::is_within_namespace;
use super::{Context, Findings, Policy};

declare_lint! {
    /// A rule without `ports`: every port of every protocol.
    ///
    /// ## Why
    /// Whoever the rule is for may also reach the ports of debuggers, metrics and databases, and
    /// those that are opened later. A rule that names its ports says what the connection is for.
    ///
    /// A rule for all pods of the policy's own namespace (`podSelector: {}`) is left out: that they
    /// may talk to each other is what it is for.
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
    ///     - podSelector: {matchLabels: {app: gateway}}
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
    ///     - podSelector: {matchLabels: {app: gateway}}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    pub ALL_PORTS = {
        name: "all-ports", code: "NP505", severity: Info,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// Looks at every rule with peers that takes effect.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    let whole = policy.rules().filter(|rule| !rule.any_peer() && rule.any_port());
    for rule in whole.filter(|rule| !is_within_namespace(rule)) {
        let peers = rule.direction.peers();
        out.add(&ALL_PORTS, policy.object, &rule.field(), "this rule opens every port of every protocol")
            .because(policy.key_place(&rule.field().field(peers)), "to all of these peers")
            .help("list in `ports` what is meant");
    }
}
