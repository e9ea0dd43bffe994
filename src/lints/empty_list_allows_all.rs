use super::allow_all_rule::says_so;
use super::ports::only_dns;
use super::{Context, Findings, Policy};
use crate::diagnostic::{Fix, Severity};
use crate::manifest::effect::RuleRef;

declare_lint! {
    /// An empty `from`, `to` or `ports`, which allows everything.
    ///
    /// ## Why
    /// `ingress: []` allows nothing, but one level down it is the other way round: `from: []`,
    /// `to: []`, `ports: []` and a key left blank say no more than the field left out, and that
    /// means everyone, or every port. Templates that render an empty list end here.
    ///
    /// It is no more than information where the policy's name says that it allows all, and where
    /// the rule is for DNS alone.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: ssh
    /// spec:
    ///   podSelector: {matchLabels: {app: bastion}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from: []
    ///     ports:
    ///     - {port: 22, protocol: TCP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: ssh
    /// spec:
    ///   podSelector: {matchLabels: {app: bastion}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {matchLabels: {app: jump}}
    ///     ports:
    ///     - {port: 22, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: removing the rule narrows what is allowed, which is what the empty list seems to
    /// ask for.
    pub EMPTY_LIST_ALLOWS_ALL = {
        name: "empty-list-allows-all", code: "NP502", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at the lists of every rule that takes effect, as written.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules() {
        let peers = rule.direction.peers();
        if rule.any_peer() {
            empty_list(policy, &rule, peers, "everyone", out);
        }
        if rule.any_port() {
            empty_list(policy, &rule, "ports", "every port", out);
        }
    }
}

/// Reports the list if it is written, and empty or blank.
fn empty_list(policy: &Policy<'_>, rule: &RuleRef<'_>, name: &str, whom: &str, out: &mut Findings<'_>) {
    let field = rule.field().field(name);
    let Some(node) = policy.node(&field) else { return };
    let written =
        if policy.tree().is_null(node) { format!("a blank `{name}`") } else { format!("`{name}: []`") };
    let message = format!("{written} allows {whom}, as if it were left out");
    let mut found = out.add(&EMPTY_LIST_ALLOWS_ALL, policy.object, &field, message);
    // Nothing is hidden where the name says it, and any resolver may be asked.
    if only_dns(rule) || rule.any_peer() && rule.any_port() && says_so(policy) {
        found.severity(Severity::Info);
    }
    found.cause(name).help(format!(
        "list what is meant, leave `{name}` out if {whom} is meant, or remove the rule to allow nothing"
    ));
    if policy.can_lose_rule(rule.direction) {
        found.fix(Fix::risky("remove the rule", vec![policy.remove(rule.field())]));
    }
}
