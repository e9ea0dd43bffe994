//! The resolved world: namespaces, pods in classes, addresses in classes, policies compiled.
//!
//! Takes the manifests and options; gives facts that analysis joins. Every fact leads back to an
//! object and field. Knows nothing of verdicts.

pub mod address;
pub mod assume;
pub mod class;
pub mod evaluate;
pub mod ip;
pub mod namespace;
pub mod pod;
pub mod policy;
pub mod ports;
pub mod selector;
pub mod service;
pub mod set;
pub mod truth;

use crate::diagnostic::{ObjectId, Place};
use crate::field::FieldPath;
use crate::manifest::{Manifests, Object};
use crate::options::Options;
use address::{Addresses, Node, Ranges, block_meets_pod};
use assume::{Assumption, Assumptions};
use class::{Class, Classes, Mentioned};
use evaluate::Index;
use namespace::{NAME_LABEL, Namespace};
use pod::{Pod, Workload};
use policy::{Namespaces, Parts, Peer, Policy};
use selector::Label;
use set::Set;
use std::collections::BTreeMap;
use truth::{Between, Truth};

/// Where a fact stands: an object and one of its fields.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The object.
    pub object: ObjectId,
    /// The field.
    pub path: FieldPath,
}

/// Pods of one workload that no policy tells apart: what answers speak of.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The workload's number.
    pub workload: u32,
    /// Which of the workload's parts, from 1, where policies tell its pods apart.
    pub part: Option<u32>,
    /// Its pods' numbers within the workload.
    pub pods: Vec<u32>,
    /// Its class.
    pub class: u32,
}

/// What an input says, resolved.
#[derive(Debug)]
pub struct Model<'a> {
    /// Where it all comes from.
    pub manifests: &'a Manifests,
    /// The options it was made under.
    pub options: &'a Options,
    /// What holds where the API leaves it open.
    pub assume: Assumptions,
    /// The cluster's address ranges.
    pub ranges: Ranges,
    /// By name.
    pub namespaces: Vec<Namespace<'a>>,
    /// By namespace, name, kind.
    pub workloads: Vec<Workload<'a>>,
    /// In the order of the workloads.
    pub endpoints: Vec<Endpoint>,
    /// By namespace and name.
    pub policies: Vec<Policy<'a>>,
    /// What policies are made of.
    pub parts: Parts,
    /// Classes of pods.
    pub classes: Classes,
    /// The endpoints of each class.
    pub members: Vec<Vec<u32>>,
    /// Nodes with addresses.
    pub nodes: Vec<Node<'a>>,
    /// Classes of addresses.
    pub addresses: Addresses,
    /// By namespace and name.
    pub services: Vec<service::Service<'a>>,
    /// For each policy: the classes it selects.
    pub subjects: Vec<Between<Set>>,
    /// For each peer: the classes of pods it matches.
    pub peer_pods: Vec<Between<Set>>,
    /// For each peer: the classes of addresses it matches.
    pub peer_addresses: Vec<Between<Set>>,
    /// Classes by label.
    pub index: Index,
    names: BTreeMap<&'a str, u32>,
}

