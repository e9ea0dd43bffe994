//! What a map cannot decide, told once for each cause, not for each pair.
//!
//! Takes reach; looks the causes up again where a group's row has two bounds, and keeps those
//! that make a difference to something supplied.

use super::connections::{Node, dangling};
use super::reach::{Group, Reach};
use super::row::Row;
use crate::diagnostic::ObjectId;
use crate::field::FieldPath;
use crate::manifest::Body;
use crate::manifest::effect::Direction;
use crate::model::Origin;
use crate::model::address::Owner;
use crate::model::assume::{Assumption, Cause};
use crate::model::namespace::Cloud;
use crate::model::policy::{Policy, Rule};
use crate::model::ports::{Ports, PortsId};
use crate::model::set::Set;
use crate::model::truth::Truth;
use crate::order::Gather;
use std::collections::{BTreeMap, BTreeSet};

/// One cause on one side.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The cause.
    pub cause: Cause,
    /// The side whose verdict is open.
    pub direction: Direction,
    /// Whose verdict is open.
    pub nodes: BTreeSet<Node>,
    /// The ports that can be concerned.
    pub ports: Ports,
    /// The fields that lead to it.
    pub because: BTreeSet<Origin>,
}

/// Every cause that leaves a supplied pod's connections open.
#[must_use]
pub fn unknowns(reach: &Reach<'_, '_>) -> Vec<Unknown> {
    let mut found = Found { reach, others: others(reach), all: BTreeMap::new() };
    for direction in Direction::BOTH {
        let subjects = dangling(reach.model, direction);
        for (at, group) in reach.groups(direction).iter().enumerate() {
            let nodes = found.nodes(group, &subjects);
            if !nodes.is_empty() && !group.is_open() {
                found.group(group, &reach.row(direction, at), &nodes);
            }
        }
    }
    found.all.into_values().collect()
}

/// The pods on whose account an unknown is worth telling: the supplied ones; without any, those
/// that policies speak of.
fn others(reach: &Reach<'_, '_>) -> Set {
    let present = reach.model.present();
    if !present.is_empty() {
        return present;
    }
    reach
        .model
        .futures
        .iter()
        .flat_map(|(_, classes)| classes)
        .copied()
        .gather::<BTreeSet<u32>>()
        .into_iter()
        .collect()
}

struct Found<'r, 'm, 'a> {
    reach: &'r Reach<'m, 'a>,
    others: Set,
    all: BTreeMap<(Cause, Direction), Unknown>,
}

