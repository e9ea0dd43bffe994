//! Runs tests/cases: what policies mean, one file a question, in Markdown.
//!
//! A `yaml` block is an input; the `expect` block after it says what must hold, a line each:
//!
//! ```text
//! assume ip-block-pods=match                      for the lines below it; also cni, namespace,
//!                                                 pod-cidrs, service-cidrs, node-cidrs
//! shop/web -> shop/db TCP 5432: allow             allow, deny, unknown or mixed
//! shop/web -> shop/db: deny (isolates egress)     and some reason or cause says this
//! map shop/web -> shop/db: TCP 5432               a row of the map, as `map` prints its ports
//! map shop/web -> shop/db: none                   no such row
//! unprotected egress: shop/web                    who is isolated by nothing
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use netpol::options::{Cni, Options};
use netpol::{Input, Question, map, why};
use std::path::Path;

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.extension().is_some_and(|end| end == "md"));
    files.sort();
    let mut wrong = Vec::new();
    let mut checks = 0;
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let mut yaml = String::new();
        let before = checks;
        for (language, first, block) in blocks(&text) {
            match language {
                "yaml" => yaml = block,
                "expect" => checks += run(&yaml, &block, &format!("{name}:{first}"), &mut wrong),
                other => panic!("{name}: a block of `{other}`"),
            }
        }
        assert!(checks > before, "{name} expects nothing");
    }
    assert!(wrong.is_empty(), "{} of {checks} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("{checks} expectations in {} files", files.len());
}

/// The fenced blocks: language, line, text.
fn blocks(text: &str) -> Vec<(&str, usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(language), None) => open = Some((language, at + 1, String::new())),
            (Some(_), Some(block)) => found.push(block),
            (None, Some((language, first, block))) => open = Some((language, first, block + line + "\n")),
            (None, None) => {}
        }
    }
    found
}

fn run(yaml: &str, expectations: &str, place: &str, wrong: &mut Vec<String>) -> usize {
    let input = Input::text("case.yaml", yaml);
    let mut options = Options::default();
    let mut checks = 0;
    for line in expectations.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if set(&mut options, line) {
            continue;
        }
        checks += 1;
        let told = match line.split_once(' ') {
            Some(("map", rest)) => row(&input, &options, rest),
            Some(("unprotected", rest)) => unprotected(&input, &options, rest),
            _ => verdict(&input, &options, line),
        };
        if let Err(told) = told {
            wrong.push(format!("{place}: {line}\n    but {told}"));
        }
    }
    checks
}

fn set(options: &mut Options, line: &str) -> bool {
    let Some((word, value)) = line.split_once(' ') else { return false };
    let list = || value.split(',').map(String::from).collect();
    match word {
        "assume" => {
            let (name, value) = value.split_once('=').unwrap();
            options.assume.insert(name.into(), value.into());
        }
        "cni" => options.cni = Cni::parse(value).unwrap(),
        "namespace" => options.namespace = value.into(),
        "pod-cidrs" => options.cluster.pod_cidrs = list(),
        "service-cidrs" => options.cluster.service_cidrs = list(),
        "node-cidrs" => options.cluster.node_cidrs = list(),
        _ => return false,
    }
    true
}

fn verdict(input: &Input, options: &Options, line: &str) -> Result<(), String> {
    let (from, rest) = line.split_once(" -> ").expect("`from -> to: verdict`");
    let (to, expected) = rest.rsplit_once(": ").expect("`from -> to: verdict`");
    let mut question = Question { from: from.into(), to: to.into(), ..Question::default() };
    let words: Vec<&str> = to.split(' ').collect();
    if let [end @ .., protocol, port] = words.as_slice()
        && let (true, Ok(port)) = (["TCP", "UDP", "SCTP"].contains(protocol), port.parse())
    {
        question =
            Question { to: end.join(" "), port: Some(port), protocol: Some((*protocol).into()), ..question };
    }
    let report = why(input, &question, options).map_err(|error| error.message)?;
    let (word, needle) = match expected.split_once(" (") {
        Some((word, needle)) => (word, needle.strip_suffix(')').unwrap()),
        None => (expected, ""),
    };
    let said: Vec<String> = report
        .answers
        .iter()
        .flat_map(|answer| {
            let reasons = answer.reasons.iter().map(|it| it.message.clone());
            let open = answer
                .unknown
                .iter()
                .map(|it| format!("{} {} {}", it.message, it.cause, it.settled_by.join(" ")));
            reasons.chain(open).collect::<Vec<_>>()
        })
        .collect();
    if report.verdict != word || !(needle.is_empty() || said.iter().any(|text| text.contains(needle))) {
        return Err(format!("{}: {}", report.verdict, said.join("; ")));
    }
    Ok(())
}

fn row(input: &Input, options: &Options, line: &str) -> Result<(), String> {
    let (ends, expected) = line.rsplit_once(": ").unwrap();
    let (from, to) = ends.split_once(" -> ").unwrap();
    let report = map(input, options).map_err(|error| error.message)?;
    let rows: Vec<(&str, &str, String)> =
        report.connections.iter().map(|(from, to, allowed)| (from, to, allowed.0.to_string())).collect();
    let own = rows.iter().find(|row| row.0 == from && row.1 == to).map_or("none", |row| row.2.as_str());
    if own == expected { Ok(()) } else { Err(format!("{own}, among {rows:?}")) }
}

fn unprotected(input: &Input, options: &Options, line: &str) -> Result<(), String> {
    let (direction, expected) = line.split_once(": ").unwrap();
    let report = map(input, options).map_err(|error| error.message)?;
    let own = if direction == "ingress" { report.unprotected.ingress } else { report.unprotected.egress };
    let own = if own.is_empty() { "none".to_owned() } else { own.join(", ") };
    if own == expected { Ok(()) } else { Err(own) }
}