impl<'a> Model<'a> {
    /// Resolves an input.
    #[must_use]
    pub fn new(manifests: &'a Manifests, options: &'a Options) -> Self {
        let assume = Assumptions::of(options);
        let namespaces = namespace::namespaces(manifests, &options.namespace, &assume);
        let names: BTreeMap<&'a str, u32> = namespaces.iter().map(|it| it.name).zip(0..).collect();
        let number = |name: &str| names.get(name).copied().unwrap_or(u32::MAX);
        let (policies, parts) = policy::compile(manifests, &options.namespace, number, &assume);
        let ranges = Ranges::read(options);
        let nodes = address::nodes(manifests);
        let addresses = address::classify(&parts.blocks.list, &nodes, &ranges, &assume);
        let mentioned = Mentioned::by(parts.of_pods.iter().map(|id| parts.selector(*id)));
        let mut workloads = pod::workloads(manifests, &options.namespace);
        for workload in &mut workloads {
            class::tell_ordinals_apart(workload, &mentioned);
        }
        let input = class::Input {
            namespaces: &namespaces,
            workloads: &workloads,
            policies: &policies,
            parts: &parts,
            space: &addresses.space,
            assume: &assume,
            pods: &mentioned,
        };
        let classes = class::classify(&input, number);
        let (endpoints, members) = endpoints(&workloads, &classes);
        let index = index(&workloads, &classes, &mentioned);
        let services = service::services(manifests, &options.namespace);
        let (subjects, peer_pods, peer_addresses) = Default::default();
        let mut model = Self {
            manifests,
            options,
            assume,
            ranges,
            namespaces,
            workloads,
            endpoints,
            policies,
            parts,
            classes,
            members,
            nodes,
            addresses,
            services,
            subjects,
            peer_pods,
            peer_addresses,
            index,
            names,
        };
        model.evaluate();
        model
    }

    /// Evaluates every selector once and joins the sets to subjects and peers.
    fn evaluate(&mut self) {
        let selected: BTreeMap<u32, Between<Set>> = self
            .parts
            .of_pods
            .iter()
            .map(|id| (*id, self.index.select(self.parts.selector(*id))))
            .collect();
        let homes = self.homes();
        let namespaces = self.namespace_sets(&homes);
        let nothing = Between::default();
        let host: Set = (0..)
            .zip(&self.classes.list)
            .filter(|(_, it)| self.pod_of(it).host_network)
            .map(|(at, _)| at)
            .collect();
        let at_home = |at: u32| {
            let class = self
                .classes
                .of_namespace
                .get(at as usize)
                .copied()
                .unwrap_or_default();
            homes.get(class as usize).unwrap_or(&nothing)
        };
        let pods = |home: &Between<Set>, selector: &u32| {
            let set = home.zip(
                selected.get(selector).unwrap_or(&nothing),
                Set::intersection,
            );
            self.narrow(set, &host)
        };
        let subjects = self
            .policies
            .iter()
            .map(|policy| pods(at_home(policy.namespace), &policy.subject))
            .collect();
        let by_address = self.block_sets();
        let mut peer_pods = Vec::with_capacity(self.parts.peers.list.len());
        let mut peer_addresses = Vec::with_capacity(self.parts.peers.list.len());
        for peer in &self.parts.peers.list {
            let (of_pods, of_addresses) = match peer {
                Peer::Pods(Namespaces::Own(at), selector) => {
                    (pods(at_home(*at), selector), nothing.clone())
                }
                Peer::Pods(Namespaces::Selected(id), selector) => (
                    pods(namespaces.get(id).unwrap_or(&nothing), selector),
                    nothing.clone(),
                ),
                Peer::Block(id) => by_address.get(*id as usize).cloned().unwrap_or_default(),
                Peer::Nothing => (nothing.clone(), nothing.clone()),
            };
            peer_pods.push(of_pods);
            peer_addresses.push(of_addresses);
        }
        self.subjects = subjects;
        self.peer_pods = peer_pods;
        self.peer_addresses = peer_addresses;
    }

    /// The classes of pods in each namespace class.
    fn homes(&self) -> Vec<Between<Set>> {
        let mut homes = vec![Set::new(); self.classes.namespaces.len()];
        for (at, class) in (0..).zip(&self.classes.list) {
            if let Some(home) = homes.get_mut(class.namespace as usize) {
                home.insert(at);
            }
        }
        homes.into_iter().map(Between::exactly).collect()
    }

