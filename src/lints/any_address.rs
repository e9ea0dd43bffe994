use super::allow_all_rule::says_so;
use super::{Context, Findings, Policy, blocks, services};
use crate::diagnostic::{Fix, Severity};
use crate::field::FieldPath;
use crate::manifest::effect::{Direction, RuleRef};

declare_lint! {
    /// Every address of a family, with nothing left out.
    ///
    /// ## Why
    /// `0.0.0.0/0` is the internet and everything else: the nodes, the cloud's metadata service,
    /// networks behind a VPN, and on some network plugins the pods and Services of the cluster.
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
    ///   - from:
    ///     - ipBlock: {cidr: 0.0.0.0/0}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
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
    ///     - ipBlock: {cidr: 198.51.100.0/24}
    ///     ports:
    ///     - {port: 8080, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: leaving out private and link-local ranges narrows what is allowed.
    pub ANY_ADDRESS = {
        name: "any-address", code: "NP503", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at every rule that takes effect; one finding for each, whatever the families.
pub(super) fn check(cx: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules() {
        let whole = rule.listed_peers().find_map(|(field, peer)| {
            let block = peer.ip_block.as_ref().filter(|it| blocks::is_everywhere(it))?;
            Some((field.field("ipBlock"), block.cidr.as_str()))
        });
        let Some((field, cidr)) = whole else { continue };
        if rule.direction == Direction::Egress || !services::publishes(cx, policy) {
            report(policy, &rule, &field, cidr, out);
        }
    }
}

fn report(policy: &Policy<'_>, rule: &RuleRef<'_>, field: &FieldPath, cidr: &str, out: &mut Findings<'_>) {
    let (severity, message) = match rule.direction {
        Direction::Ingress if says_so(policy) => (Severity::Info, format!("`{cidr}` lets every address in")),
        Direction::Ingress => (Severity::Warning, format!("`{cidr}` lets every address in")),
        Direction::Egress => (Severity::Info, format!("`{cidr}` lets the pods reach every address")),
    };
    let inside = blocks::inside(cidr);
    out.add(&ANY_ADDRESS, policy.object, field, message)
        .severity(severity)
        .help("list the ranges that are meant, or leave out those that are not in `except`")
        .fix(Fix::risky(
            format!("leave out `{}`", inside.join("`, `")),
            vec![policy.set(field.field("except"), inside.to_vec())],
        ));
}
