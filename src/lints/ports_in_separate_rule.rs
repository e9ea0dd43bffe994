use super::ports::only_dns;
use super::selectors::is_empty;
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::manifest::effect::{self, RuleRef};
use serde_json::json;

declare_lint! {
    /// A rule with only peers, then a rule with only ports: both are wider than meant.
    ///
    /// ## Why
    /// Rules add up. With the dash before `ports`, the first rule opens every port to its peers
    /// and the second opens its ports to everyone; one rule with both was probably meant.
    ///
    /// The lint speaks where a direction has these two rules and no other. It is silent where the
    /// second opens DNS only, and where the first is for the policy's own namespace: both are
    /// often meant so.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: db
    /// spec:
    ///   podSelector: {matchLabels: {app: db}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: api}}
    ///   - ports:
    ///     - {port: 5432, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: db
    /// spec:
    ///   podSelector: {matchLabels: {app: db}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: api}}
    ///     ports:
    ///     - {port: 5432, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: joining the two narrows what is allowed.
    pub PORTS_IN_SEPARATE_RULE = {
        name: "ports-in-separate-rule", code: "NP206", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at every direction with two rules.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for &direction in policy.directions() {
        let rules: Vec<RuleRef<'_>> = effect::rules(policy.value, direction).collect();
        let [peers, ports] = rules.as_slice() else { continue };
        let split = !peers.any_peer() && peers.any_port() && ports.any_peer() && !ports.any_port();
        if split && !only_dns(ports) && !is_own_namespace(peers) {
            report(policy, peers, ports, out);
        }
    }
}

fn is_own_namespace(rule: &RuleRef<'_>) -> bool {
    rule.peers
        .unwrap_or_default()
        .iter()
        .any(|peer| peer.namespace_selector.is_none() && peer.pod_selector.as_ref().is_some_and(is_empty))
}

fn report(policy: &Policy<'_>, peers: &RuleRef<'_>, ports: &RuleRef<'_>, out: &mut Findings<'_>) {
    let who = peers.direction.peers();
    out.add(
        &PORTS_IN_SEPARATE_RULE,
        policy.object,
        &ports.field(),
        format!("these `ports` are a rule of their own: they are open to everyone, and `{who}` of the rule before has every port"),
    )
    .because(policy.place(&peers.field()), "without `ports` this rule opens every port to its peers")
    .help(format!("put `{who}` and `ports` into one rule, if only those ports are meant for those peers"))
    .fix(Fix::risky(
        "join the two rules",
        vec![policy.set(peers.field().field("ports"), json!(ports.ports)), policy.remove(ports.field())],
    ));
}