    /// For each namespace selector: the classes of pods in the namespaces it selects.
    fn namespace_sets(&self, homes: &[Between<Set>]) -> BTreeMap<u32, Between<Set>> {
        let ids = &self.parts.of_namespaces;
        let mentioned = Mentioned::by(ids.iter().map(|id| self.parts.selector(*id)));
        let mut index =
            Index::new(u32::try_from(self.classes.namespaces.len()).unwrap_or(u32::MAX));
        for (at, namespace) in (0..).zip(&self.classes.namespaces) {
            let Some(namespace) = self.namespaces.get(*namespace as usize) else {
                continue;
            };
            for key in mentioned.keys() {
                match namespace.label(key) {
                    Label::Value(value) => index.has(at, key, value),
                    Label::Unknown => index.may_have(at, key),
                    Label::Absent => {}
                }
            }
        }
        let lift = |set: &Set| {
            let own = set.iter().filter_map(|at| homes.get(at as usize));
            own.fold(Vec::new(), |mut words, home| {
                words.extend(home.must.iter());
                words
            })
        };
        let sorted = |mut numbers: Vec<u32>| {
            numbers.sort_unstable();
            numbers.into_iter().collect::<Set>()
        };
        ids.iter()
            .map(|id| {
                (
                    *id,
                    index
                        .select(self.parts.selector(*id))
                        .map(|set| sorted(lift(set))),
                )
            })
            .collect()
    }

    /// Takes from a set the hostNetwork pods that selectors do not, or may not, reach.
    fn narrow(&self, set: Between<Set>, host: &Set) -> Between<Set> {
        if host.is_empty() || !set.may.meets(host) {
            return set;
        }
        match self.assume.is(Assumption::HostNetworkPods, "included") {
            Truth::Yes => set,
            Truth::No => set.map(|set| set.difference(host)),
            Truth::Unknown => Between::new(set.must.difference(host), (*set.may).clone()),
        }
    }

    /// For each block: the classes of pods and of addresses it matches.
    fn block_sets(&self) -> Vec<(Between<Set>, Between<Set>)> {
        // Pods whose addresses lie in the same pieces, or are equally unknown, fare alike.
        let mut alike: BTreeMap<(bool, Vec<usize>), (Set, u32)> = BTreeMap::new();
        for (at, class) in (0_u32..).zip(&self.classes.list) {
            let pod = self.pod_of(class);
            let mut pieces: Vec<usize> = pod
                .ips
                .iter()
                .map(|ip| self.addresses.space.piece(*ip))
                .collect();
            pieces.sort_unstable();
            alike
                .entry((pod.host_network, pieces))
                .or_insert_with(|| (Set::new(), at))
                .0
                .insert(at);
        }
        let never = |host: bool| {
            let assumption = if host {
                Assumption::NodeAddresses
            } else {
                Assumption::IpBlockPods
            };
            self.assume.get(assumption) == Some("never")
        };
        alike.retain(|(host, _), _| !never(*host));
        let mut sets = Vec::with_capacity(self.parts.blocks.list.len());
        for block in &self.parts.blocks.list {
            let (mut must, mut may) = (Set::new(), Set::new());
            for (classes, one) in alike.values() {
                let Some(class) = self.classes.list.get(*one as usize) else {
                    continue;
                };
                let truth =
                    block_meets_pod(block, self.pod_of(class), &self.ranges, &self.assume).0;
                if truth.may() {
                    may = may.union(classes);
                }
                if truth.must() {
                    must = must.union(classes);
                }
            }
            let (mut sure, mut open) = (Set::new(), Set::new());
            for piece in block
                .ranges
                .iter()
                .flat_map(|range| self.addresses.space.pieces(*range))
            {
                let addr = self.addresses.space.range(piece).first;
                let id = self
                    .addresses
                    .of_piece
                    .get(piece)
                    .copied()
                    .unwrap_or_default();
                let owner = self
                    .addresses
                    .classes
                    .get(id as usize)
                    .map_or(address::Owner::Outside, |it| it.owner);
                let truth = address::block_meets_address(block, addr, owner, &self.assume).0;
                if truth.may() {
                    open.insert(id);
                }
                if truth.must() {
                    sure.insert(id);
                }
            }
            sets.push((Between::new(must, may), Between::new(sure, open)));
        }
        sets
    }

    /// The number of a namespace.
    #[must_use]
    pub fn namespace(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }

