//! Maps held against the naive evaluator, against each other and against `why`, and the laws that
//! any reading of policies must keep. Random clusters; `NETPOL_CLUSTERS` sets how many.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod naive;

use naive::{End, allowed, world};
use netpol::analysis::connections::{Compacted, Connection, Node, WIDE, compact, pairs as pairs_of};
use netpol::analysis::grants::{Declared, Grant};
use netpol::analysis::reach::Reach;
use netpol::api::{EndpointShape, MapReport};
use netpol::manifest::effect::Direction;
use netpol::model::future::of_peer;
use netpol::model::ip::{Addr, Range};
use netpol::model::policy::Peer;
use netpol::model::ports::{Ports, Protocol};
use netpol::model::{Futures, Model};
use netpol::options::Options;
use netpol::source::Source;
use netpol::{Input, Question, map, why};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;
use world::{Dice, World};

fn clusters(share: u64) -> u64 {
    std::env::var("NETPOL_CLUSTERS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000) / share
}

fn options(world: &World, expand: bool) -> Options {
    let mut options = Options { assume: world.assume.clone(), expand, ..Options::default() };
    options.cluster.service_cidrs = world.service_cidrs.clone();
    options
}

fn input(manifests: &[Value]) -> Input {
    Input { sources: vec![Source::text("world.yaml", world::text(manifests))], with: Vec::new() }
}

/// A report's rows: (from, to) to ports.
type Rows = BTreeMap<(String, String), Ports>;

fn rows(report: &MapReport) -> Rows {
    let mut rows = Rows::new();
    for (from, to, allowed) in report.connections.iter() {
        let before = rows.insert((from.into(), to.into()), allowed.0.clone());
        assert!(before.is_none(), "{from} -> {to} stands twice");
    }
    rows
}

fn unknown(report: &MapReport) -> Rows {
    let mut rows = Rows::new();
    for it in &report.unknown {
        let key = (it.from.clone().unwrap(), it.to.clone().unwrap());
        let own = rows.entry(key).or_default();
        *own = own.union(&it.ports.0);
    }
    rows
}

fn holds(shape: &EndpointShape, ip: IpAddr) -> bool {
    shape.ranges.iter().any(|text| Range::parse(text).unwrap().contains(Addr::from(ip)))
}

/// The name of an end in a report.
fn id(report: &MapReport, end: End) -> String {
    match end {
        End::Pod(pod) => format!("{}/{}", pod.namespace, pod.name),
        End::Address(ip) => {
            report.endpoints.iter().find(|it| holds(it, ip)).expect("every address is in a range").id.clone()
        }
    }
}

/// Every ordered pair with a pod on one side.
fn pairs(world: &World) -> Vec<(End<'_>, End<'_>)> {
    let pods: Vec<End> = world.pods.iter().map(End::Pod).collect();
    let outside: Vec<End> = world.outside.iter().map(|ip| End::Address(*ip)).collect();
    let mut pairs = Vec::new();
    for (at, from) in pods.iter().enumerate() {
        pairs.extend(pods.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, to)| (*from, *to)));
        pairs.extend(outside.iter().flat_map(|ip| [(*from, *ip), (*ip, *from)]));
    }
    pairs
}

#[test]
fn an_expanded_map_says_what_the_naive_evaluator_says() {
    for seed in 0..clusters(50) {
        let world = world::random(seed);
        let report = map(&input(&world::manifests(&world)), &options(&world, true)).unwrap();
        let (rows, unknown) = (rows(&report), unknown(&report));
        let mut dice = Dice::new(seed);
        for (from, to) in pairs(&world) {
            let key = (id(&report, from), id(&report, to));
            for protocol in Protocol::ALL {
                let port = *dice.pick(&[53, 80, 81, 443, 8080, 9]);
                let told = match (rows.get(&key), unknown.get(&key)) {
                    (Some(ports), _) if ports.contains(protocol, port) => Some(true),
                    (_, Some(ports)) if ports.contains(protocol, port) => None,
                    _ => Some(false),
                };
                let naive = allowed(&world, from, to, protocol.name(), port);
                assert_eq!(told, naive, "seed {seed}: {key:?} {}/{port}", protocol.name());
            }
        }
    }
}

/// Whether a row's end covers an endpoint, on the side where `unprotected` lists who is open.
fn covers(row: &str, endpoint: &EndpointShape, unprotected: &[String]) -> bool {
    let pod = endpoint.kind == "workload";
    let open = !pod || unprotected.contains(&endpoint.id);
    match row {
        "anywhere" => true,
        "cluster" => pod,
        "anywhere-unprotected" => open,
        "cluster-unprotected" => pod && open,
        own => own == endpoint.id,
    }
}

