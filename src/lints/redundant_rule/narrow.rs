//! Who may cover an item at all, so that a list of thousands is not compared pair by pair.
//!
//! Everything that covers an item shares a [`Mark`] with it: an item is filed under marks of which
//! whatever it covers asks for one.

use super::super::cover::{Peer, Rule};
use super::super::ports::{interval, protocol};
use crate::model::ip::Range;
use crate::model::selector::{Selector, Test};
use crate::order;
use k8s_openapi::api::networking::v1::NetworkPolicyPort;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// So few items are asked one by one.
const FEW: usize = 8;

/// What an item and all that it covers have in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark<'i> {
    /// Nothing narrows it.
    Any,
    /// A label's value; `bool`s tell labels of namespaces from those of pods.
    Label(bool, &'i str, &'i str),
    /// Something asked of a label that no single value answers.
    Key(bool, &'i str),
    /// The range of a CIDR.
    Block(Range),
    /// The smallest aligned power of two that holds all ports, by its first and its size.
    Ports(&'i str, u32, u32),
    /// A port's name.
    Name(&'i str, &'i str),
    /// All ports of a protocol.
    Protocol(&'i str),
}

/// What can be filed and asked for.
pub(super) trait Marked {
    /// Its parts, in any of which it may cover something.
    fn parts(&self) -> Vec<Part<'_>>;
    /// The marks under which whatever covers it is filed.
    fn asks(&self) -> Asks<'_>;
}

/// Ways to file a part of an item: under all marks of any one of these groups.
pub(super) struct Part<'i>(Vec<Vec<Mark<'i>>>);

/// See [`Marked::asks`].
pub(super) struct Asks<'i>(Vec<Mark<'i>>);

/// The items of a list by their marks.
pub(super) struct Index<'i, T> {
    items: &'i [T],
    filed: Vec<(Mark<'i>, usize)>,
}

impl<'i, T: Marked> Index<'i, T> {
    pub(super) fn new(items: &'i [T]) -> Self {
        if items.len() <= FEW {
            return Self { items, filed: Vec::new() };
        }
        let parts: Vec<_> = items
            .iter()
            .enumerate()
            .flat_map(|(at, it)| it.parts().into_iter().map(move |it| (at, it.0)))
            .collect();
        // What few have narrows most.
        let mut all: Vec<Mark<'_>> = parts.iter().flat_map(|it| it.1.iter().flatten().copied()).collect();
        order::sort(&mut all);
        let crowd = |mark: &Mark<'_>| run(&all, |it| it.cmp(mark)).len();
        let mut filed = Vec::new();
        for (at, groups) in &parts {
            let rarest = groups.iter().min_by_key(|group| group.iter().map(crowd).sum::<usize>());
            filed.extend(rarest.into_iter().flatten().map(|mark| (*mark, *at)));
        }
        order::sort(&mut filed);
        Self { items, filed }
    }

    /// The first item that covers the one at `at`. Of two that cover each other the first stays.
    pub(super) fn covering(&self, at: usize, covers: impl Fn(&T, &T) -> bool) -> Option<usize> {
        self.find(at, |other, it, item| covers(it, item) && (other < at || !covers(item, it)))
    }

    /// The first other item that may cover the one at `at` and is accepted beside it.
    pub(super) fn find(&self, at: usize, accepts: impl Fn(usize, &T, &T) -> bool) -> Option<usize> {
        let item = self.items.get(at)?;
        let is_found =
            |other: usize| other != at && self.items.get(other).is_some_and(|it| accepts(other, it, item));
        if self.items.len() <= FEW {
            return (0..self.items.len()).find(|other| is_found(*other));
        }
        let asked = item.asks().0.into_iter().map(|mark| run(&self.filed, |it| it.0.cmp(&mark)));
        asked.filter_map(|filed| filed.iter().map(|it| it.1).find(|other| is_found(*other))).min()
    }
}

