//! Whether one rule, peer or port covers another, whatever pods there are or will be.

use super::super::ports::{interval, protocol};
use crate::manifest::effect::RuleRef;
use crate::model::ip::Block;
use crate::model::selector::Selector;
use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// Whether everything that `inner` allows, `outer` allows by itself.
pub(super) fn rule(outer: &RuleRef<'_>, inner: &RuleRef<'_>) -> bool {
    let peers = outer.any_peer()
        || !inner.any_peer()
            && all(inner.peers, |it| outer.peers.unwrap_or_default().iter().any(|out| peer(out, it)));
    let ports = outer.any_port()
        || !inner.any_port()
            && all(inner.ports, |it| outer.ports.unwrap_or_default().iter().any(|out| port(out, it)));
    peers && ports
}

fn all<T>(list: Option<&[T]>, holds: impl Fn(&T) -> bool) -> bool {
    list.unwrap_or_default().iter().all(holds)
}

/// Whether everyone that `inner` is, `outer` is too. Blocks and selectors are never compared:
/// whether a block matches pods differs between network plugins.
pub(super) fn peer(outer: &NetworkPolicyPeer, inner: &NetworkPolicyPeer) -> bool {
    match (&outer.ip_block, &inner.ip_block) {
        (Some(outer), Some(inner)) => return block(outer, inner),
        (None, None) => {}
        _ => return false,
    }
    let (outer_spaces, inner_spaces) = (&outer.namespace_selector, &inner.namespace_selector);
    let namespaces = match (outer_spaces, inner_spaces) {
        (Some(outer), Some(inner)) => implies(Some(inner), Some(outer)),
        // The policy's own namespace is among all of them, and nothing is known of its labels.
        (Some(outer), None) => Selector::read(outer).is_empty(),
        (None, None) => true,
        (None, Some(_)) => false,
    };
    let is_peer = |it: &NetworkPolicyPeer| it.namespace_selector.is_some() || it.pod_selector.is_some();
    is_peer(outer)
        && is_peer(inner)
        && namespaces
        && implies(inner.pod_selector.as_ref(), outer.pod_selector.as_ref())
}

/// Whether what the first selects, the second selects too; none selects everything.
fn implies(inner: Option<&LabelSelector>, outer: Option<&LabelSelector>) -> bool {
    let read = |it: Option<&LabelSelector>| it.map(Selector::read).unwrap_or_default();
    read(inner).implies(&read(outer))
}

fn block(outer: &IPBlock, inner: &IPBlock) -> bool {
    let read = |it: &IPBlock| Block::read(&it.cidr, it.except.as_deref().unwrap_or_default());
    let (outer, inner) = (read(outer), read(inner));
    !inner.ranges.is_empty() && inner.ranges.iter().all(|range| outer.covers(*range))
}

/// Whether every port that `inner` opens, `outer` opens too. A name may be any number, of its
/// protocol.
pub(super) fn port(outer: &NetworkPolicyPort, inner: &NetworkPolicyPort) -> bool {
    let whole = outer.port.is_none();
    let numbers = match (interval(outer), interval(inner)) {
        (Some(outer), Some(inner)) => outer.0 <= inner.0 && inner.1 <= outer.1,
        _ => false,
    };
    let same_name = outer.port.is_some() && outer.port == inner.port && outer.end_port == inner.end_port;
    protocol(outer) == protocol(inner) && (whole || numbers || same_name)
}
