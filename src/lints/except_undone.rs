use super::given::{Judged, all, judged};
use super::subjects::Subjects;
use super::{Context, Findings};
use crate::manifest::effect::{Direction, ItemRef, METADATA_ADDRESSES};
use crate::model::Model;
use crate::model::ip::{Addr, Block, Range};
use crate::model::policy::PortList;
use crate::order::{self, Gather};
use k8s_openapi::api::networking::v1::IPBlock;
use std::collections::BTreeMap;

declare_lint! {
    /// Addresses that an `except` takes out and that another peer, rule or policy puts in again.
    ///
    /// ## Why
    /// An `except` narrows the block it stands in and nothing else. Rules and policies add up, so
    /// one block that holds the addresses opens them again for the same pods.
    ///
    /// Found where a block covers all of the exception, on all of its ports, for all of its pods. A
    /// block that names a part of the exception is taken as meant. The addresses of the cloud's
    /// metadata service are the business of `metadata-reachable`.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: office}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - ipBlock: {cidr: 198.51.0.0/16, except: [198.51.100.0/24]}
    ///     - ipBlock: {cidr: 198.51.96.0/19}
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: office}
    /// spec:
    ///   podSelector: {matchLabels: {app: web}}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - ipBlock: {cidr: 198.51.0.0/16, except: [198.51.100.0/24]}
    ///     ports: [{port: 8080, protocol: TCP}]
    /// ```
    pub EXCEPT_UNDONE = {
        name: "except-undone", code: "NP405", severity: Warning,
        needs: [Policies], fix: None, since: "0.1.0"
    }
}

/// A block of a policy, and where it stands.
struct Written<'a> {
    judged: Judged<'a>,
    peer: ItemRef,
    written: &'a IPBlock,
    block: Block,
    ports: &'a PortList,
}

/// Holds each exception against the other blocks of its namespace.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.mentioned().exceptions {
        return;
    }
    let model = cx.model();
    let mine: std::collections::BTreeSet<usize> = judged(cx).iter().map(|it| it.at).gather();
    let mut homes = Vec::new();
    for judged in all(cx) {
        for direction in Direction::BOTH {
            let list = blocks(model, judged, direction);
            homes.extend(list.into_iter().map(|it| ((judged.compiled.namespace, direction), it)));
        }
    }
    for ((_, direction), list) in &order::group(homes) {
        let subject = |it: &Written<'_>| it.judged.compiled.subject;
        let mut covering: BTreeMap<u32, Covering<'_>> = BTreeMap::new();
        for (at, it) in list.iter().enumerate() {
            covering.entry(subject(it)).or_default().add(at, it);
        }
        let selector = |subject: u32| model.parts.selector(subject);
        let covering: Vec<_> = covering.into_iter().collect();
        let asked: Vec<_> = covering.iter().map(|(it, _)| selector(*it).values().next()).collect();
        let subjects = Subjects::of(&asked);
        for block in list.iter().filter(|it| mine.contains(&it.judged.at)) {
            let own = selector(subject(block));
            // What selects nothing is selected by everything.
            let asked = (!own.is_unsatisfiable()).then(|| own.values().collect::<Vec<_>>());
            let near = subjects.wider(asked.as_deref()).concat();
            let near = near.into_iter().filter_map(|at| covering.get(at));
            let wider: Vec<_> = near.filter(|(other, _)| own.implies(selector(*other))).collect();
            let mut told: Vec<(usize, ItemRef)> = Vec::new();
            for (at, except) in block.written.except.iter().flatten().enumerate() {
                let Some(range) = Range::cidr(except).filter(|it| !is_metadata(*it, *direction)) else {
                    continue;
                };
                let each = wider.iter().flat_map(|(_, it)| it.of_range(range)).filter_map(|members| {
                    members.iter().copied().find(|at| list.get(*at).is_some_and(|it| undoes(block, it)))
                });
                let Some(other) = each.min().and_then(|at| list.get(at)) else { continue };
                // One block that opens several exceptions again is one mistake.
                let key = (other.judged.at, other.peer);
                if !told.contains(&key) {
                    told.push(key);
                    report(block, at, except, other, out);
                }
            }
        }
    }
}

/// The blocks of policies with one subject, each told once, by the range that it was cut from, with
/// the places in the list that have it.
#[derive(Default)]
struct Covering<'l>(BTreeMap<Range, BTreeMap<&'l Block, Vec<usize>>>);

impl<'l> Covering<'l> {
    fn add(&mut self, at: usize, it: &'l Written<'_>) {
        let Some(range) = Range::cidr(&it.written.cidr) else { return };
        self.0.entry(range).or_default().entry(&it.block).or_default().push(at);
    }

    /// The places of each block that covers a range.
    fn of_range(&self, range: Range) -> impl Iterator<Item = &Vec<usize>> {
        let blocks = range.first.cidrs().filter_map(|it| self.0.get(&it)).flatten();
        blocks.filter(move |(block, _)| block.covers(range)).map(|(_, members)| members)
    }
}

fn blocks<'a>(model: &'a Model<'a>, judged: Judged<'a>, direction: Direction) -> Vec<Written<'a>> {
    let mut found = Vec::new();
    for (rule, compiled) in judged.rules(model, direction) {
        let Some(ports) = model.parts.ports.get(compiled.ports) else { continue };
        for (at, peer) in rule.listed_peers() {
            if let Some(written) = &peer.ip_block {
                let block = Block::read(&written.cidr, written.except.as_deref().unwrap_or_default());
                found.push(Written { judged, peer: at, written, block, ports });
            }
        }
    }
    found
}

fn is_metadata(range: Range, direction: Direction) -> bool {
    let holds = |text: &&str| Addr::parse(text).is_some_and(|it| range == Range::one(it));
    direction == Direction::Egress && METADATA_ADDRESSES.iter().any(holds)
}

fn undoes(block: &Written<'_>, other: &Written<'_>) -> bool {
    let same = block.judged.at == other.judged.at && block.peer == other.peer;
    !same && covers(other.ports, block.ports)
}

/// Whether one list opens all that another does.
pub(super) fn covers(wide: &PortList, narrow: &PortList) -> bool {
    let by_name = |name: &(String, crate::model::ports::Protocol)| {
        wide.names.contains(name) || crate::model::ports::Ports::protocol(name.1).is_subset(&wide.numbers)
    };
    narrow.numbers.is_subset(&wide.numbers) && narrow.names.iter().all(by_name)
}

fn report(block: &Written<'_>, at: usize, except: &str, other: &Written<'_>, out: &mut Findings<'_>) {
    let policy = &block.judged.policy;
    let field = block.peer.field("ipBlock").field("except").index(at);
    let cidr = &other.written.cidr;
    let message = if block.judged.at == other.judged.at {
        format!("this takes out {except}, but {cidr} in the same policy lets it in again")
    } else {
        let name = &other.judged.policy.object.name;
        format!("this takes out {except}, but {cidr} in policy `{name}` lets it in again")
    };
    out.add(&EXCEPT_UNDONE, policy.object, &field, message)
        .because(
            other.judged.policy.place(&other.peer.field("ipBlock").field("cidr")),
            "opens it for the same pods",
        )
        .help("give that block the same `except`, or remove this one")
        .cause(cidr.clone());
}
