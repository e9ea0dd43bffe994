//! NetworkPolicies compiled: selectors, peers, port lists and whole rule lists are interned, so
//! that policies with equal effect share one form.
//!
//! Takes the policies read; gives them with the truth of what they isolate. Which pods they
//! select is the model's business.

use super::assume::{Assumption, Assumptions};
use super::ip::{Block, Blocks};
use super::ports::{Ports, Protocol};
use super::selector::Selector;
use super::truth::Truth;
use crate::diagnostic::ObjectId;
use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::manifest::{Body, Manifests};
use k8s_openapi::api::networking::v1::{NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// A value of some kind, once for all its copies.
#[derive(Clone, Debug)]
pub struct Interned<T> {
    /// By id.
    pub list: Vec<T>,
    ids: HashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { list: Vec::new(), ids: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    /// The id of a value.
    pub fn id(&mut self, it: T) -> u32 {
        if let Some(id) = self.ids.get(&it) {
            return *id;
        }
        let id = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(it.clone());
        self.ids.insert(it, id);
        id
    }

    /// The id of a value met before.
    #[must_use]
    pub fn find(&self, it: &T) -> Option<u32> {
        self.ids.get(it).copied()
    }

    /// The value of an id.
    #[must_use]
    pub fn get(&self, id: u32) -> Option<&T> {
        self.list.get(id as usize)
    }
}

/// Which namespaces a peer speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespaces {
    /// The policy's own: an index into the model's namespaces.
    Own(u32),
    /// Those a selector selects: an id.
    Selected(u32),
}

/// A peer: one item of `from` or `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// Pods, by the namespace and the selector's id.
    Pods(Namespaces, u32),
    /// Addresses: the block's id.
    Block(u32),
    /// Nothing that could match: an item that validation refuses.
    Nothing,
}

/// `ports` of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortList {
    /// What is given by number, or by leaving it out.
    pub numbers: Ports,
    /// Names, to be looked up on the destination.
    pub names: Vec<(String, Protocol)>,
}

impl PortList {
    /// Empty, null and absent `ports` are every port of every protocol; an item without a port is
    /// every port of its protocol.
    #[must_use]
    pub fn read(written: &[NetworkPolicyPort]) -> Self {
        if written.is_empty() {
            return Self { numbers: Ports::all(), names: Vec::new() };
        }
        let mut list = Self { numbers: Ports::none(), names: Vec::new() };
        for item in written {
            let Some(protocol) = Protocol::parse(item.protocol.as_deref()) else {
                continue;
            };
            let number = |port: i32| u16::try_from(port).ok().filter(|port| *port > 0);
            let ports = match &item.port {
                None => Ports::protocol(protocol),
                Some(IntOrString::String(name)) => {
                    list.names.push((name.clone(), protocol));
                    continue;
                }
                Some(IntOrString::Int(port)) => {
                    let Some(first) = number(*port) else { continue };
                    let last = item.end_port.map_or(Some(first), number);
                    Ports::range(protocol, first, last.unwrap_or(first))
                }
            };
            list.numbers = list.numbers.union(&ports);
        }
        crate::order::sort(&mut list.names);
        list.names.dedup();
        list
    }
}

/// A rule: who, and on which ports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// Ids of its peers in the order written; `None` is everyone.
    pub peers: Option<Vec<u32>>,
    /// The id of its port list.
    pub ports: u32,
}

/// What makes a policy isolate, or not isolate, a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// policyTypes lists the direction.
    Listed,
    /// policyTypes is absent or empty, which always means ingress.
    DefaultIngress,
    /// policyTypes is absent or empty and there are egress rules.
    EgressRules,
    /// policyTypes leaves the direction out although it has rules: assumption inert-rules.
    Inert,
    /// Nothing does.
    NotConcerned,
}

/// One direction of a policy.
#[derive(Clone, Debug)]
pub struct Side {
    /// Whether it isolates the pods it selects; its rules count to the same degree.
    pub isolates: Truth,
    /// Why.
    pub because: Because,
    /// The id of its rule list.
    pub rules: u32,
}

/// A NetworkPolicy.
#[derive(Clone, Debug)]
pub struct Policy<'a> {
    /// The object.
    pub object: ObjectId,
    /// Its namespace: an index into the model's namespaces.
    pub namespace: u32,
    /// Its namespace's name.
    pub namespace_name: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its spec as written.
    pub spec: &'a NetworkPolicySpec,
    /// The id of its pod selector.
    pub subject: u32,
    /// Ingress, egress.
    pub sides: [Side; 2],
}

impl Policy<'_> {
    /// `namespace/name`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.namespace_name, self.name)
    }

    /// One direction.
    #[must_use]
    pub const fn side(&self, direction: Direction) -> &Side {
        direction.pick(&self.sides)
    }

    /// Where a rule stands.
    #[must_use]
    pub fn rule_path(direction: Direction, rule: usize) -> FieldPath {
        FieldPath::root().field("spec").field(direction.name()).index(rule)
    }

    /// Where a peer of a rule stands.
    #[must_use]
    pub fn peer_path(direction: Direction, rule: usize, peer: usize) -> FieldPath {
        Self::rule_path(direction, rule).field(direction.peers()).index(peer)
    }
}

/// Everything policies are made of, by id.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Selectors of pods and of namespaces.
    pub selectors: Interned<Selector>,
    /// Peers.
    pub peers: Interned<Peer>,
    /// `ipBlock`s.
    pub blocks: Blocks,
    /// `ports`.
    pub ports: Interned<PortList>,
    /// Rule lists of one direction.
    pub rules: Interned<Vec<Rule>>,
    /// Selectors that pods are matched with.
    pub of_pods: Vec<u32>,
    /// Selectors that namespaces are matched with.
    pub of_namespaces: Vec<u32>,
}

