//! What one NetworkPolicy does by itself: the directions it isolates and what its rules open.
//! Source: NetworkPolicySpec's defaulting in the Kubernetes API.

use crate::field::FieldPath;
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};

/// Cloud metadata endpoints: AWS, GCP, Azure and others share the first; the second is AWS over
/// IPv6; the third is Alibaba Cloud's, the fourth Oracle's older one.
pub const METADATA_ADDRESSES: [&str; 4] =
    ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"];

/// Traffic into the selected pods, or out of them: the two sides of a connection that policies
/// judge, at its destination and at its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Into.
    Ingress,
    /// Out of.
    Egress,
}

impl Direction {
    /// Both, in the API's order.
    pub const BOTH: [Self; 2] = [Self::Ingress, Self::Egress];

    /// This one, as a list of directions.
    const fn alone(self) -> &'static [Self] {
        match self {
            Self::Ingress => &[Self::Ingress],
            Self::Egress => &[Self::Egress],
        }
    }

    /// `ingress` or `egress`: the field of the rules.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    /// `Ingress` or `Egress`: its value in `policyTypes`.
    #[must_use]
    pub const fn policy_type(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        }
    }

    /// `from` or `to`: the field of the peers.
    #[must_use]
    pub const fn peers(self) -> &'static str {
        match self {
            Self::Ingress => "from",
            Self::Egress => "to",
        }
    }

    /// The one of a pair, ingress first, that this direction names.
    #[must_use]
    pub const fn pick<T>(self, pair: &[T; 2]) -> &T {
        let [ingress, egress] = pair;
        match self {
            Self::Ingress => ingress,
            Self::Egress => egress,
        }
    }

    /// As [`Direction::pick`], to be changed.
    pub const fn pick_mut<T>(self, pair: &mut [T; 2]) -> &mut T {
        let [ingress, egress] = pair;
        match self {
            Self::Ingress => ingress,
            Self::Egress => egress,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ingress => Self::Egress,
            Self::Egress => Self::Ingress,
        }
    }

    /// The path of its list of rules.
    #[must_use]
    pub fn rules(self) -> FieldPath {
        FieldPath::root().field("spec").field(self.name())
    }
}

/// One rule, of either direction.
#[derive(Clone, Copy, Debug)]
pub struct RuleRef<'a> {
    /// Its index.
    pub index: usize,
    /// Its direction.
    pub direction: Direction,
    /// Its peers; absent, null and empty all mean everyone.
    pub peers: Option<&'a [NetworkPolicyPeer]>,
    /// Its ports; absent, null and empty all mean every port.
    pub ports: Option<&'a [NetworkPolicyPort]>,
}

impl<'a> RuleRef<'a> {
    /// Whether it lets everyone in (or out).
    #[must_use]
    pub fn any_peer(&self) -> bool {
        self.peers.is_none_or(<[_]>::is_empty)
    }

    /// Whether it opens every port of every protocol.
    #[must_use]
    pub fn any_port(&self) -> bool {
        self.ports.is_none_or(<[_]>::is_empty)
    }

    /// Its path.
    #[must_use]
    pub fn field(&self) -> FieldPath {
        self.direction.rules().index(self.index)
    }

    /// Its peers and where they stand.
    #[must_use]
    pub fn listed_peers(&self) -> Items<'a, NetworkPolicyPeer> {
        Items { at: self.first(self.direction.peers()), items: self.peers.unwrap_or_default() }
    }

    /// Its ports and where they stand.
    #[must_use]
    pub fn listed_ports(&self) -> Items<'a, NetworkPolicyPort> {
        Items { at: self.first("ports"), items: self.ports.unwrap_or_default() }
    }

    const fn first(&self, list: &'static str) -> ItemRef {
        ItemRef { direction: self.direction, rule: self.index, list, index: 0 }
    }
}

/// The items of a list of a rule, and where they stand.
#[derive(Clone, Debug)]
pub struct Items<'a, T> {
    at: ItemRef,
    items: &'a [T],
}

impl<'a, T> Iterator for Items<'a, T> {
    type Item = (ItemRef, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        let (first, rest) = self.items.split_first()?;
        let at = self.at;
        (self.at.index, self.items) = (at.index + 1, rest);
        Some((at, first))
    }
}

