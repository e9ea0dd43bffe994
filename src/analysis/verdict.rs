//! The verdict on one connection, with the whole chain of policy lines behind it.
//!
//! Takes two ends; goes through the policies one by one, without the sets that reach is made of,
//! so that each can be held against the other.

use crate::field::FieldPath;
use crate::manifest::effect::Direction;
use crate::model::Model;
use crate::model::address::{Owner, block_meets_address, block_meets_pod};
use crate::model::assume::{Assumption, Cause};
use crate::model::ip::Addr;
use crate::model::namespace::Cloud;
use crate::model::pod::Pod;
use crate::model::policy::{Because, Namespaces, Peer, Policy, PortList, Rule};
use crate::model::ports::Ports;
use crate::model::selector::Label;
use crate::model::truth::{Between, Truth};

/// One end of a connection.
#[derive(Clone, Debug)]
pub enum End<'x, 'a> {
    /// A pod in a namespace, by number.
    Pod(u32, &'x Pod<'a>),
    /// An address and what it belongs to.
    Address(Addr, Owner),
}

/// What a step of the chain does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A policy isolates the pod.
    Isolates,
    /// A rule allows.
    Allows,
    /// A policy that isolates has no rule that allows.
    Denies,
    /// Nothing isolates the pod, or no policy has a say.
    Default,
}

impl Effect {
    /// Its spelling in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Isolates => "isolates",
            Self::Allows => "allows",
            Self::Denies => "denies",
            Self::Default => "default",
        }
    }
}

/// One step of the chain.
#[derive(Clone, Debug)]
pub struct Step {
    /// The side it is on.
    pub direction: Direction,
    /// What it does.
    pub effect: Effect,
    /// The policy, by number.
    pub policy: Option<u32>,
    /// The field of that policy.
    pub path: FieldPath,
    /// How certain it is.
    pub truth: Truth,
    /// For a rule that allows: on which ports, at most.
    pub ports: Ports,
    /// What keeps a policy's rules from allowing, as the end of a sentence.
    pub note: String,
}

/// Something that leaves an answer open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The side it is on.
    pub direction: Direction,
    /// What.
    pub cause: Cause,
    /// The policy, by number, and its field.
    pub policy: Option<(u32, FieldPath)>,
    /// The ports it can concern.
    pub ports: Ports,
}

/// What one side says.
#[derive(Clone, Debug)]
pub struct Side {
    /// The ports it lets through.
    pub ports: Between<Ports>,
    /// How it comes to that.
    pub steps: Vec<Step>,
    /// What leaves it open.
    pub doubts: Vec<Doubt>,
}

impl Side {
    /// One that lets everything through.
    #[must_use]
    pub fn open(direction: Direction, note: &str) -> Self {
        let step = Step {
            direction,
            effect: Effect::Default,
            policy: None,
            path: FieldPath::root(),
            truth: Truth::Yes,
            ports: Ports::all(),
            note: note.into(),
        };
        Self { ports: Between::exactly(Ports::all()), steps: vec![step], doubts: Vec::new() }
    }
}

/// What the pod's own policies say of a connection to or from `other`.
#[must_use]
pub fn side(model: &Model<'_>, direction: Direction, own: &End<'_, '_>, other: &End<'_, '_>) -> Side {
    let End::Pod(home, pod) = own else {
        return Side::open(direction, "no policy isolates what is outside the pods");
    };
    let asked = Asked { model, direction, home: *home, pod, other };
    let mut side = asked.policies();
    let cloud = model.namespaces.get(*home as usize).map(|it| it.cloud).unwrap_or_default();
    if cloud != Cloud::Clear {
        let may = if cloud == Cloud::Full { Ports::all() } else { (*side.ports.may).clone() };
        side.ports = Between::new(Ports::none(), may);
        side.doubts.push(Doubt { direction, cause: Cause::NotEvaluated, policy: None, ports: Ports::all() });
    }
    side
}

