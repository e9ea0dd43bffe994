//! The fast engine against the naive one, and the laws that any reading of policies must keep.

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
use netpol::analysis::reach::{Cell, Reach};
use netpol::manifest::effect::Direction;
use netpol::manifest::{Manifests, read};
use netpol::model::ip::Addr;
use netpol::model::ports::Protocol;
use netpol::model::{Endpoint, Model};
use netpol::options::Options;
use netpol::source::Source;

fn options(world: &world::World) -> Options {
    let mut options = Options { assume: world.assume.clone(), ..Options::default() };
    options.cluster.service_cidrs = world.service_cidrs.clone();
    options
}

fn manifests(world: &world::World, options: &Options) -> Manifests {
    let text = world::text(&world::manifests(world));
    read(&[Source::text("world.yaml", text)], &[], options)
}

const PORTS: [u16; 7] = [53, 79, 80, 81, 443, 8080, 65535];

/// A few connections of one pair: every protocol, some ports.
fn probes(dice: &mut world::Dice) -> Vec<(Protocol, u16)> {
    Protocol::ALL.into_iter().flat_map(|it| [(it, *dice.pick(&PORTS)), (it, *dice.pick(&PORTS))]).collect()
}

/// How many random clusters: `NETPOL_CLUSTERS`, else all.
fn clusters() -> u64 {
    std::env::var("NETPOL_CLUSTERS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

fn value(reach: &Reach<'_, '_>, cell: Cell, protocol: Protocol, port: u16) -> Option<bool> {
    let (must, may) = (reach.ports(cell.must), reach.ports(cell.may));
    match (must.contains(protocol, port), may.contains(protocol, port)) {
        (true, true) => Some(true),
        (false, false) => Some(false),
        (false, true) => None,
        (true, false) => panic!("must is more than may"),
    }
}

/// The endpoint of a pod.
fn endpoint<'m>(model: &'m Model<'_>, pod: &world::Pod) -> &'m Endpoint {
    let found = |it: &&Endpoint| {
        let workload = &model.workloads[it.workload as usize];
        workload.namespace == pod.namespace && workload.name == pod.name
    };
    model.endpoints.iter().find(found).expect("every pod is an endpoint")
}

/// Compares every pair of one cluster; counts denied, allowed, unknown.
fn compare(seed: u64) -> [u64; 3] {
    let mut seen = [0; 3];
    let world = world::random(seed);
    let options = options(&world);
    let manifests = manifests(&world, &options);
    let model = Model::new(&manifests, &options);
    let reach = Reach::new(&model);
    let mut dice = world::Dice::new(seed);
    let mut check = |cell: Cell, from: End, to: End| {
        for (protocol, port) in probes(&mut dice) {
            let fast = value(&reach, cell, protocol, port);
            let slow = allowed(&world, from, to, protocol.name(), port);
            seen[slow.map_or(2, usize::from)] += 1;
            assert_eq!(fast, slow, "seed {seed}: {from:?} -> {to:?} {}/{port}\n{world:#?}", protocol.name());
        }
    };
    for from in &world.pods {
        let own = endpoint(&model, from);
        for to in world.pods.iter().filter(|to| to.name != from.name) {
            check(reach.between(own.class, endpoint(&model, to).class), End::Pod(from), End::Pod(to));
        }
        for ip in &world.outside {
            let addresses = model.addresses.class(Addr::from(*ip));
            check(reach.address(Direction::Egress, own, addresses), End::Pod(from), End::Address(*ip));
            check(reach.address(Direction::Ingress, own, addresses), End::Address(*ip), End::Pod(from));
        }
    }
    seen
}

#[test]
fn fast_equals_naive() {
    let half = |odd: u64| (0..clusters()).filter(move |seed| seed % 2 == odd).map(compare);
    let sum = |all: &mut dyn Iterator<Item = [u64; 3]>| {
        all.fold([0; 3], |a: [u64; 3], b| [0, 1, 2].map(|at| a[at] + b[at]))
    };
    let (a, b) = std::thread::scope(|scope| {
        let other = scope.spawn(|| sum(&mut half(1)));
        (sum(&mut half(0)), other.join().expect("no difference"))
    });
    // The comparison is worth little unless every answer is common.
    let seen = [0, 1, 2].map(|at| a[at] + b[at]);
    let total: u64 = seen.iter().sum();
    println!("denied, allowed, unknown: {seen:?}");
    assert!(seen.iter().all(|count| count * 20 > total), "{seen:?} of {total}");
}
