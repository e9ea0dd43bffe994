//! Sets of (protocol, port) as canonical intervals, interned so that equal sets are equal ids.

use crate::order;
use std::collections::{BTreeMap, HashMap};

/// A transport protocol that policies speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP, what an absent `protocol` means.
    Tcp,
    /// UDP
    Udp,
    /// SCTP
    Sctp,
}

impl Protocol {
    /// All of them, in the order answers list them.
    pub const ALL: [Self; 3] = [Self::Tcp, Self::Udp, Self::Sctp];

    /// Its Kubernetes spelling.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }

    /// Reads the Kubernetes spelling; absent is TCP.
    #[must_use]
    pub fn parse(text: Option<&str>) -> Option<Self> {
        match text {
            None => Some(Self::Tcp),
            Some(text) => Self::ALL.into_iter().find(|it| it.name() == text),
        }
    }
}

/// The lowest and the highest port there is.
pub const EVERY_PORT: (u16, u16) = (1, u16::MAX);

/// Closed intervals of ports: sorted, neither touching nor overlapping.
type Runs = Vec<(u16, u16)>;

/// A set of ports for each protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    runs: [Runs; 3],
}

impl Ports {
    /// No port at all.
    pub const NONE: Self = Self { runs: [Vec::new(), Vec::new(), Vec::new()] };

    /// No port at all.
    #[must_use]
    pub fn none() -> Self {
        Self::NONE
    }

    /// Every port of every protocol.
    #[must_use]
    pub fn all() -> Self {
        Self { runs: [vec![EVERY_PORT], vec![EVERY_PORT], vec![EVERY_PORT]] }
    }

    /// Ports `first` to `last` of one protocol.
    #[must_use]
    pub fn range(protocol: Protocol, first: u16, last: u16) -> Self {
        let mut ports = Self::default();
        let first = first.max(EVERY_PORT.0);
        if first <= last {
            *ports.slot(protocol) = vec![(first, last)];
        }
        ports
    }

    /// One port.
    #[must_use]
    pub fn one(protocol: Protocol, port: u16) -> Self {
        Self::range(protocol, port, port)
    }

    /// Every port of one protocol.
    #[must_use]
    pub fn protocol(protocol: Protocol) -> Self {
        Self::range(protocol, EVERY_PORT.0, EVERY_PORT.1)
    }

    /// The intervals of one protocol.
    #[must_use]
    pub fn of(&self, protocol: Protocol) -> &[(u16, u16)] {
        let [tcp, udp, sctp] = &self.runs;
        match protocol {
            Protocol::Tcp => tcp,
            Protocol::Udp => udp,
            Protocol::Sctp => sctp,
        }
    }

    fn slot(&mut self, protocol: Protocol) -> &mut Runs {
        let [tcp, udp, sctp] = &mut self.runs;
        match protocol {
            Protocol::Tcp => tcp,
            Protocol::Udp => udp,
            Protocol::Sctp => sctp,
        }
    }

    /// Whether no port belongs.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.runs.iter().all(Vec::is_empty)
    }

    /// Whether every port of every protocol belongs.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.runs.iter().all(|runs| runs.as_slice() == [EVERY_PORT])
    }

    /// Whether one port belongs.
    #[must_use]
    pub fn contains(&self, protocol: Protocol, port: u16) -> bool {
        self.of(protocol).iter().any(|run| run.0 <= port && port <= run.1)
    }

    /// What belongs to one of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.each(other, |a, b| {
            let mut runs: Runs = a.iter().chain(b).copied().collect();
            order::sort(&mut runs);
            let mut out: Runs = Vec::with_capacity(runs.len());
            for run in runs {
                match out.last_mut() {
                    Some(last) if u32::from(run.0) <= u32::from(last.1) + 1 => last.1 = last.1.max(run.1),
                    _ => out.push(run),
                }
            }
            out
        })
    }

    /// What belongs to both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.each(other, |a, b| {
            let both = |x: &(u16, u16), y: &(u16, u16)| (x.0.max(y.0), x.1.min(y.1));
            a.iter().flat_map(|x| b.iter().map(move |y| both(x, y))).filter(|run| run.0 <= run.1).collect()
        })
    }

    /// What belongs to this one only.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.each(other, |a, b| {
            let mut out = Vec::new();
            for run in a {
                let mut from = u32::from(run.0);
                for cut in b.iter().filter(|cut| cut.0 <= run.1 && cut.1 >= run.0) {
                    if u32::from(cut.0) > from {
                        out.push((narrow(from), cut.0 - 1));
                    }
                    from = from.max(u32::from(cut.1) + 1);
                }
                if from <= u32::from(run.1) {
                    out.push((narrow(from), run.1));
                }
            }
            out
        })
    }

    /// Whether all of this belongs to `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_none()
    }

    fn each(&self, other: &Self, f: impl Fn(&Runs, &Runs) -> Runs) -> Self {
        let ([a, b, c], [x, y, z]) = (&self.runs, &other.runs);
        Self { runs: [f(a, x), f(b, y), f(c, z)] }
    }

    /// The set as answers print it: protocol to `80` or `8000-8080`; empty protocols left out.
    #[must_use]
    pub fn table(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut table = BTreeMap::new();
        for protocol in Protocol::ALL {
            let runs: Vec<String> = self.of(protocol).iter().map(run_text).collect();
            if !runs.is_empty() {
                table.insert(protocol.name(), runs);
            }
        }
        table
    }
}

