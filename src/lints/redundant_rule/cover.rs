//! Whether one rule, peer or port covers another, whatever pods there are or will be.

use super::super::ports::{interval, protocol};
use crate::manifest::effect::RuleRef;
use crate::model::ip::{Block, Range};
use crate::model::selector::Selector;
use k8s_openapi::api::networking::v1::{NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// A rule with its peers read.
pub(super) struct Rule<'r> {
    pub(super) written: &'r RuleRef<'r>,
    pub(super) peers: Vec<Peer>,
}

impl<'r> Rule<'r> {
    pub(super) fn read(written: &'r RuleRef<'r>) -> Self {
        Self { written, peers: written.peers.unwrap_or_default().iter().map(Peer::read).collect() }
    }

    /// Whether everything that `inner` allows, this one allows by itself.
    pub(super) fn covers(&self, inner: &Self) -> bool {
        let ports = |it: &Self| it.written.ports.unwrap_or_default();
        let peers = self.written.any_peer()
            || !inner.written.any_peer()
                && inner.peers.iter().all(|it| self.peers.iter().any(|own| own.covers(it)));
        peers
            && (self.written.any_port()
                || !inner.written.any_port()
                    && ports(inner).iter().all(|it| ports(self).iter().any(|own| port(own, it))))
    }
}

/// Who a peer is, read once.
pub(super) enum Peer {
    /// The range of its CIDR, and what its exceptions leave of it.
    Block(Option<Range>, Block),
    /// Pods of the policy's own namespace, or of the selected ones.
    Pods { spaces: Option<Selector>, pods: Selector },
    /// Nothing is written, or nothing can match: another lint's.
    Nobody,
}

impl Peer {
    pub(super) fn read(written: &NetworkPolicyPeer) -> Self {
        let selector = |it: &Option<LabelSelector>| it.as_ref().map(Selector::read);
        match (&written.ip_block, &written.namespace_selector, &written.pod_selector) {
            (Some(block), _, _) => Self::block(&block.cidr, block.except.as_deref().unwrap_or_default()),
            (None, None, None) => Self::Nobody,
            (None, spaces, pods) => {
                let (spaces, pods) = (selector(spaces), selector(pods).unwrap_or_default());
                if spaces.iter().chain([&pods]).any(Selector::is_unsatisfiable) {
                    return Self::Nobody;
                }
                Self::Pods { spaces, pods }
            }
        }
    }

    pub(super) fn block(cidr: &str, except: &[String]) -> Self {
        Self::Block(Range::cidr(cidr), Block::read(cidr, except))
    }

    /// Whether everyone that `inner` is, this one is too. Blocks and selectors are never compared:
    /// whether a block matches pods differs between network plugins.
    pub(super) fn covers(&self, inner: &Self) -> bool {
        match (self, inner) {
            (Self::Block(_, outer), Self::Block(_, inner)) => outer.covers_block(inner),
            (Self::Pods { spaces: outer, pods }, Self::Pods { spaces: inner, pods: narrower }) => {
                let namespaces = match (outer, inner) {
                    (Some(outer), Some(inner)) => inner.implies(outer),
                    // The policy's own namespace is among all of them, and nothing is known of its labels.
                    (Some(outer), None) => outer.is_empty(),
                    (None, None) => true,
                    (None, Some(_)) => false,
                };
                namespaces && narrower.implies(pods)
            }
            _ => false,
        }
    }
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
