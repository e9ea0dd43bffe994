//! What the `ports` of a rule are for, as far as numbers and names tell.

use crate::manifest::effect::RuleRef;
use k8s_openapi::api::networking::v1::NetworkPolicyPort;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// The ports that DNS is served on; OpenShift's resolver pods listen on the second.
pub(super) const DNS_PORTS: [i32; 2] = [53, 5353];

/// Whether an entry is for DNS alone: one of its ports, or a name that says so.
pub(super) fn is_dns(port: &NetworkPolicyPort) -> bool {
    match &port.port {
        Some(IntOrString::Int(number)) => {
            DNS_PORTS.contains(number) && port.end_port.is_none_or(|end| end == *number)
        }
        Some(IntOrString::String(name)) => name.split('-').any(|word| word == "dns"),
        None => false,
    }
}

/// Whether a rule opens DNS ports and no other.
pub(super) fn only_dns(rule: &RuleRef<'_>) -> bool {
    rule.ports.is_some_and(|ports| !ports.is_empty() && ports.iter().all(is_dns))
}

/// The protocol of an entry; TCP where none is written.
pub(super) fn protocol(port: &NetworkPolicyPort) -> &str {
    port.protocol.as_deref().unwrap_or("TCP")
}

/// The first and the last port of an entry with numbers.
pub(super) fn interval(port: &NetworkPolicyPort) -> Option<(i32, i32)> {
    match port.port {
        Some(IntOrString::Int(first)) => Some((first, port.end_port.unwrap_or(first))),
        _ => None,
    }
}
