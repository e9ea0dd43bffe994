//! What is known of address ranges by themselves.

use ipnet::IpNet;
use k8s_openapi::api::networking::v1::IPBlock;

/// The ranges of RFC 1918, for networks of one's own.
pub(super) const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// Ranges that are not the internet: private and link-local ones, where metadata services are.
const INSIDE_V4: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"];
/// Unique local and link-local addresses.
const INSIDE_V6: [&str; 2] = ["fc00::/7", "fe80::/10"];

/// The ranges within a whole family that are not the internet.
pub(super) fn inside(cidr: &str) -> &'static [&'static str] {
    if cidr.contains(':') { &INSIDE_V6 } else { &INSIDE_V4 }
}

/// Whether a block is every address of its family, with nothing left out.
pub(super) fn is_everywhere(block: &IPBlock) -> bool {
    is_whole_family(&block.cidr) && block.except.as_ref().is_none_or(Vec::is_empty)
}

/// Whether a CIDR is every address of its family and says so.
pub(super) fn is_whole_family(cidr: &str) -> bool {
    cidr.parse::<IpNet>().is_ok_and(|net| net.prefix_len() == 0 && net.addr().is_unspecified())
}
