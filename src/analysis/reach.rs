//! Reach: which ports are open between any two classes, computed for groups of classes to which
//! the same policies apply, and only when asked for.
//!
//! Takes the model; offers rows and single cells. No loop over pairs of pods.

use super::row::{Bound, Builder, Half, Named, Row};
use crate::manifest::effect::Direction;
use crate::model::address::Owner;
use crate::model::namespace::Cloud;
use crate::model::ports::{PortTable, Ports, PortsId, Protocol};
use crate::model::set::Set;
use crate::model::truth::Truth;
use crate::model::{Endpoint, Model};
use crate::order::Gather;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Classes of pods to which the same policies apply in one direction.
#[derive(Clone, Debug)]
pub struct Group {
    /// The direction.
    pub direction: Direction,
    /// The classes.
    pub classes: Set,
    /// The policies that certainly isolate them, by number.
    pub must: Vec<u32>,
    /// The policies that may isolate them; holds all of `must`.
    pub may: Vec<u32>,
    /// What policies of other kinds leave.
    pub cloud: Cloud,
    /// Their named ports, where a policy speaks of one.
    ports: Vec<(u32, Vec<u16>)>,
}

impl Group {
    /// Whether some policy certainly isolates these pods.
    #[must_use]
    pub fn is_isolated(&self) -> bool {
        !self.must.is_empty()
    }

    /// Whether certainly no policy isolates these pods.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.may.is_empty() && self.cloud == Cloud::Clear
    }
}

/// Ports within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// Certainly open.
    pub must: PortsId,
    /// Perhaps open.
    pub may: PortsId,
}

impl Cell {
    /// Everything, certainly.
    pub const ALL: Self = Self { must: PortsId::ALL, may: PortsId::ALL };
}

#[derive(Hash, PartialEq, Eq)]
struct RowKey {
    must: Vec<u32>,
    may: Vec<u32>,
    ports: Vec<(u32, Vec<u16>)>,
    cloud: Cloud,
}

/// The reach of everything in a model.
pub struct Reach<'m, 'a> {
    /// The model.
    pub model: &'m Model<'a>,
    groups: [Vec<Group>; 2],
    of_class: [Vec<u32>; 2],
    named: Named,
    table: RefCell<PortTable>,
    rows: RefCell<[Vec<Option<Row>>; 2]>,
    shared: RefCell<[HashMap<RowKey, Row>; 2]>,
}

impl<'m, 'a> Reach<'m, 'a> {
    /// Groups the classes of a model. Computes no row yet.
    #[must_use]
    pub fn new(model: &'m Model<'a>) -> Self {
        let mut named = Named::new();
        for (at, class) in (0_u32..).zip(&model.classes.list) {
            for (name, numbers) in &class.ports {
                let Some(key) = model.classes.port_names.get(*name) else {
                    continue;
                };
                let sets = named.entry(key.clone()).or_default();
                match sets.iter_mut().find(|(own, _)| own == numbers) {
                    Some((_, set)) => set.insert(at),
                    None => sets.push((numbers.clone(), Set::from_iter([at]))),
                }
            }
        }
        let [ingress, egress] = Direction::BOTH.map(|direction| groups(model, direction));
        let rows = RefCell::new([vec![None; ingress.0.len()], vec![None; egress.0.len()]]);
        let (table, shared) = Default::default();
        Self {
            model,
            groups: [ingress.0, egress.0],
            of_class: [ingress.1, egress.1],
            named,
            table,
            rows,
            shared,
        }
    }

    /// The groups of one direction; every class is in exactly one.
    #[must_use]
    pub fn groups(&self, direction: Direction) -> &[Group] {
        direction.pick::<Vec<Group>>(&self.groups)
    }

    /// The number of a class's group.
    #[must_use]
    pub fn group_of(&self, direction: Direction, class: u32) -> usize {
        direction.pick(&self.of_class).get(class as usize).copied().unwrap_or_default() as usize
    }

    /// What a group grants to everyone.
    #[must_use]
    pub fn row(&self, direction: Direction, group: usize) -> Row {
        if let Some(Some(row)) = direction.pick(&self.rows.borrow()).get(group) {
            return row.clone();
        }
        let row = match self.groups(direction).get(group) {
            Some(group) => self.shared_row(direction, group),
            None => Row::exactly(Half::default()),
        };
        if let Some(slot) = direction.pick_mut(&mut self.rows.borrow_mut()).get_mut(group) {
            *slot = Some(row.clone());
        }
        row
    }