/// The part of a sorted list that is neither below nor above.
fn run<T>(sorted: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> &[T] {
    let start = sorted.partition_point(|it| compare(it).is_lt());
    let end = sorted.partition_point(|it| compare(it).is_le());
    sorted.get(start..end).unwrap_or_default()
}

impl Marked for Peer<'_> {
    fn parts(&self) -> Vec<Part<'_>> {
        vec![part(self)]
    }

    fn asks(&self) -> Asks<'_> {
        let mut marks = vec![Mark::Any];
        match self {
            Self::Block(_, left) => {
                marks.extend(left.ranges.first().into_iter().flat_map(|it| it.first.cidrs()).map(Mark::Block))
            }
            Self::Pods { spaces, pods } => {
                for (space, selector) in spaces.iter().map(|it| (true, it)).chain([(false, pods)]) {
                    for (key, test) in &selector.read().tests {
                        marks.push(Mark::Key(space, key));
                        if let Test::In(values) = test {
                            marks.extend(values.first().map(|value| Mark::Label(space, key, value)));
                        }
                    }
                }
            }
            Self::Nobody => {}
        }
        Asks(marks)
    }
}

fn part<'i>(peer: &'i Peer<'_>) -> Part<'i> {
    Part(match peer {
        Peer::Block(Some(range), _) => vec![vec![Mark::Block(*range)]],
        Peer::Pods { spaces, pods } => {
            let mut groups: Vec<_> = spaces.iter().flat_map(|it| demands(true, it.read())).collect();
            groups.extend(demands(false, pods.read()));
            if groups.is_empty() { vec![vec![Mark::Any]] } else { groups }
        }
        Peer::Block(None, _) | Peer::Nobody => Vec::new(),
    })
}

/// The marks of each thing that a selector asks.
fn demands(space: bool, selector: &Selector) -> impl Iterator<Item = Vec<Mark<'_>>> {
    selector.tests.iter().map(move |(key, test)| match test {
        Test::In(values) => values.iter().map(|value| Mark::Label(space, key, value)).collect(),
        _ => vec![Mark::Key(space, key)],
    })
}

impl Marked for &NetworkPolicyPort {
    fn parts(&self) -> Vec<Part<'_>> {
        vec![Part(vec![vec![port(self)]])]
    }

    fn asks(&self) -> Asks<'_> {
        Asks(wider(self))
    }
}

/// The marks of whatever opens all that a port entry does.
fn wider(entry: &NetworkPolicyPort) -> Vec<Mark<'_>> {
    let own = port(entry);
    let mut marks = vec![own, Mark::Protocol(protocol(entry))];
    if let Mark::Ports(protocol, first, size) = own {
        let sizes = std::iter::successors(size.checked_mul(2), |size| size.checked_mul(2));
        marks.extend(sizes.map(|size| Mark::Ports(protocol, first - first % size, size)));
    }
    marks
}

fn port(port: &NetworkPolicyPort) -> Mark<'_> {
    let protocol = protocol(port);
    match (&port.port, interval(port)) {
        (Some(IntOrString::String(name)), _) => Mark::Name(protocol, name),
        (_, Some((first, last))) => {
            let number = |it: i32| u32::try_from(it).unwrap_or_default();
            let (first, last) = (number(first), number(last));
            let size = 1_u32.checked_shl(32 - (first ^ last).leading_zeros()).unwrap_or(1 << 31);
            Mark::Ports(protocol, first - first % size, size)
        }
        _ => Mark::Protocol(protocol),
    }
}