impl Found<'_, '_, '_> {
    fn nodes(&self, group: &Group, subjects: &BTreeSet<u32>) -> BTreeSet<Node> {
        let model = self.reach.model;
        let members = group.classes.iter().filter_map(|class| model.members.get(class as usize)).flatten();
        let mut nodes: BTreeSet<Node> = members.map(|at| Node::Endpoint(*at)).gather();
        for at in subjects {
            let classes =
                model.futures.get(*at as usize).map(|(_, classes)| classes.as_slice()).unwrap_or_default();
            if classes.iter().any(|class| group.classes.contains(*class)) {
                nodes.insert(Node::Future(*at));
            }
        }
        nodes
    }

    fn group(&mut self, group: &Group, row: &Row, nodes: &BTreeSet<Node>) {
        self.own_node(group, row, nodes);
        if group.cloud != Cloud::Clear {
            self.cloud(group, nodes);
        }
        if row.is_exact() || !self.is_open(row) {
            return;
        }
        for at in &group.may {
            let Some(policy) = self.reach.model.policies.get(*at as usize) else { continue };
            if !group.must.contains(at) {
                self.uncertain_policy(group.direction, *at, policy, nodes);
            }
            for (number, rule) in
                self.reach.model.parts.rules_of(policy.side(group.direction)).iter().enumerate()
            {
                self.rule(group.direction, policy, number, rule, row, nodes);
                self.names(group, policy, number, rule, nodes);
            }
        }
    }

    /// Whether the two bounds differ for anyone who counts.
    fn is_open(&self, row: &Row) -> bool {
        let addresses =
            Set::below(u32::try_from(self.reach.model.addresses.classes.len()).unwrap_or(u32::MAX));
        differ(&row.must.pods, row.must.rest(), &row.may.pods, row.may.rest(), &self.others)
            || differ(&row.must.addresses, row.must.rest(), &row.may.addresses, row.may.rest(), &addresses)
    }

    fn note(
        &mut self,
        cause: Cause,
        direction: Direction,
        nodes: &BTreeSet<Node>,
        ports: &Ports,
        origin: Option<Origin>,
    ) {
        let own = self.all.entry((cause, direction)).or_insert_with(|| Unknown {
            cause,
            direction,
            nodes: BTreeSet::new(),
            ports: Ports::none(),
            because: BTreeSet::new(),
        });
        own.nodes.extend(nodes.iter().copied());
        own.ports = own.ports.union(ports);
        own.because.extend(origin);
    }

    fn uncertain_policy(
        &mut self,
        direction: Direction,
        at: u32,
        policy: &Policy<'_>,
        nodes: &BTreeSet<Node>,
    ) {
        let spec = FieldPath::root().field("spec");
        if policy.side(direction).isolates == Truth::Unknown {
            let origin = Origin { object: policy.object, path: spec.field(direction.name()) };
            self.note(Cause::Open(Assumption::InertRules), direction, nodes, &Ports::all(), Some(origin));
        }
        let causes = self.reach.model.subject_causes.get(at as usize).cloned().unwrap_or_default();
        for cause in causes {
            let origin = Origin { object: policy.object, path: spec.field("podSelector") };
            self.note(cause, direction, nodes, &Ports::all(), Some(origin));
        }
    }

    /// Peers that may match someone to whom the ports are not certainly open anyway.
    fn rule(
        &mut self,
        direction: Direction,
        policy: &Policy<'_>,
        number: usize,
        rule: &Rule,
        row: &Row,
        nodes: &BTreeSet<Node>,
    ) {
        let model = self.reach.model;
        let Some(list) = model.parts.ports.get(rule.ports) else { return };
        let wanted = self.reach.with_table(|table| table.id(list.numbers.clone()));
        for (index, id) in rule.peers.iter().flatten().enumerate() {
            let causes = model.peer_causes.get(*id as usize).map(Vec::as_slice).unwrap_or_default();
            let (Some(pods), Some(addresses)) =
                (model.peer_pods.get(*id as usize), model.peer_addresses.get(*id as usize))
            else {
                continue;
            };
            if causes.is_empty() {
                continue;
            }
            let doubtful = pods.may.difference(&pods.must).intersection(&self.others);
            let beyond = addresses.may.difference(&addresses.must);
            let block = matches!(model.parts.peers.get(*id), Some(crate::model::policy::Peer::Block(_)));
            let names = !list.names.is_empty() && !block;
            let matters = |set: &Set, blocks: &[(Set, PortsId)]| {
                !set.is_empty() && (names || !self.covered(set, blocks, row.must.rest(), wanted))
            };
            if !matters(&doubtful, &row.must.pods) && !matters(&beyond, &row.must.addresses) {
                continue;
            }
            let origin = Origin { object: policy.object, path: Policy::peer_path(direction, number, index) };
            let ports = if names { Ports::all() } else { list.numbers.clone() };
            for cause in causes {
                self.note(*cause, direction, nodes, &ports, Some(origin.clone()));
            }
        }
    }

    /// Whether the ports are granted to all of a set.
    fn covered(&self, set: &Set, blocks: &[(Set, PortsId)], rest: PortsId, wanted: PortsId) -> bool {
        let holds = |ports| self.reach.with_table(|table| table.difference(wanted, ports)) == PortsId::NONE;
        let mut left = set.clone();
        for (own, ports) in blocks {
            if holds(*ports) {
                left = left.difference(own);
            }
        }
        left.is_empty() || holds(rest)
    }

    /// Port names that a pod declares twice, or that a future pod is yet to declare.
    fn names(
        &mut self,
        group: &Group,
        policy: &Policy<'_>,
        number: usize,
        rule: &Rule,
        nodes: &BTreeSet<Node>,
    ) {
        let model = self.reach.model;
        let Some(list) = model.parts.ports.get(rule.ports) else { return };
        let destinations =
            if group.direction == Direction::Ingress { group.classes.clone() } else { self.others.clone() };
        for (name, protocol) in &list.names {
            let id = model.classes.port_names.find(&(name.clone(), *protocol));
            let mut causes = BTreeSet::new();
            for class in destinations.iter().filter_map(|at| model.classes.list.get(at as usize)) {
                let own =
                    class.ports.iter().find(|(own, _)| Some(*own) == id).map(|(_, numbers)| numbers.len());
                match own {
                    Some(0) => causes.insert(Cause::FuturePort),
                    Some(2..) => causes.insert(Cause::AmbiguousPort),
                    _ => false,
                };
            }
            for cause in causes {
                let origin = Origin {
                    object: policy.object,
                    path: Policy::rule_path(group.direction, number).field("ports"),
                };
                self.note(cause, group.direction, nodes, &Ports::protocol(*protocol), Some(origin));
            }
        }
    }

    /// Nodes reach their own pods, and it is not given whose node is whose.
    fn own_node(&mut self, group: &Group, row: &Row, nodes: &BTreeSet<Node>) {
        let model = self.reach.model;
        if group.direction != Direction::Ingress {
            return;
        }
        let mut open = BTreeSet::new();
        for node in nodes {
            let Node::Endpoint(at) = node else { continue };
            let Some(endpoint) = model.endpoints.get(*at as usize) else { continue };
            let unknown = |(at, class): (u32, &crate::model::address::AddressClass)| {
                matches!(class.owner, Owner::Node(_))
                    && row.must.address(at) != PortsId::ALL
                    && self.reach.own_node(endpoint, at) == Truth::Unknown
            };
            if (0_u32..).zip(&model.addresses.classes).any(unknown) {
                open.insert(*node);
            }
        }
        if !open.is_empty() {
            self.note(Cause::PodNode, Direction::Ingress, &open, &Ports::all(), None);
        }
    }

    fn cloud(&mut self, group: &Group, nodes: &BTreeSet<Node>) {
        let objects = self.reach.model.manifests.objects.iter();
        let other = objects.filter(|it| matches!(it.body, Body::NotEvaluated | Body::ClusterPolicy(_)));
        let ids: Vec<ObjectId> = other.map(|it| it.id).collect();
        for object in ids {
            let origin = Origin { object, path: FieldPath::root() };
            self.note(Cause::NotEvaluated, group.direction, nodes, &Ports::all(), Some(origin));
        }
    }
}

/// Whether two half rows differ for some of a set.
fn differ(
    must: &[(Set, PortsId)],
    must_rest: PortsId,
    may: &[(Set, PortsId)],
    may_rest: PortsId,
    whom: &Set,
) -> bool {
    let equal = |set: &Set, ports: PortsId| {
        let mut left = set.clone();
        for (own, granted) in must {
            if left.meets(own) {
                if *granted != ports {
                    return false;
                }
                left = left.difference(own);
            }
        }
        left.is_empty() || must_rest == ports
    };
    let mut left = whom.clone();
    for (set, ports) in may {
        if !equal(&set.intersection(whom), *ports) {
            return true;
        }
        left = left.difference(set);
    }
    !equal(&left, may_rest)
}