/// Whether an egress rule's ipBlock lets a pod out to a Service's own address on a dialled port:
/// what plugins that judge before translation look at. With what leaves it open.
#[must_use]
pub fn before_translation(
    model: &Model<'_>,
    own: &End<'_, '_>,
    to: &[Addr],
    dialled: &Ports,
) -> (Truth, Vec<Doubt>) {
    let End::Pod(home, pod) = own else { return (Truth::No, Vec::new()) };
    let direction = Direction::Egress;
    let mut found = (Truth::No, Vec::new());
    for addr in to {
        let other = End::Address(*addr, Owner::Service);
        let asked = Asked { model, direction, home: *home, pod, other: &other };
        for (at, policy) in (0_u32..).zip(&model.policies).filter(|(_, it)| it.namespace == *home) {
            let applies = asked.selected(policy).0.and(policy.side(direction).isolates);
            for (number, rule) in model.parts.rules_of(policy.side(direction)).iter().enumerate() {
                let open =
                    model.parts.ports.get(rule.ports).is_some_and(|list| dialled.is_subset(&list.numbers));
                let (peer, doubts) = if rule.peers.is_some() {
                    asked.peers(rule, Among::All)
                } else {
                    (Truth::No, Vec::new())
                };
                let truth = applies.and(peer).and(open.into());
                if truth == Truth::Unknown {
                    let place = |index: Option<usize>| match index {
                        Some(index) => Policy::peer_path(direction, number, index),
                        None => Policy::rule_path(direction, number),
                    };
                    found.1.extend(doubts.into_iter().map(|(index, cause)| Doubt {
                        direction,
                        cause,
                        policy: Some((at, place(index))),
                        ports: Ports::all(),
                    }));
                }
                found.0 = found.0.or(truth);
            }
        }
    }
    found
}

/// Which peers of a rule are asked.
#[derive(Clone, Copy)]
enum Among {
    All,
    Selectors,
    Blocks,
}

/// A rule of a policy, by number, with some of its peers and ports.
struct Part<'r> {
    at: u32,
    number: usize,
    rule: &'r Rule,
    list: &'r PortList,
    among: Among,
}

struct Asked<'q, 'x, 'a> {
    model: &'q Model<'a>,
    direction: Direction,
    home: u32,
    pod: &'q Pod<'a>,
    other: &'q End<'x, 'a>,
}

