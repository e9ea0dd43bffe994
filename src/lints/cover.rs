//! Whether one rule, peer or port covers another, whatever pods there are or will be.

use super::ports::{interval, protocol};
use super::selectors::Asked;
use crate::manifest::effect::RuleRef;
use crate::model::ip::{Block, Range};
use k8s_openapi::api::networking::v1::{NetworkPolicyPeer, NetworkPolicyPort};

/// A rule with its peers read.
pub(super) struct Rule<'r> {
    pub(super) written: RuleRef<'r>,
    pub(super) peers: Vec<Peer<'r>>,
}

impl<'r> Rule<'r> {
    pub(super) fn read(written: RuleRef<'r>) -> Self {
        Self { written, peers: written.peers.unwrap_or_default().iter().map(Peer::read).collect() }
    }

    /// Whether everything that `inner` allows, this one allows by itself: each peer and each port by
    /// a single one of its own. A rule with a peer that is nobody has a fault of its own to be told of.
    pub(super) fn covers(&self, inner: &Self) -> bool {
        // Ports first: numbers are compared faster than labels.
        let ports = |it: &Self| it.written.ports.unwrap_or_default();
        let ports = self.written.any_port()
            || !inner.written.any_port()
                && ports(inner).iter().all(|it| ports(self).iter().any(|own| port(own, it)));
        ports
            && (self.written.any_peer()
                || !inner.peers.iter().any(|it| matches!(it, Peer::Nobody)) && self.has_peers_of(inner))
    }

    /// Whether everyone that `inner` is about, this one is about too.
    pub(super) fn has_peers_of(&self, inner: &Self) -> bool {
        let has =
            |peer: &Peer<'_>| matches!(peer, Peer::Nobody) || self.peers.iter().any(|own| own.covers(peer));
        self.written.any_peer() || !inner.written.any_peer() && inner.peers.iter().all(has)
    }
}

/// Who a peer is, read once.
pub(super) enum Peer<'r> {
    /// The range of its CIDR, and what its exceptions leave of it.
    Block(Option<Range>, Block),
    /// Pods of the policy's own namespace, or of the selected ones.
    Pods { spaces: Option<Asked<'r>>, pods: Asked<'r> },
    /// Nothing is written, or nothing can match: another lint's.
    Nobody,
}

impl<'r> Peer<'r> {
    pub(super) fn read(written: &'r NetworkPolicyPeer) -> Self {
        match (&written.ip_block, &written.namespace_selector, &written.pod_selector) {
            (Some(block), _, _) => Self::block(&block.cidr, block.except.as_deref().unwrap_or_default()),
            (None, None, None) => Self::Nobody,
            (None, spaces, pods) => {
                let (spaces, pods) =
                    (spaces.as_ref().map(|it| Asked::of(Some(it))), Asked::of(pods.as_ref()));
                if spaces.iter().chain([&pods]).any(Asked::is_unsatisfiable) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::effect::{Direction, rules};
    use k8s_openapi::api::networking::v1::NetworkPolicy;

    #[test]
    fn nobody_is_among_everyone_but_no_reason_to_call_a_rule_covered() {
        let text = r#"{"metadata": {}, "spec": {"ingress": [
            {"from": [{"podSelector": {"matchLabels": {"a": "x"}}}]},
            {"from": [{"podSelector": {"matchLabels": {"a": "x", "b": "y"}}}]},
            {"from": [{"podSelector": {"matchExpressions": [{"key": "a", "operator": "In", "values": []}]}}]},
            {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]},
            {}
        ]}}"#;
        let policy: NetworkPolicy = serde_json::from_str(text).unwrap();
        let all: Vec<Rule<'_>> = rules(&policy, Direction::Ingress).map(Rule::read).collect();
        let [wide, narrow, nobody, block, everyone] = &all[..] else { panic!() };
        let of = |outer: &Rule<'_>, inner: &Rule<'_>| (outer.has_peers_of(inner), outer.covers(inner));
        assert_eq!([of(wide, narrow), of(narrow, wide)], [(true, true), (false, false)]);
        assert_eq!(
            [of(wide, nobody), of(block, nobody), of(nobody, wide)],
            [(true, false), (true, false), (false, false)]
        );
        assert_eq!(
            [of(wide, block), of(everyone, nobody), of(wide, everyone)],
            [(false, false), (true, true), (false, false)]
        );
    }
}