    /// What a class grants to everyone.
    #[must_use]
    pub fn row_of(&self, direction: Direction, class: u32) -> Row {
        self.row(direction, self.group_of(direction, class))
    }

    /// Groups whose policies have equal rules share one row.
    fn shared_row(&self, direction: Direction, group: &Group) -> Row {
        let rules = |policies: &[u32]| {
            let own = policies.iter().filter_map(|at| self.model.policies.get(*at as usize));
            let ids: BTreeSet<u32> = own.map(|policy| policy.side(direction).rules).gather();
            ids.into_iter().collect::<Vec<u32>>()
        };
        let key = RowKey {
            must: rules(&group.must),
            may: rules(&group.may),
            ports: group.ports.clone(),
            cloud: group.cloud,
        };
        if let Some(row) = direction.pick(&self.shared.borrow()).get(&key) {
            return row.clone();
        }
        let row = self.compute(direction, group, &key);
        direction.pick_mut(&mut self.shared.borrow_mut()).insert(key, row.clone());
        row
    }

    fn compute(&self, direction: Direction, group: &Group, key: &RowKey) -> Row {
        let half = |bound: Bound, rules: &[u32]| {
            let mut table = self.table.borrow_mut();
            let mut builder =
                Builder::new(self.model, &mut table, &self.named, direction, &group.ports, bound);
            for rule in rules.iter().filter_map(|id| self.model.parts.rules.get(*id)).flatten() {
                builder.rule(rule);
            }
            Rc::new(builder.build())
        };
        // A side allows where it is not isolated or some rule allows (Kleene).
        let open = || Rc::new(Half::of(PortsId::ALL));
        let must = if group.may.is_empty() { open() } else { half(Bound::Must, &key.must) };
        let may = if group.must.is_empty() { open() } else { half(Bound::May, &key.may) };
        let (must, may) = match group.cloud {
            Cloud::Clear => (must, may),
            Cloud::Forbids => (Rc::new(Half::of(PortsId::NONE)), may),
            Cloud::Full => (Rc::new(Half::of(PortsId::NONE)), open()),
        };
        if must == may { Row { must: Rc::clone(&must), may: must } } else { Row { must, may } }
    }

    /// The ports open from one class of pods to another; two different pods are meant.
    #[must_use]
    pub fn between(&self, from: u32, to: u32) -> Cell {
        let (egress, ingress) = (self.row_of(Direction::Egress, from), self.row_of(Direction::Ingress, to));
        self.meet(
            Cell { must: egress.must.pod(to), may: egress.may.pod(to) },
            Cell { must: ingress.must.pod(from), may: ingress.may.pod(from) },
        )
    }

    /// The ports open from an endpoint to a class of addresses (egress), or to the endpoint from
    /// one (ingress): the outside is never isolated, and a node reaches its own pods.
    #[must_use]
    pub fn address(&self, direction: Direction, endpoint: &Endpoint, addresses: u32) -> Cell {
        let row = self.row_of(direction, endpoint.class);
        let cell = Cell { must: row.must.address(addresses), may: row.may.address(addresses) };
        if direction == Direction::Egress {
            return cell;
        }
        match self.own_node(endpoint, addresses) {
            Truth::Yes => Cell::ALL,
            Truth::Unknown => Cell { may: PortsId::ALL, ..cell },
            Truth::No => cell,
        }
    }

    /// Whether an endpoint's pods run on the node that these addresses belong to.
    #[must_use]
    pub fn own_node(&self, endpoint: &Endpoint, addresses: u32) -> Truth {
        own_node(self.model, endpoint, addresses)
    }

    /// What both sides agree on.
    #[must_use]
    pub fn meet(&self, a: Cell, b: Cell) -> Cell {
        let mut table = self.table.borrow_mut();
        Cell { must: table.intersection(a.must, b.must), may: table.intersection(a.may, b.may) }
    }

