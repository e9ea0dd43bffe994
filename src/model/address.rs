//! Addresses outside the pods: classes of the address space, nodes, and what a block says of each.

use super::assume::{Assumption, Assumptions, Cause};
use super::ip::{Addr, Block, Range, Space, join};
use super::pod::Pod;
use super::truth::Truth;
use crate::diagnostic::ObjectId;
use crate::manifest::{Body, Manifests};
use crate::options::Options;
use std::collections::{BTreeMap, HashMap};

/// The ranges of the cluster that options and objects tell.
#[derive(Clone, Debug, Default)]
pub struct Ranges {
    /// Where pods have their addresses.
    pub pods: Vec<Range>,
    /// Where Services have theirs.
    pub services: Vec<Range>,
    /// Where nodes have theirs.
    pub nodes: Vec<Range>,
}

impl Ranges {
    /// The ranges of the options; what cannot be read is left out, options being checked on entry.
    #[must_use]
    pub fn read(options: &Options) -> Self {
        let read = |texts: &[String]| texts.iter().filter_map(|text| Range::cidr(text)).collect();
        Self {
            pods: read(&options.cluster.pod_cidrs),
            services: read(&options.cluster.service_cidrs),
            nodes: read(&options.cluster.node_cidrs),
        }
    }
}

/// A node that has addresses.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The object.
    pub object: ObjectId,
    /// Its name.
    pub name: &'a str,
    /// Its addresses.
    pub addresses: Vec<Addr>,
}

/// The nodes of an input, by name.
#[must_use]
pub fn nodes(manifests: &Manifests) -> Vec<Node<'_>> {
    let mut found: BTreeMap<&str, Node<'_>> = BTreeMap::new();
    for object in manifests.objects.iter().filter(|object| object.accepted) {
        if let Body::Node(node) = &object.body {
            let addresses = node.addresses.iter().filter_map(|text| Addr::parse(text)).collect();
            found.insert(&object.name, Node { object: object.id, name: &object.name, addresses });
        }
    }
    found.into_values().filter(|node| !node.addresses.is_empty()).collect()
}

/// What an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Nothing of the cluster that is known of.
    Outside,
    /// A node: its number, where it was supplied.
    Node(Option<u32>),
    /// The Services' range.
    Service,
}

/// Addresses that no policy tells apart.
#[derive(Clone, Debug)]
pub struct AddressClass {
    /// The addresses, of one family, rising.
    pub ranges: Vec<Range>,
    /// What they belong to.
    pub owner: Owner,
}

/// The address space in classes.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// Cut along all bounds.
    pub space: Space,
    /// The class of each piece.
    pub of_piece: Vec<u32>,
    /// By id.
    pub classes: Vec<AddressClass>,
}