    /// One pod of a class.
    #[must_use]
    pub fn pod_of(&self, class: &Class) -> &Pod<'a> {
        let (workload, number) = class.pod;
        self.pod(workload, number)
    }

    /// A pod by its workload and number.
    #[must_use]
    pub fn pod(&self, workload: u32, number: u32) -> &Pod<'a> {
        static NO_LABELS: BTreeMap<String, String> = BTreeMap::new();
        static NO_POD: Pod<'static> = Pod::bare(&NO_LABELS);
        let found = self
            .workloads
            .get(workload as usize)
            .and_then(|it| it.pods.get(number as usize));
        found.unwrap_or(&NO_POD)
    }

    /// The pod that stands for an endpoint.
    #[must_use]
    pub fn endpoint_pod(&self, endpoint: &Endpoint) -> &Pod<'a> {
        self.pod(
            endpoint.workload,
            endpoint.pods.first().copied().unwrap_or_default(),
        )
    }

    /// The namespace of a workload.
    #[must_use]
    pub fn namespace_of(&self, workload: &Workload<'_>) -> Option<&Namespace<'a>> {
        self.namespaces
            .get(self.namespace(workload.namespace)? as usize)
    }

    /// An object by id.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> Option<&'a Object> {
        self.manifests.object(id)
    }

    /// Where a fact stands in the input.
    #[must_use]
    pub fn place(&self, origin: &Origin) -> Option<Place> {
        self.object(origin.object)
            .map(|object| self.manifests.place(object, &origin.path))
    }

    /// The label that names a namespace.
    #[must_use]
    pub const fn name_label() -> &'static str {
        NAME_LABEL
    }
}

fn endpoints(workloads: &[Workload<'_>], classes: &Classes) -> (Vec<Endpoint>, Vec<Vec<u32>>) {
    let mut endpoints: Vec<Endpoint> = Vec::new();
    let mut members = vec![Vec::new(); classes.list.len()];
    for (at, _) in (0_u32..).zip(workloads) {
        let mut parts: Vec<Endpoint> = Vec::new();
        let of_pod = classes
            .of_pod
            .get(at as usize)
            .map(Vec::as_slice)
            .unwrap_or_default();
        for (number, class) in (0_u32..).zip(of_pod) {
            match parts.iter_mut().find(|part| part.class == *class) {
                Some(part) => part.pods.push(number),
                None => parts.push(Endpoint {
                    workload: at,
                    part: None,
                    pods: vec![number],
                    class: *class,
                }),
            }
        }
        if parts.len() > 1 {
            for (part, number) in parts.iter_mut().zip(1..) {
                part.part = Some(number);
            }
        }
        for part in parts {
            let id = u32::try_from(endpoints.len()).unwrap_or(u32::MAX);
            if let Some(members) = members.get_mut(part.class as usize) {
                members.push(id);
            }
            endpoints.push(part);
        }
    }
    (endpoints, members)
}

/// Classes by the labels that selectors mention.
fn index(workloads: &[Workload<'_>], classes: &Classes, mentioned: &Mentioned) -> Index {
    let mut index = Index::new(u32::try_from(classes.list.len()).unwrap_or(u32::MAX));
    let hidden: Vec<&str> = mentioned
        .keys()
        .filter(|key| pod::is_cluster_label(key) || pod::JOB_NAMES.contains(key))
        .collect();
    let known: std::collections::BTreeSet<&str> = mentioned.keys().collect();
    for (at, class) in (0_u32..).zip(&classes.list) {
        let (workload, number) = class.pod;
        let Some(pod) = workloads
            .get(workload as usize)
            .and_then(|it| it.pods.get(number as usize))
        else {
            continue;
        };
        for (key, value) in pod.known_labels().filter(|(key, _)| known.contains(key)) {
            index.has(at, key, value);
        }
        for key in hidden.iter().filter(|key| pod.label(key) == Label::Unknown) {
            index.may_have(at, key);
        }
    }
    index
}
