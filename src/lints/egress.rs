//! What an egress rule may be for: name resolution, or the cloud's metadata service. Shared by the
//! lints that ask.

use super::blocks::is_whole_family;
use crate::manifest::effect::{METADATA_ADDRESSES, RuleRef};
use crate::options::{Cni, Options};
use ipnet::IpNet;
use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::net::IpAddr;

/// The port a resolver is asked on.
pub(super) const DNS: i32 = 53;
/// OpenShift's resolvers listen here; rules name the pod's port, not the Service's.
const OPENSHIFT_DNS: i32 = 5353;

/// A transport protocol of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Tcp,
    Udp,
}

impl Transport {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}

/// Whether a rule opens `port`; a port given by name counts as any.
pub(super) fn opens_port(rule: &RuleRef<'_>, transport: Transport, port: i32) -> bool {
    rule.any_port() || rule.ports.unwrap_or_default().iter().any(|it| entry_opens(it, transport, port))
}

fn entry_opens(entry: &NetworkPolicyPort, transport: Transport, port: i32) -> bool {
    if entry.protocol.as_deref().unwrap_or("TCP") != transport.name() {
        return false;
    }
    match &entry.port {
        None => true,
        Some(IntOrString::Int(first)) => (*first..=entry.end_port.unwrap_or(*first)).contains(&port),
        Some(IntOrString::String(name)) => name.contains("dns") || port != DNS,
    }
}

/// Whether a rule names the DNS port itself, whoever it is open to: then name resolution is what
/// it is for.
pub(super) fn names_dns(rule: &RuleRef<'_>) -> bool {
    rule.ports.unwrap_or_default().iter().any(|entry| match &entry.port {
        Some(IntOrString::Int(port)) => *port == DNS || *port == OPENSHIFT_DNS,
        Some(IntOrString::String(name)) => name.contains("dns"),
        None => false,
    })
}

/// Whether pods go where a rule lets them by name: to pods and Services, to anyone, to the
/// internet. A narrower range is reached by address, and so is the API server, whose address every
/// container is given.
pub(super) fn leads_to_names(rule: &RuleRef<'_>) -> bool {
    let by_name =
        |peer: &NetworkPolicyPeer| peer.ip_block.as_ref().is_none_or(|it| is_whole_family(&it.cidr));
    !is_for_api_server(rule) && (rule.any_peer() || rule.peers.unwrap_or_default().iter().any(by_name))
}

fn is_for_api_server(rule: &RuleRef<'_>) -> bool {
    let numbers = || {
        rule.ports.unwrap_or_default().iter().map(|it| match it.port {
            Some(IntOrString::Int(number)) if it.end_port.is_none() => number,
            _ => 0,
        })
    };
    numbers().any(|it| it == 6443) && numbers().all(|it| it == 6443 || it == 443)
}

/// Whether a rule may let its pods ask some resolver. Certain in its no: it speaks of the usual
/// namespaces, of the resolvers that options name, and of every address but the metadata service.
pub(super) fn may_open_dns(rule: &RuleRef<'_>, namespace: &str, options: &Options) -> bool {
    let asks = [DNS, OPENSHIFT_DNS];
    let any_transport = [Transport::Udp, Transport::Tcp];
    let opens = any_transport.iter().any(|it| asks.iter().any(|port| opens_port(rule, *it, *port)));
    if !opens {
        return false;
    }
    names_dns(rule)
        || rule.any_peer()
        || rule.peers.unwrap_or_default().iter().any(|peer| may_be_resolver(peer, namespace, options))
}

fn may_be_resolver(peer: &NetworkPolicyPeer, own: &str, options: &Options) -> bool {
    if let Some(block) = &peer.ip_block {
        return !is_metadata_only(block) || options.cni == Cni::GkeDataplaneV2;
    }
    let resolvers = ["kube-system", "openshift-dns"];
    let named: Vec<&str> =
        options.dns.iter().filter_map(|it| it.split_once('/')).map(|(namespace, _)| namespace).collect();
    let homes = || resolvers.iter().copied().chain(named.iter().copied());
    match &peer.namespace_selector {
        None => homes().any(|home| home == own),
        Some(selector) => homes().any(|home| may_select_namespace(selector, home)),
    }
}

/// Whether a selector may select the namespace of that name: its other labels are not known.
fn may_select_namespace(selector: &LabelSelector, name: &str) -> bool {
    const NAME: &str = "kubernetes.io/metadata.name";
    let labels = selector.match_labels.as_ref().and_then(|labels| labels.get(NAME));
    let by_label = labels.is_none_or(|value| value == name);
    let expressions = selector.match_expressions.as_deref().unwrap_or_default();
    let by_expression = expressions.iter().filter(|it| it.key == NAME).all(|it| {
        let values = it.values.as_deref().unwrap_or_default();
        match it.operator.as_str() {
            "In" => values.iter().any(|value| value == name),
            "NotIn" => values.iter().all(|value| value != name),
            "DoesNotExist" => false,
            _ => true,
        }
    });
    by_label && by_expression
}

/// The metadata addresses of the options, or the two that most clouds share. The others of
/// [`METADATA_ADDRESSES`] belong to one cloud each: who excepts the common ones has said enough.
pub(super) fn metadata_addresses(options: &Options) -> Vec<IpAddr> {
    let common = METADATA_ADDRESSES.map(String::from);
    let common = common.get(..2).unwrap_or_default();
    let list = if options.metadata.is_empty() { common } else { options.metadata.as_slice() };
    list.iter().filter_map(|it| it.parse().ok()).collect()
}

/// Whether a block is one metadata address and nothing else.
pub(super) fn is_metadata_only(block: &IPBlock) -> bool {
    let net: Option<IpNet> = block.cidr.parse().ok();
    net.is_some_and(|net| {
        net.prefix_len() == net.max_prefix_len()
            && METADATA_ADDRESSES.iter().filter_map(|it| it.parse::<IpAddr>().ok()).any(|it| it == net.addr())
    })
}

/// Whether a block holds an address, its exceptions taken away.
pub(super) fn holds(block: &IPBlock, address: IpAddr) -> bool {
    let inside = |cidr: &str| cidr.parse::<IpNet>().is_ok_and(|net| net.contains(&address));
    inside(&block.cidr) && !block.except.as_deref().unwrap_or_default().iter().any(|it| inside(it))
}
