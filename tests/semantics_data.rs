//! Truth tables of the shared data: every asserted cell agrees, under the assumptions that the
//! data's README names. Reads the folder `NETPOL_DATA` names; skips, saying so, where it is unset.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use netpol::analysis::reach::{Cell, Reach};
use netpol::manifest::effect::Direction;
use netpol::manifest::read;
use netpol::model::ip::Addr;
use netpol::model::ports::Protocol;
use netpol::model::{Endpoint, Model};
use netpol::options::Options;
use netpol::source::Source;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn data(folder: &str) -> Option<PathBuf> {
    let Ok(root) = std::env::var("NETPOL_DATA") else {
        println!("skipped: NETPOL_DATA is not set");
        return None;
    };
    Some(Path::new(&root).join(folder))
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    all.sort();
    all
}

fn assume(pairs: &[(&str, &str)]) -> Options {
    let assume = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Options { assume, ..Options::default() }
}

/// One side's cells of a table, and what it is about.
struct Table<'t> {
    order: &'t [Value],
    rows: &'t [Value],
    /// `None` is both sides together.
    direction: Option<Direction>,
    protocol: Protocol,
    port: u16,
}

enum Place<'m> {
    Pod(&'m Endpoint),
    Address(u32),
}

fn place<'m>(model: &'m Model<'_>, name: &str) -> Place<'m> {
    if let Some(ip) = name.strip_prefix("ext/") {
        return Place::Address(model.addresses.class(Addr::parse(ip).unwrap()));
    }
    let (namespace, rest) = name.split_once('/').unwrap();
    let name = rest.split('[').next().unwrap();
    let found = |it: &&Endpoint| {
        let workload = &model.workloads[it.workload as usize];
        workload.namespace == namespace && workload.name == name
    };
    Place::Pod(model.endpoints.iter().find(found).unwrap_or_else(|| panic!("no endpoint {namespace}/{name}")))
}

/// What the table's side says of one pair.
fn cell(reach: &Reach<'_, '_>, direction: Option<Direction>, from: &Place, to: &Place) -> Cell {
    let side = |direction: Direction| {
        let (own, other) = if direction == Direction::Egress { (from, to) } else { (to, from) };
        match (own, other) {
            (Place::Address(_), _) => Cell::ALL,
            (Place::Pod(own), Place::Address(other)) => reach.address(direction, own, *other),
            (Place::Pod(own), Place::Pod(other)) => {
                let row = reach.row_of(direction, own.class);
                Cell { must: row.must.pod(other.class), may: row.may.pod(other.class) }
            }
        }
    };
    match direction {
        Some(direction) => side(direction),
        None => reach.meet(side(Direction::Egress), side(Direction::Ingress)),
    }
}

fn compare(reach: &Reach<'_, '_>, table: &Table<'_>, whose: &str) -> usize {
    let mut cells = 0;
    for (from_name, row) in table.order.iter().zip(table.rows) {
        let from = place(reach.model, from_name.as_str().unwrap());
        for (to_name, expected) in table.order.iter().zip(row.as_str().unwrap().chars()) {
            if from_name == to_name || expected == '-' {
                continue;
            }
            let to = place(reach.model, to_name.as_str().unwrap());
            let cell = cell(reach, table.direction, &from, &to);
            let at = |id| reach.ports(id).contains(table.protocol, table.port);
            let told = match (at(cell.must), at(cell.may)) {
                (true, _) => '.',
                (false, true) => '?',
                (false, false) => 'X',
            };
            let wanted = if expected == '.' { '.' } else { 'X' };
            assert_eq!(
                told,
                wanted,
                "{whose}: {:?} {from_name} -> {to_name} {}/{}",
                table.direction,
                table.protocol.name(),
                table.port
            );
            cells += 1;
        }
    }
    cells
}

fn point(text: &str) -> (Protocol, u16) {
    let (protocol, port) = text.split_once('/').unwrap();
    (Protocol::parse(Some(protocol)).unwrap(), port.parse().unwrap())
}

/// The tables of one file, in any of the shapes that the data uses.
fn tables(expected: &Value) -> Vec<Table<'_>> {
    let order = expected["order"].as_array().unwrap();
    let sides =
        [("ingress", Some(Direction::Ingress)), ("egress", Some(Direction::Egress)), ("combined", None)];
    let mut found: Vec<(&Value, Option<Direction>, (Protocol, u16))> = Vec::new();
    for group in expected["groups"].as_array().into_iter().flatten() {
        for at in group["ports"].as_array().unwrap() {
            found.extend(
                sides.map(|(side, direction)| (&group[side], direction, point(at.as_str().unwrap()))),
            );
        }
    }
    for (at, group) in expected["matrix"].as_object().into_iter().flatten() {
        found.extend(sides.map(|(side, direction)| (&group[side], direction, point(at))));
    }
    for check in expected["checks"].as_array().into_iter().flatten() {
        let at = format!("{}/{}", check["protocol"].as_str().unwrap(), check["port"]);
        found.extend(sides.map(|(side, direction)| (&check[side], direction, point(&at))));
    }
    for (at, rows) in expected["probes"].as_object().into_iter().flatten() {
        found.push((rows, None, point(at)));
    }
    let mut tables = Vec::new();
    for (rows, direction, (protocol, port)) in found {
        if let Some(rows) = rows.as_array() {
            tables.push(Table { order, rows, direction, protocol, port });
        }
    }
    tables
}

/// Compares one file of manifests with one of tables.
fn check(manifests: &[PathBuf], expected: &Path, options: &Options) -> usize {
    let text = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let sources: Vec<Source> =
        manifests.iter().map(|path| Source::text(path.to_string_lossy(), text(path))).collect();
    let manifests = read(&sources, &[], options);
    let model = Model::new(&manifests, options);
    let reach = Reach::new(&model);
    let expected_json: Value = serde_json::from_str(&std::fs::read_to_string(expected).unwrap()).unwrap();
    let all = tables(&expected_json);
    assert!(!all.is_empty(), "no table in {}", expected.display());
    all.iter().map(|table| compare(&reach, table, &expected.display().to_string())).sum()
}

#[test]
fn random_worlds_with_network_policies_only() {
    let Some(folder) = data("semantic") else { return };
    let mut cells = 0;
    for value in ["never", "match"] {
        let options = assume(&[("ip-block-pods", value)]);
        let worlds = sorted(&folder)
            .into_iter()
            .filter(|it| it.file_name().unwrap().to_string_lossy().starts_with("np_"));
        for world in worlds {
            cells += check(&[world.join("resources.yaml")], &world.join("expected.json"), &options);
        }
    }
    println!("{cells} cells");
    assert!(cells > 100_000);
}

fn steps(folder: &str, options: &Options) -> usize {
    let Some(folder) = data(folder) else { return usize::MAX };
    let mut cells = 0;
    for case in sorted(&folder).into_iter().filter(|it| it.is_dir()) {
        for yaml in sorted(&case).into_iter().filter(|it| it.extension().is_some_and(|end| end == "yaml")) {
            let expected = yaml.with_extension("expected.json");
            cells += check(&[yaml], &expected, options);
        }
    }
    println!("{cells} cells");
    cells
}

#[test]
fn cyclonus_cases() {
    assert!(steps("cyclonus", &assume(&[("ip-block-pods", "match")])) > 50_000);
}

#[test]
fn kubernetes_own_cases() {
    assert!(steps("e2e_netpol", &assume(&[("ip-block-pods", "match")])) > 500);
}