/// By its peers, or else by its ports: whatever covers a rule covers the first of them.
impl Marked for Rule<'_> {
    fn parts(&self) -> Vec<Part<'_>> {
        if !self.written.any_peer() {
            self.peers.iter().map(part).collect()
        } else if !self.written.any_port() {
            self.written.ports.into_iter().flatten().map(|it| Part(vec![vec![port(it)]])).collect()
        } else {
            vec![Part(vec![vec![Mark::Any]])]
        }
    }

    fn asks(&self) -> Asks<'_> {
        let mut marks = self.peers.first().map_or_else(|| vec![Mark::Any], |it| it.asks().0);
        marks.extend(self.written.ports.and_then(<[_]>::first).into_iter().flat_map(wider));
        Asks(marks)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::cover;
    use super::*;
    use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// The same, asking everyone.
    fn plainly<T>(items: &[T], at: usize, covers: impl Fn(&T, &T) -> bool) -> Option<usize> {
        let found = |other: &usize| {
            let (it, item) = (&items[*other], &items[at]);
            *other != at && covers(it, item) && (*other < at || !covers(item, it))
        };
        (0..items.len()).find(found)
    }

    const SELECTORS: [&str; 8] = [
        "{}",
        r#"{"matchLabels": {"a": "x"}}"#,
        r#"{"matchLabels": {"a": "y"}}"#,
        r#"{"matchLabels": {"a": "x", "b": "x"}}"#,
        r#"{"matchExpressions": [{"key": "a", "operator": "In", "values": ["y", "x"]}]}"#,
        r#"{"matchExpressions": [{"key": "a", "operator": "Exists"}]}"#,
        r#"{"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["y"]}]}"#,
        r#"{"matchExpressions": [{"key": "b", "operator": "DoesNotExist"}], "matchLabels": {"a": "x"}}"#,
    ];

    fn peer() -> impl Strategy<Value = String> {
        let cidrs = vec![
            "10.0.0.0/8",
            "10.0.0.0/9",
            "10.128.0.0/9",
            "0.0.0.0/0",
            "10.1.0.0/16",
            "::/0",
            "fd00::/8",
            "x",
        ];
        let holes = vec!["10.0.0.0/9", "10.128.0.0/10", "0.0.0.0/5", "fd00::/9"];
        let block = (select(cidrs), prop::collection::vec(select(holes), 0..3))
            .prop_map(|(cidr, holes)| format!(r#"{{"ipBlock": {{"cidr": "{cidr}", "except": {holes:?}}}}}"#));
        let pods = select(&SELECTORS[..]).prop_map(|it| format!(r#"{{"podSelector": {it}}}"#));
        let spaces = select(&SELECTORS[..]).prop_map(|it| format!(r#"{{"namespaceSelector": {it}}}"#));
        let both = (select(&SELECTORS[..]), select(&SELECTORS[..]))
            .prop_map(|(space, pod)| format!(r#"{{"namespaceSelector": {space}, "podSelector": {pod}}}"#));
        prop_oneof![block, pods, spaces, both]
    }

    fn port() -> impl Strategy<Value = NetworkPolicyPort> {
        let number = (1..40_i32, 0..20_i32)
            .prop_map(|(port, more)| format!(r#""port": {port}, "endPort": {}"#, port + more));
        let name = select(vec![r#""port": "web""#, r#""port": "api""#, r#""protocol": null"#])
            .prop_map(String::from);
        let protocol = select(vec!["", r#", "protocol": "UDP""#]);
        (prop_oneof![3 => number, 1 => name], protocol).prop_map(|(port, protocol)| {
            serde_json::from_str(&format!("{{{port}{}}}", if port.contains("null") { "" } else { protocol }))
                .unwrap()
        })
    }

    proptest! {
        #[test]
        fn nobody_is_missed(peers in prop::collection::vec(peer(), 0..20)) {
            let written: Vec<NetworkPolicyPeer> =
                peers.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
            let peers: Vec<Peer<'_>> = written.iter().map(Peer::read).collect();
            let index = Index::new(&peers);
            for at in 0..peers.len() {
                prop_assert_eq!(index.covering(at, Peer::covers), plainly(&peers, at, Peer::covers));
            }
        }

        #[test]
        fn no_port_is_missed(ports in prop::collection::vec(port(), 0..20)) {
            let ports: Vec<&NetworkPolicyPort> = ports.iter().collect();
            let index = Index::new(&ports);
            let covers = |a: &&NetworkPolicyPort, b: &&NetworkPolicyPort| cover::port(a, b);
            for at in 0..ports.len() {
                prop_assert_eq!(index.covering(at, covers), plainly(&ports, at, covers));
            }
        }
    }
}
