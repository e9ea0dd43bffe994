use super::ports::{DNS_PORTS, protocol};
use super::{Context, Findings, Policy};
use crate::diagnostic::Fix;
use crate::field::FieldPath;
use crate::manifest::effect::RuleRef;
use k8s_openapi::api::networking::v1::NetworkPolicyPort;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::json;

declare_lint! {
    /// `protocol` left out, which means TCP, where UDP or everything was probably meant.
    ///
    /// ## Why
    /// An entry of `ports` without `protocol` is for TCP. For a port that is served over UDP,
    /// such as 53 or 123, it opens nothing that anyone uses; and `ports: [{}]` is not every
    /// port but every TCP port.
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
    ///     - port: 53
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
    /// Unsafe: UDP in place of TCP changes what is allowed, UDP beside TCP widens it.
    pub TCP_BY_OMISSION = {
        name: "tcp-by-omission", code: "NP403", severity: Warning,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Ports that are served over UDP, and what for.
const UDP_PORTS: [(i32, &str); 17] = [
    (53, "DNS"),
    (67, "DHCP"),
    (68, "DHCP"),
    (69, "TFTP"),
    (123, "NTP"),
    (161, "SNMP"),
    (162, "SNMP traps"),
    (500, "IKE"),
    (514, "syslog"),
    (1812, "RADIUS"),
    (1813, "RADIUS"),
    (4500, "IPsec"),
    (4789, "VXLAN"),
    (5353, "DNS"),
    (6081, "Geneve"),
    (8125, "StatsD"),
    (51820, "WireGuard"),
];

/// Looks at every entry without a protocol.
pub(super) fn check(_: &Context<'_>, policy: &Policy<'_>, out: &mut Findings<'_>) {
    for rule in policy.rules() {
        for (at, port) in rule.listed_ports().filter(|(_, port)| port.protocol.is_none()) {
            match &port.port {
                None if port.end_port.is_none() => every_tcp_port(policy, &at.path(), out),
                Some(IntOrString::Int(number)) if port.end_port.is_none() => {
                    let served = UDP_PORTS.into_iter().find(|(it, _)| it == number);
                    if let Some((_, what)) = served.filter(|_| !has_udp(&rule, *number)) {
                        udp_port(policy, &rule, (&at.path(), *number), what, out);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether the rule opens the port over UDP as well, so that TCP is the other half.
fn has_udp(rule: &RuleRef<'_>, number: i32) -> bool {
    let opens = |port: &NetworkPolicyPort| match port.port {
        None => true,
        Some(IntOrString::Int(first)) => (first..=port.end_port.unwrap_or(first)).contains(&number),
        Some(IntOrString::String(_)) => false,
    };
    rule.listed_ports().any(|(_, port)| protocol(port) == "UDP" && opens(port))
}

fn udp_port(
    policy: &Policy<'_>,
    rule: &RuleRef<'_>,
    (field, number): (&FieldPath, i32),
    what: &str,
    out: &mut Findings<'_>,
) {
    let message =
        format!("without `protocol`, port {number} is opened for TCP only, and {what} is served over UDP");
    let mut found = out.add(&TCP_BY_OMISSION, policy.object, field, message);
    found.cause(number.to_string());
    if DNS_PORTS.contains(&number) {
        let end = rule.field().field("ports").index(rule.ports.unwrap_or_default().len());
        let entry = json!({"port": number, "protocol": "UDP"});
        found
            .help(format!("allow port {number} over UDP and TCP"))
            .fix(Fix::risky(format!("allow port {number} over UDP too"), vec![policy.insert(end, entry)]));
    } else {
        found
            .help("write the protocol that is meant")
            .fix(Fix::risky("write `protocol: UDP`", vec![policy.set(field.field("protocol"), "UDP")]));
    }
}

fn every_tcp_port(policy: &Policy<'_>, field: &FieldPath, out: &mut Findings<'_>) {
    out.add(&TCP_BY_OMISSION, policy.object, field, "an empty entry is every TCP port, not every port")
        .cause("empty")
        .help("leave `ports` out to open every port, or write `protocol: TCP` if TCP is meant")
        .fix(Fix::risky("leave `ports` out", vec![policy.remove(field.parent())]))
        .fix(Fix::risky("write `protocol: TCP`", vec![policy.set(field.field("protocol"), "TCP")]));
}