/// What an address belongs to.
#[must_use]
pub fn owner(addr: Addr, nodes: &[Node<'_>], ranges: &Ranges) -> Owner {
    let node = nodes.iter().position(|node| node.addresses.contains(&addr));
    if let Some(at) = node {
        return Owner::Node(u32::try_from(at).ok());
    }
    let within = |ranges: &[Range]| ranges.iter().any(|range| range.contains(addr));
    if within(&ranges.nodes) {
        Owner::Node(None)
    } else if within(&ranges.services) {
        Owner::Service
    } else {
        Owner::Outside
    }
}

/// Whether a block matches an address of this owner, and what leaves that open.
#[must_use]
pub fn block_meets_address(
    block: &Block,
    addr: Addr,
    owner: Owner,
    assume: &Assumptions,
) -> (Truth, Option<Cause>) {
    if !block.contains(addr) {
        return (Truth::No, None);
    }
    let assumption = match owner {
        Owner::Outside => return (Truth::Yes, None),
        Owner::Node(_) => Assumption::NodeAddresses,
        Owner::Service => Assumption::ClusterIpBlocks,
    };
    match assume.is(assumption, "match") {
        Truth::Unknown => (Truth::Unknown, Some(Cause::Open(assumption))),
        known => (known, None),
    }
}

/// Whether a block matches a pod, and what leaves that open.
#[must_use]
pub fn block_meets_pod(
    block: &Block,
    pod: &Pod<'_>,
    ranges: &Ranges,
    assume: &Assumptions,
) -> (Truth, Option<Cause>) {
    let (assumption, homes) = if pod.host_network {
        (Assumption::NodeAddresses, &ranges.nodes)
    } else {
        (Assumption::IpBlockPods, &ranges.pods)
    };
    let matching = assume.is(assumption, "match");
    let (inside, cause) = inside(block, &pod.ips, homes);
    let both = inside.and(matching);
    let cause = match (both, matching) {
        (Truth::Unknown, Truth::Unknown) => Some(Cause::Open(assumption)),
        (Truth::Unknown, _) => Some(cause),
        _ => None,
    };
    (both, cause)
}

/// Whether a pod lies inside a block: by its addresses, else by the ranges that hold them.
fn inside(block: &Block, ips: &[Addr], homes: &[Range]) -> (Truth, Cause) {
    let known: Vec<Range> = ips.iter().map(|ip| Range::one(*ip)).collect();
    let ranges = if known.is_empty() { homes } else { &known };
    if block.ranges.is_empty() {
        return (Truth::No, Cause::PodAddress);
    }
    let any = ranges.iter().any(|range| block.meets(*range));
    let all = ranges.iter().all(|range| block.covers(*range));
    let cause = if known.is_empty() { Cause::PodAddress } else { Cause::AddressFamily };
    if ranges.is_empty() {
        return (Truth::Unknown, cause);
    }
    (Truth::between(all, any), cause)
}

/// Cuts the address space along all bounds and joins what no policy tells apart.
#[must_use]
pub fn classify(blocks: &[Block], nodes: &[Node<'_>], ranges: &Ranges, assume: &Assumptions) -> Addresses {
    let single: Vec<Range> =
        nodes.iter().flat_map(|node| node.addresses.iter().map(|it| Range::one(*it))).collect();
    let bounds = blocks
        .iter()
        .flat_map(|block| &block.ranges)
        .chain(&ranges.nodes)
        .chain(&ranges.services)
        .chain(&single);
    let space = Space::cut(bounds);
    let mut inside: Vec<Vec<u32>> = vec![Vec::new(); space.len()];
    for (id, block) in (0_u32..).zip(blocks) {
        for piece in block.ranges.iter().flat_map(|range| space.pieces(*range)) {
            if let Some(own) = inside.get_mut(piece) {
                own.push(id);
            }
        }
    }
    let mut ids: HashMap<(bool, Owner, Vec<u32>), u32> = HashMap::new();
    let mut classes: Vec<AddressClass> = Vec::new();
    let mut of_piece = Vec::with_capacity(space.len());
    for (piece, inside) in inside.into_iter().enumerate() {
        let range = space.range(piece);
        let owner = owner(range.first, nodes, ranges);
        // What belongs to a Service or node differs from the outside only where a block speaks of it.
        let distinct = match owner {
            Owner::Node(_) => true,
            Owner::Service => !inside.is_empty() && assume.get(Assumption::ClusterIpBlocks) != Some("match"),
            Owner::Outside => false,
        };
        let shown = if distinct { owner } else { Owner::Outside };
        let next = u32::try_from(classes.len()).unwrap_or(u32::MAX);
        let id = *ids.entry((range.first.v6, shown, inside)).or_insert(next);
        match classes.get_mut(id as usize) {
            Some(class) => class.ranges.push(range),
            None => classes.push(AddressClass { ranges: vec![range], owner: shown }),
        }
        of_piece.push(id);
    }
    for class in &mut classes {
        class.ranges = join(&class.ranges);
    }
    Addresses { space, of_piece, classes }
}

impl Addresses {
    /// The class of an address.
    #[must_use]
    pub fn class(&self, addr: Addr) -> u32 {
        self.of_piece.get(self.space.piece(addr)).copied().unwrap_or_default()
    }
}