#[test]
fn a_compact_map_adds_up_to_the_expanded_one() {
    for seed in 0..clusters(50) {
        let world = world::random(seed);
        let input = input(&world::manifests(&world));
        let (compact, expanded) =
            (map(&input, &options(&world, false)).unwrap(), map(&input, &options(&world, true)).unwrap());
        let (short, long) = (rows(&compact), rows(&expanded));
        let pods = world
            .pods
            .iter()
            .filter(|pod| !pod.template)
            .map(|pod| format!("{}/{}", pod.namespace, pod.name));
        for own in pods.map(|id| (id.clone(), id)) {
            assert!(
                !short.contains_key(&own) && !long.contains_key(&own),
                "seed {seed}: {} and itself",
                own.0
            );
        }
        let ends: Vec<&EndpointShape> = expanded
            .endpoints
            .iter()
            .filter(|it| matches!(it.kind, "workload" | "external" | "node"))
            .collect();
        for from in &ends {
            for to in &ends {
                let single = world
                    .pods
                    .iter()
                    .any(|pod| !pod.template && format!("{}/{}", pod.namespace, pod.name) == from.id);
                if from.kind != "workload" && to.kind != "workload" || from.id == to.id && single {
                    continue;
                }
                let (egress, ingress) = (&compact.unprotected.egress, &compact.unprotected.ingress);
                let open =
                    |it: &EndpointShape, list: &[String]| it.kind != "workload" || list.contains(&it.id);
                let mut sum =
                    if open(from, egress) && open(to, ingress) { Ports::all() } else { Ports::none() };
                for ((row_from, row_to), ports) in &short {
                    if covers(row_from, from, egress) && covers(row_to, to, ingress) {
                        sum = sum.union(ports);
                    }
                }
                let whole = long.get(&(from.id.clone(), to.id.clone())).cloned().unwrap_or_default();
                assert_eq!(sum, whole, "seed {seed}: {} -> {}\n{short:#?}", from.id, to.id);
            }
        }
    }
}

#[test]
fn why_agrees_with_the_map() {
    for seed in 0..clusters(100) {
        let world = world::random(seed);
        let input = input(&world::manifests(&world));
        let report = map(&input, &options(&world, true)).unwrap();
        let (rows, unknown) = (rows(&report), unknown(&report));
        // `why` takes an address that a pod has for the pod.
        let of_pod =
            |end: End| matches!(end, End::Address(ip) if world.pods.iter().any(|pod| pod.ips.contains(&ip)));
        for (from, to) in pairs(&world).into_iter().filter(|(from, to)| !of_pod(*from) && !of_pod(*to)) {
            let key = (id(&report, from), id(&report, to));
            let typed = |end: End| match end {
                End::Pod(pod) => format!("{}/{}", pod.namespace, pod.name),
                End::Address(ip) => ip.to_string(),
            };
            let question = Question { from: typed(from), to: typed(to), ..Question::default() };
            let answer = why(&input, &question, &options(&world, false)).unwrap();
            let [answer] = answer.answers.as_slice() else { panic!("one pair, one answer: {answer:?}") };
            let open = answer.unknown.iter().fold(Ports::none(), |so_far, it| so_far.union(&it.ports.0));
            assert_eq!(
                answer.allowed.0,
                rows.get(&key).cloned().unwrap_or_default(),
                "seed {seed}: {question:?}"
            );
            assert_eq!(
                open,
                unknown.get(&key).cloned().unwrap_or_default(),
                "seed {seed}: {question:?} {answer:#?}"
            );
            let told =
                [&answer.denied.0, &open].into_iter().fold(answer.allowed.0.clone(), |a, b| a.union(b));
            assert!(told.is_all() && answer.denied.0.intersection(&open).is_none());
            assert!(!answer.reasons.is_empty());
        }
    }
}

