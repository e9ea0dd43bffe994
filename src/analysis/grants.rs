//! What each side of a connection grants, by the selectors that its policies name.
//!
//! Takes reach; gives grants, as many as there are rules for groups of pods. Where both sides of a
//! pair are protected, a grant of each must agree: that is how a map too large to write out pair by
//! pair is still told in full.

use super::connections::{Node, dangling};
use super::reach::Reach;
use crate::manifest::effect::Direction;
use crate::model::future::{Future, of_peer};
use crate::model::pod::named;
use crate::model::policy::Peer;
use crate::model::ports::{PortsId, Protocol};
use crate::model::set::Set;
use crate::order::Gather;
use std::collections::{BTreeMap, BTreeSet};

/// A port name, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Declared {
    /// The name.
    pub name: String,
    /// The protocol.
    pub protocol: Protocol,
    /// The number it certainly has.
    pub port: u16,
}

/// Ports that one side of a connection certainly grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The side.
    pub direction: Direction,
    /// The pods whose policies grant it: endpoints, and pods that do not exist yet.
    pub own: Vec<Node>,
    /// The pods to which it is granted.
    pub others: Vec<Node>,
    /// Of these, only the ones that declare this port.
    pub declares: Option<Declared>,
    /// The ports.
    pub ports: PortsId,
}

/// What a rule certainly grants to a peer.
pub struct Granted<'m> {
    /// The ports that are the same for each of its pods.
    pub beyond: PortsId,
    /// The names that stand for each destination's own ports.
    pub names: &'m [(String, Protocol)],
}

/// The peers that the rules of these classes name, with the ports they are certainly granted; no
/// peer is everyone. The classes share their policies and ports.
pub fn granted_peers<'m>(
    reach: &Reach<'m, '_>,
    direction: Direction,
    classes: &[u32],
) -> Vec<(Option<&'m Peer>, Granted<'m>)> {
    let model = reach.model;
    let mut found = Vec::new();
    let first = classes.first().and_then(|at| model.classes.list.get(*at as usize));
    for class in classes {
        let group = reach.groups(direction).get(reach.group_of(direction, *class));
        let policies = group.map(|group| group.must.as_slice()).unwrap_or_default();
        let policies = policies.iter().filter_map(|at| model.policies.get(*at as usize));
        for rule in policies.flat_map(|policy| model.parts.rules_of(policy.side(direction))) {
            let Some(list) = model.parts.ports.get(rule.ports) else { continue };
            let mut ports = list.numbers.clone();
            let mut names: &[(String, Protocol)] = &[];
            if direction == Direction::Ingress {
                for (name, protocol) in &list.names {
                    let id = model.classes.port_names.find(&(name.clone(), *protocol));
                    let numbers = first.and_then(|it| it.ports.iter().find(|(own, _)| Some(*own) == id));
                    if let Some((_, numbers)) = numbers {
                        ports = ports.union(&named(numbers, *protocol).must);
                    }
                }
            } else {
                names = &list.names;
            }
            let beyond = reach.with_table(|table| table.id(ports));
            let granted = |peer| (peer, Granted { beyond, names });
            match &rule.peers {
                None => found.push(granted(None)),
                Some(peers) => {
                    let peers = peers.iter().filter_map(|id| model.parts.peers.get(*id));
                    found.extend(peers.map(|peer| granted(Some(peer))));
                }
            }
        }
    }
    found
}