impl Asked<'_, '_, '_> {
    fn policies(&self) -> Side {
        let mut isolated = Truth::No;
        let mut granted = Between::exactly(Ports::none());
        let mut side = Side { ports: Between::default(), steps: Vec::new(), doubts: Vec::new() };
        let mut verdicts = Vec::new();
        for (at, policy) in (0_u32..).zip(&self.model.policies).filter(|(_, it)| it.namespace == self.home) {
            let own = policy.side(self.direction);
            let (selected, causes) = self.selected(policy);
            let applies = selected.and(own.isolates);
            if applies == Truth::No {
                continue;
            }
            isolated = isolated.or(applies);
            let path = FieldPath::root().field("spec").field(isolating_field(own.because, self.direction));
            if own.isolates == Truth::Unknown {
                self.doubt(&mut side, Cause::Open(Assumption::InertRules), at, &path);
            }
            for cause in causes {
                self.doubt(&mut side, cause, at, &FieldPath::root().field("spec").field("podSelector"));
            }
            side.steps.push(self.step(Effect::Isolates, at, path, applies));
            let allowed = self.rules(at, policy, applies, &mut side, &mut verdicts);
            granted = granted.zip(&allowed, Ports::union);
        }
        if isolated == Truth::No {
            return Side::open(self.direction, "");
        }
        // A side allows where it is not isolated or some rule allows (Kleene).
        let must = (*granted.must).clone();
        let may = if isolated == Truth::Yes { (*granted.may).clone() } else { Ports::all() };
        side.ports = Between::new(must, may);
        side.steps.append(&mut verdicts);
        side
    }

    /// What one policy's rules allow, and the steps that say so.
    fn rules(
        &self,
        at: u32,
        policy: &Policy<'_>,
        applies: Truth,
        side: &mut Side,
        steps: &mut Vec<Step>,
    ) -> Between<Ports> {
        let mut granted = Between::exactly(Ports::none());
        for (number, rule) in self.model.parts.rules_of(policy.side(self.direction)).iter().enumerate() {
            let path = Policy::rule_path(self.direction, number);
            let Some(list) = self.model.parts.ports.get(rule.ports) else { continue };
            let split = self.direction == Direction::Egress && !list.names.is_empty() && rule.peers.is_some();
            // A block speaks of addresses, and an address has no port names.
            let numbers = PortList { numbers: list.numbers.clone(), names: Vec::new() };
            let parts = if split {
                vec![(Among::Selectors, list), (Among::Blocks, &numbers)]
            } else {
                vec![(Among::All, list)]
            };
            for (among, list) in parts {
                let rule = Part { at, number, rule, list, among };
                if let Some((step, own)) = self.part(&rule, applies, &path, side) {
                    steps.push(step);
                    granted = granted.zip(&own, Ports::union);
                }
            }
        }
        if granted.may.is_none() {
            let path = FieldPath::root().field("spec").field(self.direction.name());
            steps.push(Step {
                ports: Ports::none(),
                note: self.why_not(policy),
                ..self.step(Effect::Denies, at, path, applies)
            });
        }
        granted
    }

    /// What some peers of a rule allow.
    fn part(
        &self,
        part: &Part<'_>,
        applies: Truth,
        path: &FieldPath,
        side: &mut Side,
    ) -> Option<(Step, Between<Ports>)> {
        let (ports, open_port) = self.ports(part.list);
        let (peer, doubts) = self.peers(part.rule, part.among);
        if ports.may.is_none() || peer == Truth::No {
            return None;
        }
        for (index, cause) in doubts {
            let place = |it| Policy::peer_path(self.direction, part.number, it);
            let path = index.map_or_else(|| path.clone(), place);
            let ports = (*ports.may).clone();
            side.doubts.push(Doubt {
                direction: self.direction,
                cause,
                policy: Some((part.at, path)),
                ports,
            });
        }
        if let Some(cause) = open_port {
            self.doubt(side, cause, part.at, &path.field("ports"));
        }
        let must = if applies.and(peer).must() { (*ports.must).clone() } else { Ports::none() };
        let certain = Truth::between(!must.is_none(), true);
        let may = (*ports.may).clone();
        let step = Step { ports: may.clone(), ..self.step(Effect::Allows, part.at, path.clone(), certain) };
        Some((step, Between::new(must, may)))
    }

    /// What keeps every rule of a policy from matching.
    fn why_not(&self, policy: &Policy<'_>) -> String {
        let rules = self.model.parts.rules_of(policy.side(self.direction));
        if rules.is_empty() {
            return "it has no rules".into();
        }
        match rules.len() {
            1 => "its rule does not match".into(),
            count => format!("none of its {count} rules matches"),
        }
    }

    fn step(&self, effect: Effect, policy: u32, path: FieldPath, truth: Truth) -> Step {
        let direction = self.direction;
        Step {
            direction,
            effect,
            policy: Some(policy),
            path,
            truth,
            ports: Ports::all(),
            note: String::new(),
        }
    }

    fn doubt(&self, side: &mut Side, cause: Cause, policy: u32, path: &FieldPath) {
        let policy = Some((policy, path.clone()));
        side.doubts.push(Doubt { direction: self.direction, cause, policy, ports: Ports::all() });
    }

    fn selected(&self, policy: &Policy<'_>) -> (Truth, Vec<Cause>) {
        let selector = self.model.parts.selector(policy.subject);
        pods_match(self.model, |key| self.pod.label(key), selector, self.pod.host_network)
    }

    /// Whether a rule's peers hold the other end, and which peers leave it open.
    fn peers(&self, rule: &Rule, among: Among) -> (Truth, Vec<(Option<usize>, Cause)>) {
        let Some(peers) = &rule.peers else { return (Truth::Yes, Vec::new()) };
        let mut truth = Truth::No;
        let mut doubts = Vec::new();
        for (at, id) in peers.iter().enumerate() {
            let Some(peer) = self.model.parts.peers.get(*id) else { continue };
            if matches!((among, peer), (Among::Selectors, Peer::Block(_)) | (Among::Blocks, Peer::Pods(..))) {
                continue;
            }
            let (own, causes) = self.peer(peer);
            truth = truth.or(own);
            doubts.extend(causes.into_iter().map(|cause| (Some(at), cause)));
        }
        if truth == Truth::Yes {
            doubts.clear();
        }
        (truth, doubts)
    }

    fn peer(&self, peer: &Peer) -> (Truth, Vec<Cause>) {
        let model = self.model;
        match (peer, self.other) {
            (Peer::Nothing, _) | (Peer::Pods(..), End::Address(..)) => (Truth::No, Vec::new()),
            (Peer::Block(id), other) => {
                let Some(block) = model.parts.blocks.list.get(*id as usize) else {
                    return (Truth::No, Vec::new());
                };
                let (truth, cause) = match other {
                    End::Address(addr, owner) => block_meets_address(block, *addr, *owner, &model.assume),
                    End::Pod(_, pod) => block_meets_pod(block, pod, &model.ranges, &model.assume),
                };
                (truth, cause.into_iter().collect())
            }
            (Peer::Pods(home, selector), End::Pod(other_home, pod)) => {
                let there = self.namespace(home, *other_home);
                let selector = model.parts.selector(*selector);
                let (selected, mut causes) =
                    pods_match(model, |key| pod.label(key), selector, pod.host_network);
                let truth = there.and(selected);
                if truth != Truth::Unknown {
                    return (truth, Vec::new());
                }
                if there == Truth::Unknown {
                    causes.push(Cause::NamespaceLabels);
                }
                (truth, causes)
            }
        }
    }

    fn namespace(&self, wanted: &Namespaces, other: u32) -> Truth {
        match wanted {
            Namespaces::Own(at) => Truth::from(*at == other),
            Namespaces::Selected(id) => {
                let Some(namespace) = self.model.namespaces.get(other as usize) else { return Truth::No };
                self.model.parts.selector(*id).matches(|key| namespace.label(key))
            }
        }
    }

    /// The ports of a list, names looked up on the destination.
    fn ports(&self, list: &PortList) -> (Between<Ports>, Option<Cause>) {
        let mut ports = Between::exactly(list.numbers.clone());
        let mut open = None;
        let destination = match (self.direction, self.other) {
            (Direction::Ingress, _) => Some(self.pod),
            (Direction::Egress, End::Pod(_, pod)) => Some(*pod),
            (Direction::Egress, End::Address(..)) => None,
        };
        for (name, protocol) in &list.names {
            let Some(pod) = destination else { continue };
            let own = pod.named(name, *protocol);
            if !own.is_exact() {
                open = Some(if pod.hidden.future { Cause::FuturePort } else { Cause::AmbiguousPort });
            }
            ports = ports.zip(&own, Ports::union);
        }
        (ports, open)
    }
}

/// Whether a pod selector selects a pod with these labels, and what leaves it open.
fn pods_match<'l>(
    model: &Model<'_>,
    label: impl Fn(&str) -> Label<'l> + Copy,
    selector: &crate::model::selector::Selector,
    host_network: bool,
) -> (Truth, Vec<Cause>) {
    let labels = selector.matches(label);
    let reached =
        if host_network { model.assume.is(Assumption::HostNetworkPods, "included") } else { Truth::Yes };
    let truth = labels.and(reached);
    let mut causes = Vec::new();
    if truth == Truth::Unknown {
        if labels == Truth::Unknown {
            causes.push(Cause::ClusterLabels);
        }
        if reached == Truth::Unknown {
            causes.push(Cause::Open(Assumption::HostNetworkPods));
        }
    }
    (truth, causes)
}

/// The field that makes a policy isolate a direction.
fn isolating_field(because: Because, direction: Direction) -> &'static str {
    match because {
        Because::Listed => "policyTypes",
        Because::DefaultIngress | Because::NotConcerned => "podSelector",
        Because::EgressRules | Because::Inert => direction.name(),
    }
}