/// Keys of every mapping in reverse order.
fn reversed_keys(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .rev()
                .map(|(key, value)| format!("{}: {}", json!(key), reversed_keys(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(reversed_keys).collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// A report without places, which follow the text.
fn placeless(report: &MapReport) -> Value {
    let mut json = serde_json::to_value(report).unwrap();
    for it in json["unknown"].as_array_mut().unwrap() {
        it["because"] = Value::Null;
    }
    json
}

#[test]
fn the_order_of_documents_and_keys_changes_nothing() {
    for seed in 0..clusters(100) {
        let world = world::random(seed);
        let mut manifests = world::manifests(&world);
        for expand in [false, true] {
            let before = placeless(&map(&input(&manifests), &options(&world, expand)).unwrap());
            manifests.reverse();
            let text: String = manifests.iter().map(|it| format!("---\n{}\n", reversed_keys(it))).collect();
            let after = placeless(&map(&Input::text("world.yaml", text), &options(&world, expand)).unwrap());
            assert_eq!(before, after, "seed {seed}");
        }
    }
}

#[test]
fn one_policy_may_be_two_with_its_rules_divided() {
    let mut divided = 0;
    for seed in 0..clusters(50) {
        let world = world::random(seed);
        let mut split = world.clone();
        split.policies.clear();
        for policy in &world.policies {
            let mut halves = [policy.clone(), policy.clone()];
            // What isolates must stay the same, so policyTypes is written out.
            let egress = policy["spec"]["egress"].as_array().is_some_and(|rules| !rules.is_empty());
            let types = &policy["spec"]["policyTypes"];
            if types.as_array().is_none_or(Vec::is_empty) {
                let written = if egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
                halves.iter_mut().for_each(|it| it["spec"]["policyTypes"] = written.clone());
            }
            for direction in ["ingress", "egress"] {
                let inert = !halves[0]["spec"]["policyTypes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|it| it.as_str().unwrap().eq_ignore_ascii_case(direction));
                let Some(rules) =
                    policy["spec"][direction].as_array().filter(|rules| rules.len() > 1 && !inert)
                else {
                    continue;
                };
                divided += 1;
                halves[0]["spec"][direction] = json!(rules[..1]);
                halves[1]["spec"][direction] = json!(rules[1..]);
            }
            halves[1]["metadata"]["name"] =
                json!(format!("{}-more", policy["metadata"]["name"].as_str().unwrap()));
            split.policies.extend(halves);
        }
        let told = |world: &World| {
            let report = map(&input(&world::manifests(world)), &options(world, true)).unwrap();
            (rows(&report), unknown(&report))
        };
        assert_eq!(told(&world), told(&split), "seed {seed}");
    }
    assert!(divided > 0);
}

#[test]
fn another_rule_for_isolated_pods_takes_nothing_away() {
    for seed in 0..clusters(50) {
        let world = world::random(seed);
        let mut dice = Dice::new(seed);
        let mut wider = world.clone();
        let Some(policy) = (0..world.policies.len()).find(|_| true) else { continue };
        let spec = &mut wider.policies[policy]["spec"];
        // Ingress is isolated by this policy already where its policyTypes say so.
        if !spec["policyTypes"].as_array().is_some_and(|types| types.contains(&json!("Ingress"))) {
            continue;
        }
        let rule = world::rule(&mut dice, "from");
        match spec["ingress"].as_array_mut() {
            Some(rules) => rules.push(rule),
            None => spec["ingress"] = json!([rule]),
        }
        let told =
            |world: &World| rows(&map(&input(&world::manifests(world)), &options(world, true)).unwrap());
        let (before, after) = (told(&world), told(&wider));
        for ((from, to), ports) in before {
            // Addresses may be cut finer now: the same end under another name is looked up by overlap.
            let kept = after
                .iter()
                .filter(|((f, t), _)| meets(f, &from) && meets(t, &to))
                .all(|(_, now)| ports.is_subset(now));
            assert!(kept, "seed {seed}: {from} -> {to} lost ports");
            assert!(
                after.keys().any(|(f, t)| meets(f, &from) && meets(t, &to)),
                "seed {seed}: {from} -> {to} is gone"
            );
        }
    }
}

/// Whether two names of ends speak of one thing: equal, or overlapping ranges.
fn meets(a: &str, b: &str) -> bool {
    let ranges = |text: &str| text.split(',').map(Range::parse).collect::<Option<Vec<Range>>>();
    match (ranges(a), ranges(b)) {
        (Some(a), Some(b)) => a.iter().any(|x| b.iter().any(|y| x.overlap(*y).is_some())),
        _ => a == b,
    }
}

/// Whether a row's end covers an endpoint or class of addresses, by number.
fn node_covers(model: &Model<'_>, unprotected: &dyn Fn(u32) -> bool, row: Node, end: Node) -> bool {
    let class = match end {
        Node::Endpoint(at) => Some(model.endpoints[at as usize].class),
        _ => None,
    };
    let open = class.is_none_or(unprotected);
    let selects = |at: u32, class: u32| {
        let future = &model.futures[at as usize].0;
        let peers = model.parts.peers.list.iter().zip(&model.peer_pods);
        let own = |peer: &Peer| of_peer(&model.parts, &model.namespaces, peer).as_ref() == Some(future);
        peers.into_iter().any(|(peer, set)| own(peer) && set.must.contains(class))
    };
    match row {
        Node::Anywhere => true,
        Node::Cluster => class.is_some(),
        Node::AnywhereUnprotected => open,
        Node::ClusterUnprotected => class.is_some() && open,
        Node::Selected(at) => open && class.is_some_and(|class| selects(at, class)),
        Node::Pods(at) => class.is_some_and(|class| selects(at, class)),
        Node::Block(at) => match end {
            Node::Address(class) => {
                let peer = model.parts.peers.find(&Peer::Block(at)).unwrap();
                model.peer_addresses[peer as usize].must.contains(class)
            }
            _ => false,
        },
        own => own == end,
    }
}

/// What the grants of one side say of an endpoint and another.
fn granted(
    model: &Model<'_>,
    reach: &Reach<'_, '_>,
    grants: &[Grant],
    side: Direction,
    own: u32,
    other: u32,
) -> Ports {
    let class = &model.classes.list[model.endpoints[other as usize].class as usize];
    let declares = |it: &Declared| {
        let id = model.classes.port_names.find(&(it.name.clone(), it.protocol));
        class.ports.iter().any(|(name, numbers)| Some(*name) == id && numbers.first() == Some(&it.port))
    };
    let mut ports = Ports::none();
    for grant in grants.iter().filter(|it| it.direction == side && it.own.contains(&Node::Endpoint(own))) {
        let covers = |node: &Node| node_covers(model, &|_| false, *node, Node::Endpoint(other));
        if grant.others.iter().any(covers) && grant.declares.as_ref().is_none_or(declares) {
            ports = ports.union(&reach.ports(grant.ports));
        }
    }
    ports
}

/// Rows and grants of random clusters, added up, are the whole map; gives how many rows were told by
/// a selector, and how many grants there were.
fn adds_up(wide: usize, many: usize) -> (usize, usize) {
    let (mut told_by_selector, mut told_by_grants) = (0, 0);
    for seed in 0..clusters(50) {
        let world = world::random(seed);
        let options = options(&world, false);
        let text = world::text(&world::manifests(&world));
        let manifests = netpol::manifest::read(&[Source::text("world.yaml", text)], &[], &options);
        let model = Model::with(&manifests, &options, Futures::Include(Vec::new()));
        let reach = Reach::new(&model);
        let Compacted { rows, grants } = compact(&reach, wide, many);
        let selected =
            |row: &&Connection| matches!((row.from, row.to), (Node::Selected(_), _) | (_, Node::Selected(_)));
        told_by_selector += rows.iter().filter(selected).count();
        told_by_grants += grants.len();
        let open = |direction: Direction| {
            let reach = &reach;
            move |class: u32| reach.groups(direction)[reach.group_of(direction, class)].is_open()
        };
        let (egress, ingress) = (open(Direction::Egress), open(Direction::Ingress));
        pairs_of(&reach, |from, to, cell| {
            let is_open = |end: Node, open: &dyn Fn(u32) -> bool| match end {
                Node::Endpoint(at) => open(model.endpoints[at as usize].class),
                _ => true,
            };
            let mut sum =
                if is_open(from, &egress) && is_open(to, &ingress) { Ports::all() } else { Ports::none() };
            for row in &rows {
                if node_covers(&model, &egress, row.from, from) && node_covers(&model, &ingress, row.to, to) {
                    sum = sum.union(&reach.ports(row.ports));
                }
            }
            if let (Node::Endpoint(source), Node::Endpoint(destination)) = (from, to) {
                let out = granted(&model, &reach, &grants, Direction::Egress, source, destination);
                let into = granted(&model, &reach, &grants, Direction::Ingress, destination, source);
                sum = sum.union(&out.intersection(&into));
            }
            assert_eq!(sum, reach.ports(cell.must), "seed {seed}: {from:?} -> {to:?} {rows:#?} {grants:#?}");
        });
    }
    (told_by_selector, told_by_grants)
}

#[test]
fn a_wide_map_told_by_selectors_adds_up_too() {
    let (selectors, grants) = adds_up(0, usize::MAX);
    assert!(selectors > 10 && grants == 0);
}

#[test]
fn a_map_told_by_grants_adds_up_too() {
    let (_, grants) = adds_up(WIDE, 0);
    assert!(grants > 100);
}