    /// The classes that declare a port name which policies mention, by the numbers they give it.
    #[must_use]
    pub fn declaring(&self, name: &str, protocol: Protocol) -> &[(Vec<u16>, Set)] {
        self.named.get(&(name.to_owned(), protocol)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The table of port sets.
    pub fn with_table<T>(&self, f: impl FnOnce(&mut PortTable) -> T) -> T {
        f(&mut self.table.borrow_mut())
    }

    /// The set of an id.
    #[must_use]
    pub fn ports(&self, id: PortsId) -> Ports {
        self.table.borrow().get(id)
    }
}

/// Whether an endpoint's pods run on the node that these addresses belong to.
#[must_use]
pub fn own_node(model: &Model<'_>, endpoint: &Endpoint, addresses: u32) -> Truth {
    let Some(class) = model.addresses.classes.get(addresses as usize) else {
        return Truth::No;
    };
    let Owner::Node(node) = class.owner else {
        return Truth::No;
    };
    let known = node.and_then(|at| model.nodes.get(at as usize));
    let on_it = |number: &u32| match (model.pod(endpoint.workload, *number).node, known) {
        (None, _) => Truth::Unknown,
        (Some(own), Some(node)) => Truth::from(own == node.name),
        // The range of all nodes: another node than the supplied ones may be meant.
        (Some(own), None) => {
            let supplied = model.nodes.iter().any(|node| node.name == own);
            if supplied { Truth::No } else { Truth::Unknown }
        }
    };
    let each: Vec<Truth> = endpoint.pods.iter().map(on_it).collect();
    match (each.iter().min(), each.iter().max()) {
        (Some(low), Some(high)) if low == high => *low,
        (Some(_), Some(_)) => Truth::Unknown,
        _ => Truth::No,
    }
}

/// Policies that certainly apply, that may apply, named ports, other kinds.
type GroupKey = (Vec<u32>, Vec<u32>, Vec<(u32, Vec<u16>)>, Cloud);

/// Groups the classes by the policies that apply to them.
fn groups(model: &Model<'_>, direction: Direction) -> (Vec<Group>, Vec<u32>) {
    let count = model.classes.list.len();
    let (mut must, mut may) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (at, (policy, subjects)) in (0_u32..).zip(model.policies.iter().zip(&model.subjects)) {
        let isolates = policy.side(direction).isolates;
        let note = |lists: &mut Vec<Vec<u32>>, set: &Set| {
            for class in set.iter() {
                if let Some(list) = lists.get_mut(class as usize) {
                    list.push(at);
                }
            }
        };
        if isolates.must() {
            note(&mut must, &subjects.must);
        }
        if isolates.may() {
            note(&mut may, &subjects.may);
        }
    }
    let mut ids: BTreeMap<GroupKey, u32> = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut of_class = Vec::with_capacity(count);
    for (at, (class, (must, may))) in (0_u32..).zip(model.classes.list.iter().zip(must.into_iter().zip(may)))
    {
        let ports = own_ports(model, direction, &may, &class.ports);
        let next = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        let id = *ids.entry((must.clone(), may.clone(), ports.clone(), class.cloud)).or_insert(next);
        match groups.get_mut(id as usize) {
            Some(group) => group.classes.insert(at),
            None => {
                groups.push(Group {
                    direction,
                    classes: Set::from_iter([at]),
                    must,
                    may,
                    cloud: class.cloud,
                    ports,
                });
            }
        }
        of_class.push(id);
    }
    (groups, of_class)
}

/// The pods' own port names that these policies look up.
fn own_ports(
    model: &Model<'_>,
    direction: Direction,
    policies: &[u32],
    own: &[(u32, Vec<u16>)],
) -> Vec<(u32, Vec<u16>)> {
    if own.is_empty() || direction == Direction::Egress {
        return Vec::new();
    }
    let mut asked = BTreeSet::new();
    for policy in policies.iter().filter_map(|at| model.policies.get(*at as usize)) {
        for rule in model.parts.rules_of(policy.side(direction)) {
            for name in model.parts.ports.get(rule.ports).iter().flat_map(|list| &list.names) {
                asked.extend(model.classes.port_names.find(name));
            }
        }
    }
    own.iter().filter(|(id, _)| asked.contains(id)).cloned().collect()
}
