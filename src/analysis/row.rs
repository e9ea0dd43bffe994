//! Rows: what one side of a connection grants to each possible other end.
//!
//! Takes the rules that apply to a group of classes; gives, for each class of pods and addresses,
//! the ports granted, as disjoint sets with a common rest. Open by default is a rest of
//! everything, never a list.

use crate::manifest::effect::Direction;
use crate::model::Model;
use crate::model::pod::named;
use crate::model::policy::{Peer, PortList, Rule};
use crate::model::ports::{PortTable, PortsId, Protocol};
use crate::model::set::Set;
use crate::model::truth::Between;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What is granted, two-valued: certainly, or perhaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Half {
    /// What everyone gets who is not named below.
    pub rest: PortsIdOrNone,
    /// Classes of pods that get something else; disjoint.
    pub pods: Vec<(Set, PortsId)>,
    /// Classes of addresses that get something else; disjoint.
    pub addresses: Vec<(Set, PortsId)>,
}

/// A set of ports whose default is the empty one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortsIdOrNone(pub PortsId);

impl Default for PortsIdOrNone {
    fn default() -> Self {
        Self(PortsId::NONE)
    }
}

impl Half {
    /// A half that grants everyone the same.
    #[must_use]
    pub fn of(rest: PortsId) -> Self {
        Self { rest: PortsIdOrNone(rest), ..Self::default() }
    }

    /// What everyone gets who is not named.
    #[must_use]
    pub const fn rest(&self) -> PortsId {
        self.rest.0
    }

    /// Whether nobody is granted anything.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.rest() == PortsId::NONE && self.pods.is_empty() && self.addresses.is_empty()
    }

    /// What a class of pods gets.
    #[must_use]
    pub fn pod(&self, class: u32) -> PortsId {
        self.pods.iter().find(|(set, _)| set.contains(class)).map_or(self.rest(), |(_, ports)| *ports)
    }

    /// What a class of addresses gets.
    #[must_use]
    pub fn address(&self, class: u32) -> PortsId {
        self.addresses.iter().find(|(set, _)| set.contains(class)).map_or(self.rest(), |(_, ports)| *ports)
    }
}

impl Half {
    /// What both halves grant.
    #[must_use]
    pub fn meet(&self, other: &Self, table: &mut PortTable) -> Self {
        let rest = table.intersection(self.rest(), other.rest());
        let mut join = |a: &[(Set, PortsId)], b: &[(Set, PortsId)]| {
            let mut blocks = Vec::new();
            let named = b.iter().fold(Set::new(), |so_far, (set, _)| so_far.union(set));
            let mut seen = Set::new();
            for (set, ports) in a {
                seen = seen.union(set);
                for (there, granted) in b {
                    blocks.push((set.intersection(there), table.intersection(*ports, *granted)));
                }
                blocks.push((set.difference(&named), table.intersection(*ports, other.rest())));
            }
            for (there, granted) in b {
                blocks.push((there.difference(&seen), table.intersection(self.rest(), *granted)));
            }
            blocks.retain(|(set, ports)| !set.is_empty() && *ports != rest);
            blocks
        };
        let pods = join(&self.pods, &other.pods);
        Self { rest: PortsIdOrNone(rest), pods, addresses: join(&self.addresses, &other.addresses) }
    }
}

/// What is granted within bounds. Where both are equal they share one allocation.
#[derive(Clone, Debug)]
pub struct Row {
    /// Certainly granted.
    pub must: Rc<Half>,
    /// Perhaps granted; holds all of `must`.
    pub may: Rc<Half>,
}

impl Row {
    /// A row without doubt.
    #[must_use]
    pub fn exactly(half: Half) -> Self {
        let half = Rc::new(half);
        Self { must: Rc::clone(&half), may: half }
    }

    /// Whether nothing about it is open.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        Rc::ptr_eq(&self.must, &self.may) || self.must == self.may
    }

    /// Whether it grants everything to everyone for sure.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.must.rest() == PortsId::ALL && self.must.pods.is_empty() && self.must.addresses.is_empty()
    }
}

/// For each port name that policies mention: numbers, and the classes that declare them.
pub type Named = BTreeMap<(String, Protocol), Vec<(Vec<u16>, Set)>>;

/// Which bound is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// What is certain.
    Must,
    /// What may be.
    May,
}

impl Bound {
    /// This bound of a set.
    pub fn of<T>(self, set: &Between<T>) -> &T {
        match self {
            Self::Must => &set.must,
            Self::May => &set.may,
        }
    }
}

/// Collects what rules grant.
pub struct Builder<'b, 'a> {
    model: &'b Model<'a>,
    table: &'b mut PortTable,
    named: &'b Named,
    direction: Direction,
    /// The named ports of the pods the row belongs to; asked for ingress.
    own: &'b [(u32, Vec<u16>)],
    bound: Bound,
    rest: PortsId,
    pods: BTreeMap<PortsId, Set>,
    addresses: BTreeMap<PortsId, Set>,
}

