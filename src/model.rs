//! The resolved world: namespaces, pods in classes, addresses in classes, policies compiled.
//!
//! Takes the manifests and options; gives facts that analysis joins. Every fact leads back to an
//! object and field. Knows nothing of verdicts.

pub mod address;
pub mod assume;
pub mod class;
pub mod evaluate;
pub mod future;
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
use crate::order::Gather;
use address::{Addresses, Node, Ranges, block_meets_pod};
use assume::{Assumption, Assumptions, Cause};
use class::{Class, Classes, Mentioned};
use evaluate::Index;
use future::Future;
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
    /// For each policy: what leaves open which supplied pods it selects.
    pub subject_causes: Vec<Vec<Cause>>,
    /// For each peer: what leaves open which supplied pods or addresses it matches.
    pub peer_causes: Vec<Vec<Cause>>,
    /// Classes by label.
    pub index: Index,
    /// Pods that do not exist yet, with their classes; empty unless asked for.
    pub futures: Vec<(Future, Vec<u32>)>,
    /// The class of a pod of which nothing is known; there with the futures.
    pub anything: Option<u32>,
    /// How many namespaces were named by objects; the rest stand for future ones.
    pub named_namespaces: usize,
    names: BTreeMap<String, u32>,
}

/// Which pods that do not exist yet a model holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Futures {
    /// None.
    Leave,
    /// Those that policies speak of, and these.
    Include(Vec<Future>),
}

impl<'a> Model<'a> {
    /// Resolves an input, without pods that do not exist yet.
    #[must_use]
    pub fn new(manifests: &'a Manifests, options: &'a Options) -> Self {
        Self::with(manifests, options, Futures::Leave)
    }

    /// Resolves an input.
    #[must_use]
    pub fn with(manifests: &'a Manifests, options: &'a Options, futures: Futures) -> Self {
        let assume = Assumptions::of(options);
        let (mut namespaces, over_all) = namespace::namespaces(manifests, &options.namespace, &assume);
        let mut names: BTreeMap<String, u32> =
            namespaces.iter().map(|it| it.name.clone().into_owned()).zip(0..).gather();
        let number = |name: &str| names.get(name).copied().unwrap_or(u32::MAX);
        let (policies, parts) = policy::compile(manifests, &options.namespace, number, &assume);
        let ranges = Ranges::read(options);
        let nodes = address::nodes(manifests);
        let addresses = address::classify(&parts.blocks.list, &nodes, &ranges, &assume);
        let mentioned = Mentioned::by(parts.of_pods.iter().map(|id| parts.selector(*id)));
        let mut workloads = pod::workloads(manifests, &options.namespace);
        for workload in &mut workloads {
            workload.home = number(workload.namespace);
            class::tell_ordinals_apart(workload, &mentioned);
        }
        let present = workloads.len();
        let include = futures != Futures::Leave;
        let mut spoken_of = std::collections::BTreeSet::new();
        if let Futures::Include(more) = futures {
            spoken_of = future::spoken_of(&parts, &namespaces, &policies, &workloads);
            spoken_of.extend(more);
        }
        let named_namespaces = namespaces.len();
        let bare = assume.get(Assumption::UndeclaredNamespaceLabels) == Some("none");
        let mut owners = Vec::new();
        for future in spoken_of {
            future::name_namespaces(&future, &mut namespaces, &mut names, bare);
            let own = future::workloads(&future, &mut namespaces, &names);
            owners.push((future, workloads.len()..workloads.len() + own.len()));
            workloads.extend(own);
        }
        let anything_at = workloads.len();
        if include {
            workloads.push(future::anything(&mut namespaces));
        }
        for namespace in namespaces.iter_mut().skip(named_namespaces) {
            namespace.cloud = over_all;
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
        let classes = class::classify(&input);
        let (endpoints, members) = endpoints(workloads.get(..present).unwrap_or_default(), &classes);
        let index = index(&workloads, &classes, &mentioned);
        let services = service::services(manifests, &options.namespace);
        let class_of = |at: usize| classes.of_pod.get(at).into_iter().flatten().copied();
        let of_future = |(future, own): (Future, std::ops::Range<usize>)| {
            let all: std::collections::BTreeSet<u32> = own.flat_map(class_of).gather();
            (future, all.into_iter().collect())
        };
        let futures = owners.into_iter().map(of_future).collect();
        let anything = class_of(anything_at).next();
        let (subjects, peer_pods, peer_addresses, subject_causes, peer_causes) = Default::default();
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
            subject_causes,
            peer_causes,
            index,
            futures,
            anything,
            named_namespaces,
            names,
        };
        model.evaluate();
        model
    }