fn run_text(run: &(u16, u16)) -> String {
    if run.0 == run.1 { run.0.to_string() } else { format!("{}-{}", run.0, run.1) }
}

fn narrow(port: u32) -> u16 {
    u16::try_from(port).unwrap_or(u16::MAX)
}

impl std::fmt::Display for Ports {
    /// `all ports`, `nothing`, or `TCP 80,443, UDP 53`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_all() {
            return f.write_str("all ports");
        }
        if self.is_none() {
            return f.write_str("no port");
        }
        let mut first = true;
        for protocol in Protocol::ALL {
            let runs = self.of(protocol);
            if runs.is_empty() {
                continue;
            }
            f.write_str(if first { "" } else { ", " })?;
            first = false;
            if runs == [EVERY_PORT] {
                write!(f, "all {} ports", protocol.name())?;
            } else {
                let texts: Vec<String> = runs.iter().map(run_text).collect();
                write!(f, "{} {}", protocol.name(), texts.join(","))?;
            }
        }
        Ok(())
    }
}

/// Names an interned [`Ports`]. Equal sets have equal ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortsId(pub u32);

impl PortsId {
    /// The empty set.
    pub const NONE: Self = Self(0);
    /// The full set.
    pub const ALL: Self = Self(1);
}

/// Every set of ports met so far, and the results of combining them.
#[derive(Debug)]
pub struct PortTable {
    sets: Vec<Ports>,
    ids: HashMap<Ports, PortsId>,
    unions: HashMap<(PortsId, PortsId), PortsId>,
    intersections: HashMap<(PortsId, PortsId), PortsId>,
    differences: HashMap<(PortsId, PortsId), PortsId>,
}

impl Default for PortTable {
    fn default() -> Self {
        let sets = vec![Ports::none(), Ports::all()];
        let ids = HashMap::from([(Ports::none(), PortsId::NONE), (Ports::all(), PortsId::ALL)]);
        let (unions, intersections, differences) = Default::default();
        Self { sets, ids, unions, intersections, differences }
    }
}

impl PortTable {
    /// The id of a set.
    pub fn id(&mut self, ports: Ports) -> PortsId {
        if let Some(id) = self.ids.get(&ports) {
            return *id;
        }
        let id = PortsId(u32::try_from(self.sets.len()).unwrap_or(u32::MAX));
        self.sets.push(ports.clone());
        self.ids.insert(ports, id);
        id
    }

    /// The set of an id.
    #[must_use]
    pub fn get(&self, id: PortsId) -> Ports {
        self.sets.get(id.0 as usize).cloned().unwrap_or_default()
    }

    /// What belongs to one of both.
    pub fn union(&mut self, a: PortsId, b: PortsId) -> PortsId {
        match (a, b) {
            (PortsId::ALL, _) | (_, PortsId::ALL) => PortsId::ALL,
            (PortsId::NONE, it) | (it, PortsId::NONE) => it,
            _ if a == b => a,
            _ => {
                let key = (a.min(b), a.max(b));
                if let Some(id) = self.unions.get(&key) {
                    return *id;
                }
                let id = self.id(self.get(a).union(&self.get(b)));
                self.unions.insert(key, id);
                id
            }
        }
    }

    /// What belongs to both.
    pub fn intersection(&mut self, a: PortsId, b: PortsId) -> PortsId {
        match (a, b) {
            (PortsId::NONE, _) | (_, PortsId::NONE) => PortsId::NONE,
            (PortsId::ALL, it) | (it, PortsId::ALL) => it,
            _ if a == b => a,
            _ => {
                let key = (a.min(b), a.max(b));
                if let Some(id) = self.intersections.get(&key) {
                    return *id;
                }
                let id = self.id(self.get(a).intersection(&self.get(b)));
                self.intersections.insert(key, id);
                id
            }
        }
    }

    /// What belongs to `a` only.
    pub fn difference(&mut self, a: PortsId, b: PortsId) -> PortsId {
        match (a, b) {
            (PortsId::NONE, _) | (_, PortsId::ALL) => PortsId::NONE,
            (it, PortsId::NONE) => it,
            _ if a == b => PortsId::NONE,
            _ => {
                if let Some(id) = self.differences.get(&(a, b)) {
                    return *id;
                }
                let id = self.id(self.get(a).difference(&self.get(b)));
                self.differences.insert((a, b), id);
                id
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ports, Protocol};

    #[test]
    fn touching_intervals_join_and_cuts_split() {
        let low = Ports::range(Protocol::Tcp, 80, 90).union(&Ports::range(Protocol::Tcp, 91, 100));
        assert_eq!(low.of(Protocol::Tcp), [(80, 100)]);
        let cut = low.difference(&Ports::one(Protocol::Tcp, 85));
        assert_eq!(cut.of(Protocol::Tcp), [(80, 84), (86, 100)]);
        assert_eq!(cut.to_string(), "TCP 80-84,86-100");
        let top = Ports::all().difference(&Ports::one(Protocol::Udp, u16::MAX));
        assert_eq!(top.of(Protocol::Udp), [(1, 65534)]);
        assert!(top.union(&Ports::one(Protocol::Udp, u16::MAX)).is_all());
    }

    #[test]
    fn protocols_do_not_mix() {
        let tcp = Ports::one(Protocol::Tcp, 53);
        assert!(tcp.intersection(&Ports::one(Protocol::Udp, 53)).is_none());
        assert!(!tcp.contains(Protocol::Sctp, 53));
    }
}
