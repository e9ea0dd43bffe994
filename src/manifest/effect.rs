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
    pub fn listed_peers(&self) -> impl Iterator<Item = (ItemRef, &'a NetworkPolicyPeer)> + use<'a> {
        let item = self.item(self.direction.peers());
        self.peers.unwrap_or_default().iter().enumerate().map(move |(at, peer)| (item(at), peer))
    }

    /// Its ports and where they stand.
    pub fn listed_ports(&self) -> impl Iterator<Item = (ItemRef, &'a NetworkPolicyPort)> + use<'a> {
        let item = self.item("ports");
        self.ports.unwrap_or_default().iter().enumerate().map(move |(at, port)| (item(at), port))
    }

    fn item(&self, list: &'static str) -> impl Fn(usize) -> ItemRef + use<> {
        let (direction, rule) = (self.direction, self.index);
        move |index| ItemRef { direction, rule, list, index }
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
        (true, false) => &[Direction::Ingress],
        (false, true) => &[Direction::Egress],
        (false, false) => &[],
    }
}

/// The rules of a direction as written, whether or not `policyTypes` lists it.
pub fn rules(policy: &NetworkPolicy, direction: Direction) -> impl Iterator<Item = RuleRef<'_>> {
    let spec = policy.spec.as_ref();
    let ingress = spec
        .and_then(|it| it.ingress.as_deref())
        .filter(|_| direction == Direction::Ingress)
        .unwrap_or_default();
    let egress = spec
        .and_then(|it| it.egress.as_deref())
        .filter(|_| direction == Direction::Egress)
        .unwrap_or_default();
    let ingress = ingress.iter().map(|rule| (rule.from.as_deref(), rule.ports.as_deref()));
    let egress = egress.iter().map(|rule| (rule.to.as_deref(), rule.ports.as_deref()));
    let both = ingress.chain(egress).enumerate();
    both.map(move |(index, (peers, ports))| RuleRef { index, direction, peers, ports })
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