    /// Evaluates every selector once and joins the sets to subjects and peers.
    fn evaluate(&mut self) {
        let selected: BTreeMap<u32, Between<Set>> =
            self.parts.of_pods.iter().map(|id| (*id, self.index.select(self.parts.selector(*id)))).gather();
        let homes = self.homes();
        let namespaces = self.namespace_sets(&homes);
        let nothing = Between::default();
        let present = self.present();
        let host: Set = (0..)
            .zip(&self.classes.list)
            .filter(|(_, it)| self.pod_of(it).host_network)
            .map(|(at, _)| at)
            .collect();
        let at_home = |at: u32| {
            let class = self.classes.of_namespace.get(at as usize).copied().unwrap_or_default();
            homes.get(class as usize).unwrap_or(&nothing)
        };
        let open = |set: &Between<Set>| !set.is_exact() && set.may.difference(&set.must).meets(&present);
        let pods = |home: &Between<Set>, selector: &u32| {
            let labelled = home.zip(selected.get(selector).unwrap_or(&nothing), Set::intersection);
            let mut causes = Vec::new();
            if open(&labelled) {
                let by_namespace = open(home) && home.may.difference(&home.must).meets(&labelled.may);
                causes.push(if by_namespace { Cause::NamespaceLabels } else { Cause::ClusterLabels });
            }
            let narrowed = self.narrow(labelled.clone(), &host);
            if narrowed.must != labelled.must && open(&narrowed) {
                causes.push(Cause::Open(Assumption::HostNetworkPods));
            }
            (narrowed, causes)
        };
        let subjects: Vec<_> =
            self.policies.iter().map(|policy| pods(at_home(policy.namespace), &policy.subject)).collect();
        let by_address = self.block_sets();
        let mut peers = Vec::with_capacity(self.parts.peers.list.len());
        for peer in &self.parts.peers.list {
            peers.push(match peer {
                Peer::Pods(home, selector) => {
                    let home = match home {
                        Namespaces::Own(at) => at_home(*at),
                        Namespaces::Selected(id) => namespaces.get(id).unwrap_or(&nothing),
                    };
                    let (set, causes) = pods(home, selector);
                    (set, nothing.clone(), causes)
                }
                Peer::Block(id) => by_address.get(*id as usize).cloned().unwrap_or_default(),
                Peer::Nothing => (nothing.clone(), nothing.clone(), Vec::new()),
            });
        }
        (self.subjects, self.subject_causes) = subjects.into_iter().unzip();
        for (of_pods, of_addresses, causes) in peers {
            self.peer_pods.push(of_pods);
            self.peer_addresses.push(of_addresses);
            self.peer_causes.push(causes);
        }
    }