/// Where a peer or port of a rule stands. Most of what is looked at is never told of, so this is
/// no [`FieldPath`] until one is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemRef {
    /// The rule's direction.
    pub direction: Direction,
    /// The rule's index.
    pub rule: usize,
    /// `from`, `to` or `ports`.
    pub list: &'static str,
    /// The item's index.
    pub index: usize,
}

impl ItemRef {
    /// Its path.
    #[must_use]
    pub fn path(self) -> FieldPath {
        self.direction.rules().index(self.rule).field(self.list).index(self.index)
    }

    /// The path of one of its fields.
    #[must_use]
    pub fn field(self, name: &str) -> FieldPath {
        self.path().field(name)
    }
}

/// What the rules of one direction open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// No rule: nothing is allowed.
    Nothing,
    /// Some rules.
    Allows {
        /// The first rule that allows everything, if one does.
        everything: Option<usize>,
    },
}

/// The directions a policy isolates, defaults applied: `policyTypes` where it is given, else
/// ingress, and egress where there is an egress rule.
#[must_use]
pub fn directions(policy: &NetworkPolicy) -> &'static [Direction] {
    let Some(spec) = &policy.spec else { return &[Direction::Ingress] };
    let listed = spec.policy_types.as_deref().unwrap_or_default();
    let has_egress = spec.egress.as_ref().is_some_and(|rules| !rules.is_empty());
    let isolates = |direction: Direction| {
        if listed.is_empty() {
            direction == Direction::Ingress || has_egress
        } else {
            listed.iter().any(|it| it == direction.policy_type())
        }
    };
    match (isolates(Direction::Ingress), isolates(Direction::Egress)) {
        (true, true) => &Direction::BOTH,
        (true, false) => Direction::Ingress.alone(),
        (false, true) => Direction::Egress.alone(),
        (false, false) => &[],
    }
}

/// The rules of a direction as written, whether or not `policyTypes` lists it.
#[must_use]
pub fn rules(policy: &NetworkPolicy, direction: Direction) -> Rules<'_> {
    rules_of(policy, direction.alone())
}

/// The rules of these directions as written.
#[must_use]
pub const fn rules_of<'a>(policy: &'a NetworkPolicy, directions: &'static [Direction]) -> Rules<'a> {
    Rules { policy, directions, index: 0 }
}

/// Rules, one after the other. A type of its own, not adapters on adapters: every lint goes over
/// rules, and those would be compiled anew in each.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    policy: &'a NetworkPolicy,
    directions: &'static [Direction],
    index: usize,
}

impl<'a> Iterator for Rules<'a> {
    type Item = RuleRef<'a>;

    fn next(&mut self) -> Option<RuleRef<'a>> {
        while let Some((direction, rest)) = self.directions.split_first() {
            if let Some(rule) = rule(self.policy, *direction, self.index) {
                self.index += 1;
                return Some(rule);
            }
            (self.directions, self.index) = (rest, 0);
        }
        None
    }
}

fn rule(policy: &NetworkPolicy, direction: Direction, index: usize) -> Option<RuleRef<'_>> {
    let spec = policy.spec.as_ref()?;
    let (peers, ports) = match direction {
        Direction::Ingress => {
            let rule = spec.ingress.as_deref()?.get(index)?;
            (rule.from.as_deref(), rule.ports.as_deref())
        }
        Direction::Egress => {
            let rule = spec.egress.as_deref()?.get(index)?;
            (rule.to.as_deref(), rule.ports.as_deref())
        }
    };
    Some(RuleRef { index, direction, peers, ports })
}

/// The peers of a direction's rules and where they stand.
pub fn peers(
    policy: &NetworkPolicy,
    direction: Direction,
) -> impl Iterator<Item = (ItemRef, &NetworkPolicyPeer)> {
    rules(policy, direction).flat_map(|rule| rule.listed_peers())
}

/// What a direction's rules open.
#[must_use]
pub fn effect(policy: &NetworkPolicy, direction: Direction) -> Effect {
    let mut effect = Effect::Nothing;
    for rule in rules(policy, direction) {
        if rule.any_peer() && rule.any_port() {
            return Effect::Allows { everything: Some(rule.index) };
        }
        effect = Effect::Allows { everything: None };
    }
    effect
}
