//! The connections of a map: every pair written out, or rows that add up.
//!
//! Takes reach; gives rows of certainly open ports. A compact map says for each protected side what
//! all share, then the excess for each other end; what no policy protects on either side is
//! implied. Where pairs that policies protect on both sides are too many to write out, it says what
//! each side grants instead (`grants`).

use super::grants::{Grant, Granted, granted_peers, grants};
use super::pair::is_single;
use super::reach::{Cell, Reach};
use super::row::Half;
use crate::manifest::effect::Direction;
use crate::model::Model;
use crate::model::address::Owner;
use crate::model::future::{Future, of_peer, of_subject};
use crate::model::policy::Peer;
use crate::model::ports::PortsId;
use crate::model::set::Set;
use crate::order::Gather;
use std::collections::{BTreeMap, BTreeSet};

/// One end of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// Every endpoint.
    Anywhere,
    /// Every pod, present or future.
    Cluster,
    /// Every endpoint that no policy isolates on its own side of the connection.
    AnywhereUnprotected,
    /// Every pod, present or future, that no policy isolates on its own side of the connection.
    ClusterUnprotected,
    /// Every pod, present or future, that a peer certainly selects and that no policy isolates on
    /// its own side, by number of the future endpoint with these selectors.
    Selected(u32),
    /// Every pod, present or future, that a peer certainly selects, by number of the future endpoint
    /// with these selectors.
    Pods(u32),
    /// The addresses that a block certainly matches, by number of the block.
    Block(u32),
    /// An endpoint of the model, by number.
    Endpoint(u32),
    /// Pods that do not exist yet, by number.
    Future(u32),
    /// A class of addresses.
    Address(u32),
    /// What brings traffic from outside to the Services of Ingresses and routes, where the input
    /// does not tell which pods that are.
    IngressController,
}

/// Certainly open ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Connection {
    /// From.
    pub from: Node,
    /// To.
    pub to: Node,
    /// The ports.
    pub ports: PortsId,
}

