use super::egress::{Transport, opens_port};
use super::ports::{DNS_PORTS, is_dns, protocol};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::{Direction, RuleRef};
use k8s_openapi::api::networking::v1::NetworkPolicyPort;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::json;

declare_lint! {
    /// DNS allowed over UDP only, or over TCP only.
    ///
    /// ## Why
    /// Resolvers ask over UDP and turn to TCP when an answer does not fit: with UDP alone, names
    /// with large answers fail now and then. With TCP alone most resolvers fail always.
    ///
    /// The lint is silent where any egress rule of the namespace opens the other protocol.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: dns
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    ///     ports:
    ///     - {port: 53, protocol: UDP}
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: dns
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    ///   egress:
    ///   - to:
    ///     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    ///     ports:
    ///     - {port: 53, protocol: UDP}
    ///     - {port: 53, protocol: TCP}
    /// ```
    ///
    /// ## Fix
    /// Unsafe: it widens what is allowed to the same peers over the other protocol.
    pub DNS_HALF_OPEN = {
        name: "dns-half-open", code: "NP302", severity: Info,
        needs: [Policies], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at every egress rule that names a DNS port.
pub(super) fn check(cx: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules().filter(|rule| rule.direction == Direction::Egress) {
        let dns: Vec<_> = rule.listed_ports().filter(|(_, port)| is_dns(port)).collect();
        let has = |wanted: &str| dns.iter().any(|(_, port)| protocol(port) == wanted);
        let missing = match (has("UDP"), has("TCP")) {
            (true, false) => Transport::Tcp,
            (false, true) => Transport::Udp,
            _ => continue,
        };
        let Some((field, port)) = dns.first() else { continue };
        let namespace = cx.namespace(policy.object);
        if !cx.policies_of(namespace).any(|it| opens_dns(&it, missing)) {
            let end = rule.field().field("ports").index(rule.ports.unwrap_or_default().len());
            report(policy, (&field.path(), port), missing, end, out);
        }
    }
}

/// Whether a policy lets DNS out over a protocol, to whomever.
fn opens_dns(policy: &Policy<'_>, wanted: Transport) -> bool {
    let opens = |rule: &RuleRef<'_>| DNS_PORTS.iter().any(|port| opens_port(rule, wanted, *port));
    policy.rules().any(|rule| rule.direction == Direction::Egress && opens(&rule))
}

fn report(
    policy: &Policy<'_>,
    (field, port): (&FieldPath, &NetworkPolicyPort),
    missing: Transport,
    end: FieldPath,
    out: &mut Findings<'_>,
) {
    let (only, missing) = (protocol(port), missing.name());
    let message = if missing == "TCP" {
        format!("DNS is allowed over {only} only: answers too long for it fail")
    } else {
        format!("DNS is allowed over {only} only: most resolvers ask over {missing}")
    };
    let mut found = out.add(&DNS_HALF_OPEN, policy.object, field, message);
    found.cause(missing).help(format!("allow the port over {missing} too"));
    if let Some(IntOrString::Int(number)) = port.port {
        found.fix(Fix::risky(
            format!("allow port {number} over {missing} too"),
            vec![policy.insert(end, json!({"port": number, "protocol": missing}))],
        ));
    }
}
