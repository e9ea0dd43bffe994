//! np-guard's stored connection lists, for inputs whose only policies are NetworkPolicies: as facts
//! (who reaches whom on which ports) they are ours, or stand in [`DIFFERENT`] with the reason.
//! Reads the folder `NETPOL_DATA` names; skips, saying so, where it is unset.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use netpol::api::MapReport;
use netpol::manifest::{Body, Manifests, read};
use netpol::model::ip::{Addr, Range};
use netpol::model::ports::{Ports, Protocol};
use netpol::options::Options;
use netpol::source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Inputs of which np-guard says something else, and why ours is right.
const DIFFERENT: [(&str, &str); 2] = [
    (
        "inputs/example_pods_w_same_owner_and_labels_gap_with_policy_selector_not_in_gap",
        "the policy's name has underscores: the API server rejects it, so it restricts nothing",
    ),
    (
        "inputs/example_pods_w_same_owner_and_labels_gap_with_good_match_expression",
        "the policy's name has underscores: the API server rejects it, so it restricts nothing",
    ),
];

/// Facts: (from, to) to ports; ends are `namespace/name` of owners, or an address for a range.
type Facts = BTreeMap<(String, String), Ports>;

#[test]
fn connection_lists_agree() {
    let Ok(root) = std::env::var("NETPOL_DATA") else {
        println!("skipped: NETPOL_DATA is not set");
        return;
    };
    let folder = Path::new(&root).join("npguard");
    let index = std::fs::read_to_string(folder.join("index.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut compared = BTreeSet::new();
    for line in index.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [suite, _, inputs, flags, "txt", expected, "np", ..] = columns.as_slice() else { continue };
        let plain = ["exposure", "explain", "focus", "-f "].iter().all(|flag| !flags.contains(flag));
        if !matches!(*suite, "connlist" | "cli-list") || !plain || inputs.contains(';') {
            continue;
        }
        let theirs = std::fs::read_to_string(folder.join(expected)).unwrap();
        let differences = compare(&folder.join(inputs), &theirs);
        match (differences.is_empty(), DIFFERENT.iter().any(|(name, _)| name == inputs)) {
            (false, false) => wrong.push(format!("{inputs}:\n  {}", differences.join("\n  "))),
            (true, true) => wrong.push(format!("{inputs}: agrees, and stands among those that differ")),
            _ => {}
        }
        compared.insert((*inputs).to_owned());
    }
    println!("{} inputs", compared.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared.len() >= 20);
}

fn compare(folder: &Path, theirs: &str) -> Vec<String> {
    let mut options = Options { expand: true, ..Options::default() };
    for (name, value) in [
        ("ip-block-pods", "never"),
        ("undeclared-namespace-labels", "none"),
        ("host-network-pods", "included"),
    ] {
        options.assume.insert(name.into(), value.into());
    }
    let mut sources = Vec::new();
    gather(folder, &mut sources);
    let manifests = read(&sources, &[], &options);
    let report = netpol::api::map_of(&manifests, &options).unwrap();
    assert!(report.unknown.is_empty(), "{:?}", report.unknown);
    let theirs: Vec<(String, String, Ports)> = theirs.lines().filter_map(their_line).collect();
    let ours = our_lines(&report, &owners(&manifests));
    let probes = probes(theirs.iter().chain(&ours));
    let (theirs, ours) = (facts(&theirs, &probes), facts(&ours, &probes));
    let mut differences = Vec::new();
    for key in theirs.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
        let none = Ports::none();
        let (a, b) = (theirs.get(key).unwrap_or(&none), ours.get(key).unwrap_or(&none));
        if a != b && key.0 != key.1 {
            differences.push(format!("{} -> {}: np-guard {a}, ours {b}", key.0, key.1));
        }
    }
    differences
}

fn gather(folder: &Path, sources: &mut Vec<Source>) {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, sources);
        } else if path.extension().is_some_and(|end| ["yaml", "yml", "json"].iter().any(|it| end == *it)) {
            sources.push(Source::text(path.to_string_lossy(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// What np-guard shows in place of a pod: its controller.
fn owners(manifests: &Manifests) -> BTreeMap<String, String> {
    let mut owners = BTreeMap::new();
    for object in &manifests.objects {
        if let Body::Workload(workload) = &object.body {
            let namespace = object.namespace.as_deref().unwrap_or("default");
            if let Some((_, owner, _)) = workload.owners.first() {
                owners.insert(format!("{namespace}/{}", object.name), format!("{namespace}/{owner}"));
            }
        }
    }
    owners
}

/// `src => dst : conns`.
fn their_line(line: &str) -> Option<(String, String, Ports)> {
    let (from, rest) = line.split_once(" => ")?;
    let (to, ports) = rest.rsplit_once(" : ")?;
    let name = |text: &str| text.split('[').next().unwrap().trim().to_owned();
    Some((name(from), name(to), their_ports(ports.trim())))
}

fn their_ports(text: &str) -> Ports {
    if text == "All Connections" {
        return Ports::all();
    }
    let mut ports = Ports::none();
    let mut protocol = Protocol::Tcp;
    for item in text.split(',') {
        let range = match item.split_once(' ') {
            Some((word, range)) => {
                protocol = Protocol::parse(Some(word)).unwrap();
                range
            }
            None => item,
        };
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        ports = ports.union(&Ports::range(protocol, first.parse().unwrap(), last.parse().unwrap()));
    }
    ports
}

fn our_lines(report: &MapReport, owners: &BTreeMap<String, String>) -> Vec<(String, String, Ports)> {
    let name = |id: &str| {
        let id = id.split(['[', '#']).next().unwrap();
        owners.get(id).map_or(id, String::as_str).to_owned()
    };
    let rows = report.connections.iter();
    rows.map(|(from, to, allowed)| (name(from), name(to), allowed.0.clone())).collect()
}

/// The ranges of one end: none for a pod.
fn ranges(name: &str) -> Vec<Range> {
    name.split(',').filter_map(Range::parse).collect()
}

/// One address of each piece that either side tells apart. np-guard has no IPv6.
fn probes<'l>(lines: impl Iterator<Item = &'l (String, String, Ports)>) -> Vec<Addr> {
    let mut starts = BTreeSet::from([Addr::first(false)]);
    for range in
        lines.flat_map(|(from, to, _)| [ranges(from), ranges(to)]).flatten().filter(|it| !it.first.v6)
    {
        starts.insert(range.first);
        if range.last != Addr::last(false) {
            starts.insert(Addr { v6: false, value: range.last.value + 1 });
        }
    }
    starts.into_iter().collect()
}

fn facts(lines: &[(String, String, Ports)], probes: &[Addr]) -> Facts {
    let ends = |name: &str| {
        let ranges = ranges(name);
        if ranges.is_empty() {
            return vec![name.to_owned()];
        }
        let within = probes.iter().filter(|addr| ranges.iter().any(|range| range.contains(**addr)));
        within.map(ToString::to_string).collect()
    };
    let mut facts = Facts::new();
    for (from, to, ports) in lines {
        for a in ends(from) {
            for b in ends(to) {
                let own = facts.entry((a.clone(), b)).or_default();
                *own = own.union(ports);
            }
        }
    }
    facts
}