/// Compiles the policies, by namespace and name.
#[must_use]
pub fn compile<'a>(
    manifests: &'a Manifests,
    default: &'a str,
    namespace: impl Fn(&str) -> u32,
    assume: &Assumptions,
) -> (Vec<Policy<'a>>, Parts) {
    let mut found = Vec::new();
    for object in manifests.objects.iter().filter(|object| object.accepted && object.is_served()) {
        if let Body::NetworkPolicy(written) = &object.body {
            let home = object.namespace.as_deref().unwrap_or(default);
            found.push(((home, object.name.as_str()), object.id, written.spec.as_ref()));
        }
    }
    crate::order::sort_by_key(&mut found, |(key, ..)| *key);
    // Of two namesakes the last counts, as with kubectl apply.
    found.reverse();
    found.dedup_by_key(|(key, ..)| *key);
    found.reverse();
    let mut parts = Parts::default();
    let mut policies = Vec::with_capacity(found.len());
    let mut homes = ("", namespace(""));
    for ((home, name), object, spec) in found {
        let spec = spec.unwrap_or(&EMPTY_SPEC);
        if homes.0 != home {
            homes = (home, namespace(home));
        }
        let own = homes.1;
        let subject = parts.pods(spec.pod_selector.as_ref().map(Selector::read).unwrap_or_default());
        let sides = Direction::BOTH.map(|direction| parts.side(spec, direction, own, assume));
        policies.push(Policy { object, namespace: own, namespace_name: home, name, spec, subject, sides });
    }
    for used in [&mut parts.of_pods, &mut parts.of_namespaces] {
        crate::order::sort(used);
        used.dedup();
    }
    (policies, parts)
}

/// What a policy without a spec means: every pod, ingress isolated.
static EMPTY_SPEC: NetworkPolicySpec =
    NetworkPolicySpec { egress: None, ingress: None, pod_selector: None, policy_types: None };

impl Parts {
    /// The id of a selector of pods.
    fn pods(&mut self, selector: Selector) -> u32 {
        let id = self.selectors.id(selector);
        self.of_pods.push(id);
        id
    }

    fn side(
        &mut self,
        spec: &NetworkPolicySpec,
        direction: Direction,
        own: u32,
        assume: &Assumptions,
    ) -> Side {
        let rules = self.written_rules(spec, direction, own);
        let because = because(spec, direction, rules.is_empty());
        let isolates = match because {
            Because::Listed | Because::DefaultIngress | Because::EgressRules => Truth::Yes,
            Because::Inert => assume.is(Assumption::InertRules, "enforced"),
            Because::NotConcerned => Truth::No,
        };
        Side { isolates, because, rules: self.rules.id(rules) }
    }

    fn written_rules(&mut self, spec: &NetworkPolicySpec, direction: Direction, own: u32) -> Vec<Rule> {
        match direction {
            Direction::Ingress => {
                let rules = spec.ingress.iter().flatten();
                rules.map(|rule| self.rule(rule.from.as_deref(), rule.ports.as_deref(), own)).collect()
            }
            Direction::Egress => {
                let rules = spec.egress.iter().flatten();
                rules.map(|rule| self.rule(rule.to.as_deref(), rule.ports.as_deref(), own)).collect()
            }
        }
    }

    fn rule(
        &mut self,
        peers: Option<&[NetworkPolicyPeer]>,
        ports: Option<&[NetworkPolicyPort]>,
        own: u32,
    ) -> Rule {
        // Empty, null and absent are one: no restriction.
        let peers = peers.filter(|peers| !peers.is_empty());
        Rule {
            peers: peers.map(|peers| peers.iter().map(|peer| self.peer(peer, own)).collect()),
            ports: self.ports.id(PortList::read(ports.unwrap_or_default())),
        }
    }

    fn peer(&mut self, written: &NetworkPolicyPeer, own: u32) -> u32 {
        let peer = match (&written.ip_block, &written.namespace_selector, &written.pod_selector) {
            (Some(block), None, None) => {
                let except = block.except.as_deref().unwrap_or_default();
                Peer::Block(self.blocks.id(Block::read(&block.cidr, except)))
            }
            (None, None, Some(pods)) => Peer::Pods(Namespaces::Own(own), self.pods(Selector::read(pods))),
            (None, Some(namespaces), pods) => {
                let namespaces = self.selectors.id(Selector::read(namespaces));
                self.of_namespaces.push(namespaces);
                let pods = self.pods(pods.as_ref().map(Selector::read).unwrap_or_default());
                Peer::Pods(Namespaces::Selected(namespaces), pods)
            }
            _ => Peer::Nothing,
        };
        self.peers.id(peer)
    }

    /// The rules of one direction of a policy.
    #[must_use]
    pub fn rules_of(&self, side: &Side) -> &[Rule] {
        self.rules.get(side.rules).map(Vec::as_slice).unwrap_or_default()
    }

    /// The selector of an id.
    #[must_use]
    pub fn selector(&self, id: u32) -> &Selector {
        static EMPTY: Selector = Selector { tests: BTreeMap::new() };
        self.selectors.get(id).unwrap_or(&EMPTY)
    }
}

fn because(spec: &NetworkPolicySpec, direction: Direction, no_rules: bool) -> Because {
    let types = spec.policy_types.as_deref().unwrap_or_default();
    if types.iter().any(|it| it == direction.policy_type()) {
        return Because::Listed;
    }
    match (types.is_empty(), direction) {
        (true, Direction::Ingress) => Because::DefaultIngress,
        (true, Direction::Egress) if !no_rules => Because::EgressRules,
        (false, _) if !no_rules => Because::Inert,
        _ => Because::NotConcerned,
    }
}