/// What protected pods certainly grant to protected pods, of both directions.
#[must_use]
pub fn grants(
    reach: &Reach<'_, '_>,
    present: &Set,
    protected: &[Set; 2],
    futures: &BTreeMap<Future, u32>,
) -> Vec<Grant> {
    let mut found = Vec::new();
    for direction in Direction::BOTH {
        let mut own: BTreeMap<usize, (Vec<u32>, Vec<Node>)> = BTreeMap::new();
        for class in direction.pick(protected).intersection(present).iter() {
            let slot = own.entry(reach.group_of(direction, class)).or_default();
            slot.0.push(class);
            let members = reach.model.members.get(class as usize).into_iter().flatten();
            slot.1.extend(members.map(|at| Node::Endpoint(*at)));
        }
        for at in dangling(reach.model, direction) {
            if let Some((_, classes)) = reach.model.futures.get(at as usize)
                && let [class] = classes.as_slice()
            {
                let slot = own.entry(reach.group_of(direction, *class)).or_default();
                slot.0.push(*class);
                slot.1.push(Node::Future(at));
            }
        }
        let group = Grouped { reach, direction, there: direction.other().pick(protected), futures };
        for (classes, mut own) in own.into_values() {
            crate::order::sort(&mut own);
            let Some(first) = classes.first() else { continue };
            // Policies of other kinds may take back what these grant.
            if !reach.row_of(direction, *first).must.is_none() {
                group.tell(*first, &own, &mut found);
            }
        }
    }
    found
}

struct Grouped<'g, 'm, 'a> {
    reach: &'g Reach<'m, 'a>,
    direction: Direction,
    /// The protected pods of the other side.
    there: &'g Set,
    futures: &'g BTreeMap<Future, u32>,
}

impl Grouped<'_, '_, '_> {
    /// What the group of a class grants.
    fn tell(&self, class: u32, own: &[Node], found: &mut Vec<Grant>) {
        let mut told: BTreeMap<(BTreeSet<Node>, Option<Declared>), PortsId> = BTreeMap::new();
        for (peer, granted) in granted_peers(self.reach, self.direction, &[class]) {
            let Some((others, set)) = self.others(peer) else { continue };
            let mut grant = |declares, ports| {
                let slot = told.entry((others.clone(), declares)).or_insert(PortsId::NONE);
                *slot = self.reach.with_table(|table| table.union(*slot, ports));
            };
            grant(None, granted.beyond);
            let block = matches!(peer, Some(Peer::Block(_)));
            for (name, protocol) in granted.names.iter().filter(|_| !block) {
                for (numbers, classes) in self.reach.declaring(name, *protocol) {
                    let ports =
                        self.reach.with_table(|table| table.id((*named(numbers, *protocol).must).clone()));
                    let (Some(port), true) = (numbers.first(), classes.meets(&set)) else { continue };
                    let declared = Declared { name: name.clone(), protocol: *protocol, port: *port };
                    grant(Some(declared), ports);
                }
            }
        }
        // Peers that are granted the same are told together.
        let mut joined: BTreeMap<(Option<Declared>, PortsId), BTreeSet<Node>> = BTreeMap::new();
        for ((others, declares), ports) in told.into_iter().filter(|(_, ports)| *ports != PortsId::NONE) {
            joined.entry((declares, ports)).or_default().extend(others);
        }
        found.extend(joined.into_iter().map(|((declares, ports), others)| Grant {
            direction: self.direction,
            own: own.to_vec(),
            others: others.into_iter().collect(),
            declares,
            ports,
        }));
    }

    /// Who a peer certainly is, where some of them are protected.
    fn others(&self, peer: Option<&Peer>) -> Option<(BTreeSet<Node>, Set)> {
        let model = self.reach.model;
        let Some(peer) = peer else {
            return Some((std::iter::once(Node::Cluster).gather(), self.there.clone()));
        };
        let id = model.parts.peers.find(peer)?;
        let set = model.peer_pods.get(id as usize)?.must.intersection(self.there);
        if set.is_empty() {
            return None;
        }
        let future = of_peer(&model.parts, &model.namespaces, peer).and_then(|it| self.futures.get(&it));
        let nodes = match future {
            Some(at) => std::iter::once(Node::Pods(*at)).gather(),
            None => {
                let members =
                    set.iter().flat_map(|class| model.members.get(class as usize).into_iter().flatten());
                members.map(|at| Node::Endpoint(*at)).collect()
            }
        };
        Some((nodes, set))
    }
}