impl<'b, 'a> Builder<'b, 'a> {
    /// A row that grants nothing yet.
    pub fn new(
        model: &'b Model<'a>,
        table: &'b mut PortTable,
        named: &'b Named,
        direction: Direction,
        own: &'b [(u32, Vec<u16>)],
        bound: Bound,
    ) -> Self {
        let (pods, addresses) = Default::default();
        Self { model, table, named, direction, own, bound, rest: PortsId::NONE, pods, addresses }
    }

    /// Grants what a rule grants.
    pub fn rule(&mut self, rule: &Rule) {
        let Some(list) = self.model.parts.ports.get(rule.ports) else {
            return;
        };
        let ports = self.own_ports(list);
        let Some(peers) = &rule.peers else {
            self.rest = self.table.union(self.rest, ports);
            if self.direction == Direction::Egress && !list.names.is_empty() {
                let everyone = self.model.index.everyone();
                self.names(list, &everyone);
            }
            return;
        };
        for peer in peers {
            let none = Between::default();
            let pods = self.bound.of(self.model.peer_pods.get(*peer as usize).unwrap_or(&none)).clone();
            let addresses = self.bound.of(self.model.peer_addresses.get(*peer as usize).unwrap_or(&none));
            grant(&mut self.addresses, ports, addresses);
            grant(&mut self.pods, ports, &pods);
            // A block speaks of addresses, and an address has no port names.
            let block = matches!(self.model.parts.peers.get(*peer), Some(Peer::Block(_)));
            if self.direction == Direction::Egress && !block {
                self.names(list, &pods);
            }
        }
    }

    /// The ports that are the same for every peer: numbers, and for ingress the pods' own names.
    fn own_ports(&mut self, list: &PortList) -> PortsId {
        let mut ports = list.numbers.clone();
        if self.direction == Direction::Ingress {
            for (name, protocol) in &list.names {
                let id = self.model.classes.port_names.find(&(name.clone(), *protocol));
                let numbers = self.own.iter().find(|(own, _)| Some(*own) == id).map(|(_, numbers)| numbers);
                if let Some(numbers) = numbers {
                    ports = ports.union(self.bound.of(&named(numbers, *protocol)));
                }
            }
        }
        self.table.id(ports)
    }

    /// Named ports of an egress rule: each destination's own.
    fn names(&mut self, list: &PortList, pods: &Set) {
        for (name, protocol) in &list.names {
            for (numbers, classes) in self.named.get(&(name.clone(), *protocol)).into_iter().flatten() {
                let ports = self.table.id(self.bound.of(&named(numbers, *protocol)).clone());
                grant(&mut self.pods, ports, &pods.intersection(classes));
            }
        }
    }

    /// The half row.
    pub fn build(self) -> Half {
        let Self { table, rest, pods, addresses, .. } = self;
        let mut split = |granted: BTreeMap<PortsId, Set>| {
            let mut blocks: Vec<(Set, PortsId)> = Vec::new();
            for (ports, set) in granted {
                add(table, &mut blocks, set, ports);
            }
            let whole = blocks.into_iter().map(|(set, ports)| (set, table.union(ports, rest)));
            whole.filter(|(_, ports)| *ports != rest).collect()
        };
        let pods = split(pods);
        Half { rest: PortsIdOrNone(rest), pods, addresses: split(addresses) }
    }
}

fn grant(granted: &mut BTreeMap<PortsId, Set>, ports: PortsId, set: &Set) {
    if ports == PortsId::NONE || set.is_empty() {
        return;
    }
    match granted.get_mut(&ports) {
        Some(own) => *own = own.union(set),
        None => {
            granted.insert(ports, set.clone());
        }
    }
}

/// Adds ports for a set to disjoint blocks, splitting where needed.
fn add(table: &mut PortTable, blocks: &mut Vec<(Set, PortsId)>, mut set: Set, ports: PortsId) {
    let mut split = Vec::new();
    for (own, granted) in blocks.iter_mut() {
        if set.is_empty() {
            break;
        }
        let both = own.intersection(&set);
        if both.is_empty() {
            continue;
        }
        let more = table.union(*granted, ports);
        set = set.difference(&both);
        if more == *granted {
            continue;
        }
        let rest = own.difference(&both);
        if rest.is_empty() {
            *granted = more;
        } else {
            *own = rest;
            split.push((both, more));
        }
    }
    blocks.append(&mut split);
    if !set.is_empty() {
        blocks.push((set, ports));
    }
    // Blocks that came to grant the same are one.
    let mut joined: Vec<(Set, PortsId)> = Vec::with_capacity(blocks.len());
    for (set, ports) in blocks.drain(..) {
        match joined.iter_mut().find(|(_, own)| *own == ports) {
            Some((own, _)) => *own = own.union(&set),
            None => joined.push((set, ports)),
        }
    }
    *blocks = joined;
}
