use super::{Context, Findings, Policy, services};
use crate::diagnostic::{Fix, Severity};
use crate::manifest::effect::{Direction, RuleRef};

declare_lint! {
    /// A rule that allows everything.
    ///
    /// ## Why
    /// A rule without peers and without ports (`- {}`) lets everyone through on every port. For
    /// the pods it selects the policy then does no more than no policy would, and no other
    /// policy can take anything back: policies only add up.
    ///
    /// For ingress it is silent where a supplied Service of type LoadBalancer or NodePort
    /// publishes the pods, and no more than information where the name says that all is allowed.
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
    ///   - {}
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
    ///
    /// ## Fix
    /// Unsafe: without the rule only what other rules and policies allow is left.
    pub ALLOW_ALL_RULE = {
        name: "allow-all-rule", code: "NP501", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at every rule that takes effect.
pub(super) fn check(cx: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules().filter(|rule| rule.any_peer() && rule.any_port()) {
        let incoming = rule.direction == Direction::Ingress;
        if !incoming || !services::publishes(cx, policy) {
            report(policy, &rule, out);
        }
    }
}

fn report(policy: &Policy<'_>, rule: &RuleRef<'_>, out: &mut Findings<'_>) {
    let meant = says_so(policy);
    let (severity, message) = match rule.direction {
        Direction::Ingress if meant => (Severity::Info, "this rule lets everyone in on every port"),
        Direction::Ingress => (Severity::Warning, "this rule lets everyone in on every port"),
        Direction::Egress => (Severity::Info, "this rule lets the pods reach everything on every port"),
    };
    let mut found = out.add(&ALLOW_ALL_RULE, policy.object, &rule.field(), message);
    found
        .severity(severity)
        .help(format!("name peers (`{}`) and `ports`, or remove the rule", rule.direction.peers()));
    if policy.can_lose_rule(rule.direction) {
        found.fix(Fix::risky("remove the rule", vec![policy.remove(rule.field())]));
    }
}

/// Whether the name says that all is allowed, such as `allow-all` or `web-allow-external`.
pub(super) fn says_so(policy: &Policy<'_>) -> bool {
    const ALLOWS: [&str; 4] = ["allow", "allows", "enable", "permit"];
    const EVERYONE: [&str; 8] =
        ["all", "any", "anyone", "everyone", "everything", "external", "internet", "world"];
    const NARROWS: [&str; 4] = ["deny", "except", "but", "only"];
    let name = policy.object.name.to_ascii_lowercase();
    let has = |list: &[&str]| name.split(['-', '.']).any(|word| list.contains(&word));
    has(&ALLOWS) && has(&EVERYONE) && !has(&NARROWS)
}