    /// The classes that supplied pods belong to.
    #[must_use]
    pub fn present(&self) -> Set {
        (0_u32..).zip(&self.members).filter(|(_, own)| !own.is_empty()).map(|(at, _)| at).collect()
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
        let mut index = Index::new(u32::try_from(self.classes.namespaces.len()).unwrap_or(u32::MAX));
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
            .map(|id| (*id, index.select(self.parts.selector(*id)).map(|set| sorted(lift(set)))))
            .gather()
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

    /// For each block: the classes of pods and of addresses it matches, and what leaves that open.
    fn block_sets(&self) -> Vec<(Between<Set>, Between<Set>, Vec<Cause>)> {
        let alike = self.alike();
        let mut sets = Vec::with_capacity(self.parts.blocks.list.len());
        for block in &self.parts.blocks.list {
            let (mut must, mut may, mut causes) = (Set::new(), Set::new(), Vec::new());
            for (classes, pod, supplied) in &alike {
                let (truth, cause) = block_meets_pod(block, pod, &self.ranges, &self.assume);
                if truth.may() {
                    may = may.union(classes);
                }
                if truth.must() {
                    must = must.union(classes);
                }
                causes.extend(cause.filter(|_| *supplied));
            }
            let (mut sure, mut open) = (Set::new(), Set::new());
            for piece in block.ranges.iter().flat_map(|range| self.addresses.space.pieces(*range)) {
                let addr = self.addresses.space.range(piece).first;
                let id = self.addresses.of_piece.get(piece).copied().unwrap_or_default();
                let owner =
                    self.addresses.classes.get(id as usize).map_or(address::Owner::Outside, |it| it.owner);
                let (truth, cause) = address::block_meets_address(block, addr, owner, &self.assume);
                if truth.may() {
                    open.insert(id);
                }
                if truth.must() {
                    sure.insert(id);
                }
                causes.extend(cause);
            }
            crate::order::sort(&mut causes);
            causes.dedup();
            sets.push((Between::new(must, may), Between::new(sure, open), causes));
        }
        sets
    }

    /// Pods whose addresses lie in the same pieces, or are equally unknown: blocks treat them
    /// alike. With one pod of each sort, and whether a supplied one is among them.
    fn alike(&self) -> Vec<(Set, &Pod<'a>, bool)> {
        let mut alike: BTreeMap<(bool, Vec<usize>), (Set, &Pod<'a>, bool)> = BTreeMap::new();
        for (at, (class, members)) in (0_u32..).zip(self.classes.list.iter().zip(&self.members)) {
            let pod = self.pod_of(class);
            let assumption =
                if pod.host_network { Assumption::NodeAddresses } else { Assumption::IpBlockPods };
            if self.assume.get(assumption) == Some("never") {
                continue;
            }
            let mut pieces: Vec<usize> = pod.ips.iter().map(|ip| self.addresses.space.piece(*ip)).collect();
            crate::order::sort(&mut pieces);
            let own = alike.entry((pod.host_network, pieces)).or_insert_with(|| (Set::new(), pod, false));
            own.0.insert(at);
            own.2 |= !members.is_empty();
        }
        alike.into_values().collect()
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
        let found = self.workloads.get(workload as usize).and_then(|it| it.pods.get(number as usize));
        found.unwrap_or(&NO_POD)
    }

    /// The pod that stands for an endpoint.
    #[must_use]
    pub fn endpoint_pod(&self, endpoint: &Endpoint) -> &Pod<'a> {
        self.pod(endpoint.workload, endpoint.pods.first().copied().unwrap_or_default())
    }

    /// The namespace of a workload.
    #[must_use]
    pub fn namespace_of(&self, workload: &Workload<'_>) -> Option<&Namespace<'a>> {
        self.namespaces.get(self.namespace(workload.namespace)? as usize)
    }

    /// An object by id.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> Option<&'a Object> {
        self.manifests.object(id)
    }

    /// Where a fact stands in the input.
    #[must_use]
    pub fn place(&self, origin: &Origin) -> Option<Place> {
        self.object(origin.object).map(|object| self.manifests.place(object, &origin.path))
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
        let of_pod = classes.of_pod.get(at as usize).map(Vec::as_slice).unwrap_or_default();
        for (number, class) in (0_u32..).zip(of_pod) {
            match parts.iter_mut().find(|part| part.class == *class) {
                Some(part) => part.pods.push(number),
                None => parts.push(Endpoint { workload: at, part: None, pods: vec![number], class: *class }),
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
    let cluster: Vec<&str> =
        mentioned.keys().filter(|key| pod::is_cluster_label(key) || pod::JOB_NAMES.contains(key)).collect();
    let all: Vec<&str> = mentioned.keys().collect();
    let known: std::collections::BTreeSet<&str> = all.iter().copied().gather();
    for (at, class) in (0_u32..).zip(&classes.list) {
        let (workload, number) = class.pod;
        let Some(pod) = workloads.get(workload as usize).and_then(|it| it.pods.get(number as usize)) else {
            continue;
        };
        for (key, value) in pod.known_labels().filter(|(key, _)| known.contains(key)) {
            index.has(at, key, value);
        }
        let hidden: &[&str] = if pod.hidden.any { &all } else { &cluster };
        for key in hidden.iter().filter(|key| pod.label(key) == Label::Unknown) {
            index.may_have(at, key);
        }
    }
    index
}