/// Every ordered pair of endpoints with a pod on one side at least, and what may be open between
/// them. A single pod and itself are no pair: what a pod says to itself never meets a policy.
pub fn pairs(reach: &Reach<'_, '_>, mut each: impl FnMut(Node, Node, Cell)) {
    let model = reach.model;
    for (at, from) in (0_u32..).zip(&model.endpoints) {
        for (other, to) in (0_u32..).zip(&model.endpoints) {
            if at != other || !is_single(model, at) {
                each(Node::Endpoint(at), Node::Endpoint(other), reach.between(from.class, to.class));
            }
        }
        for addresses in 0..count(model.addresses.classes.len()) {
            let (own, other) = (Node::Endpoint(at), Node::Address(addresses));
            each(own, other, reach.address(Direction::Egress, from, addresses));
            each(other, own, reach.address(Direction::Ingress, from, addresses));
        }
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A side that grants something to more ends than these is told by its policies' own selectors and
/// blocks instead of one row for each end: rows then grow with the policies, not with the pairs.
pub const WIDE: usize = 32;

/// More pairs of classes than these that policies protect on both sides are told by what each side
/// grants: there are as many of them as there are pods, squared, and grants grow with the policies.
pub const MANY: usize = 100_000;

/// A map in few rows.
#[derive(Clone, Debug, Default)]
pub struct Compacted {
    /// Rows that add up: the ports of a pair are the union of the rows that cover it, all ports
    /// where neither side is protected.
    pub rows: Vec<Connection>,
    /// What each side grants, where pairs protected on both sides are told by these: such a pair is
    /// open where a grant of its source's egress and one of its destination's ingress agree.
    pub grants: Vec<Grant>,
}

/// The compact map. See [`WIDE`] for `wide`, [`MANY`] for `many`.
#[must_use]
pub fn compact(reach: &Reach<'_, '_>, wide: usize, many: usize) -> Compacted {
    let model = reach.model;
    let present = model.present();
    let protected = Direction::BOTH.map(|direction| {
        let groups = reach.groups(direction).iter().filter(|group| !group.is_open());
        groups.fold(Set::new(), |so_far, group| so_far.union(&group.classes))
    });
    let common = Direction::BOTH.map(|direction| common(reach, direction, &present));
    let futures: BTreeMap<_, u32> = model.futures.iter().map(|(future, _)| future.clone()).zip(0..).gather();
    let asked = asked(reach, &present, &protected, many);
    let grants = if asked.is_none() { grants(reach, &present, &protected, &futures) } else { Vec::new() };
    let mut compact =
        Compact { reach, wide, present, protected, common, asked, futures, rows: BTreeMap::new() };
    for direction in Direction::BOTH {
        compact.direction(direction);
    }
    let rows = compact.rows.into_iter().map(|((from, to), ports)| Connection { from, to, ports }).collect();
    Compacted { rows, grants }
}

/// For each class: the protected sources that certainly want to reach it.
struct Wanted {
    by: Vec<Set>,
    /// Sources that want to reach everyone.
    everyone: Set,
}

impl Wanted {
    fn of(&self, class: u32) -> Set {
        self.by.get(class as usize).map(|by| by.union(&self.everyone)).unwrap_or_default()
    }
}

/// Nothing where more than `many` pairs of protected classes grant something to each other.
fn asked(reach: &Reach<'_, '_>, present: &Set, protected: &[Set; 2], many: usize) -> Option<Wanted> {
    let [ingress, egress] = protected;
    let mut wanted = Wanted { by: vec![Set::new(); reach.model.classes.list.len()], everyone: Set::new() };
    let mut pairs = 0;
    for source in egress.intersection(present).iter() {
        let half = reach.row_of(Direction::Egress, source).must;
        if half.rest() != PortsId::NONE {
            wanted.everyone.insert(source);
            continue;
        }
        for (set, _) in &half.pods {
            let destinations = set.intersection(ingress);
            pairs += destinations.len();
            // What is asked for is seldom granted: this only bounds the work.
            if pairs > many.saturating_mul(20) {
                return None;
            }
            for destination in destinations.iter() {
                if let Some(by) = wanted.by.get_mut(destination as usize) {
                    by.insert(source);
                }
            }
        }
    }
    let mut pairs = 0;
    for destination in ingress.intersection(present).iter() {
        let half = reach.row_of(Direction::Ingress, destination).must;
        pairs += granted(&half, egress).intersection(&wanted.of(destination)).len();
        if pairs > many {
            return None;
        }
    }
    Some(wanted)
}

/// Those of some classes that a half grants anything.
fn granted(half: &Half, classes: &Set) -> Set {
    if half.rest() != PortsId::NONE {
        return classes.clone();
    }
    half.pods.iter().fold(Set::new(), |so_far, (set, _)| so_far.union(&set.intersection(classes)))
}

/// What every protected pod certainly grants to every pod.
fn common(reach: &Reach<'_, '_>, direction: Direction, present: &Set) -> PortsId {
    let mut common = PortsId::ALL;
    for (at, group) in reach.groups(direction).iter().enumerate() {
        if group.is_open() {
            continue;
        }
        let shared = shared(reach, &reach.row(direction, at).must, present).pods;
        common = reach.with_table(|table| table.intersection(common, shared));
        if common == PortsId::NONE {
            break;
        }
    }
    common
}

/// What a row grants to everyone.
#[derive(Clone, Copy)]
struct Shared {
    pods: PortsId,
    any: PortsId,
}

fn shared(reach: &Reach<'_, '_>, half: &Half, present: &Set) -> Shared {
    let model = reach.model;
    let anything = model.anything.map_or(half.rest(), |class| half.pod(class));
    let all =
        |table: &mut crate::model::ports::PortTable, blocks: &[(Set, PortsId)], everyone: &Set, start| {
            let mut rest = everyone.clone();
            let mut common = start;
            for (set, ports) in blocks {
                if set.meets(&rest) {
                    rest = rest.difference(set);
                    common = table.intersection(common, *ports);
                }
            }
            if rest.is_empty() { common } else { table.intersection(common, half.rest()) }
        };
    reach.with_table(|table| {
        let pods = all(table, &half.pods, present, anything);
        let any = all(table, &half.addresses, &Set::below(count(model.addresses.classes.len())), pods);
        Shared { pods, any }
    })
}

/// One protected end: an endpoint, or pods that do not exist yet.
struct Own {
    node: Node,
    /// Its classes; several for pods that do not exist yet.
    classes: Vec<u32>,
    half: Half,
    /// What it grants to everyone, and the part of it that even protected others make use of.
    shared: Shared,
    strict: Shared,
}

struct Compact<'r, 'm, 'a> {
    reach: &'r Reach<'m, 'a>,
    wide: usize,
    present: Set,
    protected: [Set; 2],
    common: [PortsId; 2],
    /// Nothing where grants tell the pairs that are protected on both sides.
    asked: Option<Wanted>,
    futures: BTreeMap<Future, u32>,
    rows: BTreeMap<(Node, Node), PortsId>,
}

impl<'m> Compact<'_, 'm, '_> {
    fn direction(&mut self, direction: Direction) {
        let model = self.reach.model;
        for class in direction.pick(&self.protected).intersection(&self.present).iter() {
            let half = (*self.reach.row_of(direction, class).must).clone();
            let mut own = self.own(direction, Node::Anywhere, vec![class], half);
            for member in model.members.get(class as usize).into_iter().flatten() {
                own.node = Node::Endpoint(*member);
                self.wildcards(direction, &own);
                self.addresses(direction, &own, Some(*member));
                self.open_pods(direction, &own);
                if direction == Direction::Ingress {
                    self.protected_pods(direction, &own);
                }
                self.future_peers(direction, &own);
            }
        }
        for at in dangling(self.reach.model, direction) {
            let classes =
                model.futures.get(at as usize).map(|(_, classes)| classes.clone()).unwrap_or_default();
            let Some(half) = self.joined(direction, &classes) else { continue };
            let own = self.own(direction, Node::Future(at), classes, half);
            self.wildcards(direction, &own);
            self.addresses(direction, &own, None);
            self.open_pods(direction, &own);
            self.protected_pods(direction, &own);
            self.future_peers(direction, &own);
        }
    }

    fn own(&self, direction: Direction, node: Node, classes: Vec<u32>, half: Half) -> Own {
        let shared = shared(self.reach, &half, &self.present);
        let common = *direction.other().pick(&self.common);
        let strict = self.reach.with_table(|table| Shared {
            pods: table.intersection(shared.pods, common),
            any: table.intersection(shared.any, common),
        });
        Own { node, classes, half, shared, strict }
    }

    /// What pods that do not exist yet certainly grant, whichever of their labels they choose.
    fn joined(&self, direction: Direction, classes: &[u32]) -> Option<Half> {
        let halves: Vec<_> = classes.iter().map(|class| self.reach.row_of(direction, *class).must).collect();
        let (first, more) = halves.split_first()?;
        let start = (**first).clone();
        Some(more.iter().fold(start, |so_far, half| self.reach.with_table(|table| so_far.meet(half, table))))
    }

    fn add(&mut self, direction: Direction, own: Node, other: Node, ports: PortsId, covered: PortsId) {
        let reach = self.reach;
        let excess = reach.with_table(|table| table.difference(ports, covered));
        if excess == PortsId::NONE {
            return;
        }
        let key = if direction == Direction::Ingress { (other, own) } else { (own, other) };
        let row = self.rows.entry(key).or_insert(PortsId::NONE);
        *row = reach.with_table(|table| table.union(*row, excess));
    }

    fn wildcards(&mut self, direction: Direction, own: &Own) {
        let (shared, strict) = (own.shared, own.strict);
        self.add(direction, own.node, Node::Anywhere, strict.any, PortsId::NONE);
        self.add(direction, own.node, Node::Cluster, strict.pods, strict.any);
        self.add(direction, own.node, Node::AnywhereUnprotected, shared.any, strict.any);
        let covered = self.reach.with_table(|table| table.union(shared.any, strict.pods));
        self.add(direction, own.node, Node::ClusterUnprotected, shared.pods, covered);
    }

    fn addresses(&mut self, direction: Direction, own: &Own, endpoint: Option<u32>) {
        let model = self.reach.model;
        let endpoint = endpoint.and_then(|at| model.endpoints.get(at as usize));
        for (at, class) in (0_u32..).zip(&model.addresses.classes) {
            // A node reaches its own pods whatever the policies say.
            let ports = match (endpoint, class.owner) {
                (Some(endpoint), Owner::Node(_)) => self.reach.address(direction, endpoint, at).must,
                _ => continue,
            };
            self.add(direction, own.node, Node::Address(at), ports, own.shared.any);
        }
        let all: usize = own.half.addresses.iter().map(|(set, _)| set.len()).sum();
        if all > self.wide {
            return self.blocks(direction, own);
        }
        for (set, ports) in &own.half.addresses {
            for at in set.iter() {
                self.add(direction, own.node, Node::Address(at), *ports, own.shared.any);
            }
        }
    }

    /// What the rules certainly grant, by the blocks they name.
    fn blocks(&mut self, direction: Direction, own: &Own) {
        for (peer, ports) in granted_peers(self.reach, direction, &own.classes) {
            if let Some(Peer::Block(id)) = peer {
                self.add(direction, own.node, Node::Block(*id), ports.beyond, own.shared.any);
            }
        }
    }

    /// What the rules certainly grant, by the selectors they name; none of it where the rows of
    /// the ends themselves could say more.
    fn selectors(&mut self, direction: Direction, own: &Own) -> bool {
        let model = self.reach.model;
        let peers = granted_peers(self.reach, direction, &own.classes);
        // A name that an egress rule asks for is each destination's own.
        let by_selector = |(peer, ports): &(Option<&Peer>, Granted<'_>)| match peer {
            None | Some(Peer::Pods(..)) => ports.names.is_empty(),
            Some(peer) => {
                let id = model.parts.peers.find(peer).and_then(|id| model.peer_pods.get(id as usize));
                id.is_none_or(|set| set.must.is_empty())
            }
        };
        if own.classes.len() != 1 || !peers.iter().all(by_selector) {
            return false;
        }
        for (peer, ports) in peers {
            let future = peer.and_then(|peer| of_peer(&model.parts, &model.namespaces, peer));
            if let Some(at) = future.and_then(|it| self.futures.get(&it)).copied() {
                self.add(direction, own.node, Node::Selected(at), ports.beyond, own.shared.pods);
            }
        }
        true
    }

    /// Pods that are not protected on their side: what the own side grants counts.
    fn open_pods(&mut self, direction: Direction, own: &Own) {
        let model = self.reach.model;
        let open = self.present.difference(direction.other().pick(&self.protected));
        let members = |class: u32| model.members.get(class as usize).map_or(0, Vec::len);
        let each = own.half.pods.iter().map(|(set, _)| set.intersection(&open));
        let all: usize = each.map(|set| set.iter().map(members).sum::<usize>()).sum();
        if all > self.wide && self.selectors(direction, own) {
            return;
        }
        for (set, ports) in &own.half.pods {
            let excess = self.reach.with_table(|table| table.difference(*ports, own.shared.pods));
            if excess == PortsId::NONE {
                continue;
            }
            for class in set.intersection(&open).iter() {
                for member in model.members.get(class as usize).into_iter().flatten() {
                    let node = Node::Endpoint(*member);
                    if node != own.node || !is_single(model, *member) {
                        self.add(direction, own.node, node, excess, PortsId::NONE);
                    }
                }
            }
        }
    }

    /// Pods that are protected on their side: both sides count.
    fn protected_pods(&mut self, direction: Direction, own: &Own) {
        let model = self.reach.model;
        let closed = self.present.intersection(direction.other().pick(&self.protected));
        let mut granted = granted(&own.half, &closed);
        match (&self.asked, own.classes.as_slice()) {
            (None, [_]) => return,
            (Some(asked), [class])
                if direction == Direction::Ingress && matches!(own.node, Node::Endpoint(_)) =>
            {
                granted = granted.intersection(&asked.of(*class));
            }
            _ => {}
        }
        for class in granted.iter() {
            let ports = self.both(direction, own, class);
            if ports == PortsId::NONE {
                continue;
            }
            let covered = self.covered(direction, own, class);
            for member in model.members.get(class as usize).into_iter().flatten() {
                let node = Node::Endpoint(*member);
                if node != own.node || !is_single(model, *member) {
                    self.add(direction, own.node, node, ports, covered);
                }
            }
        }
    }

    /// What both sides of a pair certainly grant.
    fn both(&self, direction: Direction, own: &Own, class: u32) -> PortsId {
        let there = self.reach.row_of(direction.other(), class).must;
        self.reach.with_table(|table| {
            let mut ports = own.half.pod(class);
            for class in &own.classes {
                ports = table.intersection(ports, there.pod(*class));
            }
            ports
        })
    }

    /// What rows of either side that speak of every pod say already.
    fn covered(&self, direction: Direction, own: &Own, class: u32) -> PortsId {
        let common = *direction.pick(&self.common);
        if common == PortsId::NONE {
            return own.strict.pods;
        }
        let there = self.reach.row_of(direction.other(), class).must;
        let theirs = shared(self.reach, &there, &self.present).pods;
        self.reach.with_table(|table| {
            let strict = table.intersection(theirs, common);
            table.union(own.strict.pods, strict)
        })
    }

    /// Pods that do not exist yet and that the own side's rules speak of.
    fn future_peers(&mut self, direction: Direction, own: &Own) {
        let model = self.reach.model;
        let mut spoken_of = BTreeSet::new();
        for class in &own.classes {
            let Some(group) = self.reach.groups(direction).get(self.reach.group_of(direction, *class)) else {
                continue;
            };
            for policy in group.must.iter().filter_map(|at| model.policies.get(*at as usize)) {
                let rules = model.parts.rules_of(policy.side(direction));
                let peers = rules.iter().flat_map(|rule| rule.peers.iter().flatten());
                let peers = peers.filter_map(|id| model.parts.peers.get(*id));
                let futures = peers.filter_map(|peer| of_peer(&model.parts, &model.namespaces, peer));
                spoken_of.extend(futures.filter_map(|it| self.futures.get(&it).copied()));
            }
        }
        for at in spoken_of {
            let Some((_, classes)) = model.futures.get(at as usize) else { continue };
            let open = !classes.iter().any(|class| direction.other().pick(&self.protected).contains(*class));
            let mut ports = if classes.is_empty() { PortsId::NONE } else { PortsId::ALL };
            for class in classes {
                let own_ports = if open { own.half.pod(*class) } else { self.both(direction, own, *class) };
                ports = self.reach.with_table(|table| table.intersection(ports, own_ports));
            }
            let covered = if open { own.shared.pods } else { own.strict.pods };
            self.add(direction, own.node, Node::Future(at), ports, covered);
        }
    }
}

/// Subjects of policies that select no supplied pod, by number of the future endpoint.
#[must_use]
pub fn dangling(model: &Model<'_>, direction: Direction) -> BTreeSet<u32> {
    let present = model.present();
    let futures: BTreeMap<&Future, u32> = model.futures.iter().map(|(future, _)| future).zip(0..).gather();
    let mut found = BTreeSet::new();
    for (policy, subjects) in model.policies.iter().zip(&model.subjects) {
        if subjects.may.meets(&present) || !policy.side(direction).isolates.may() {
            continue;
        }
        let future = of_subject(&model.parts, policy);
        found.extend(future.and_then(|it| futures.get(&it)).copied());
    }
    found
}
