//! netpol's judgement against answers of the API server's own code, kept from runs of
//! `cargo xtask oracle --keep`: no Go is needed here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[path = "../xtask/src/oracle/compare.rs"]
mod compare;
#[path = "../xtask/src/oracle/ours.rs"]
mod ours;

use netpol::options::Minor;
use serde_json::Value;

#[test]
fn every_minor_answers_as_its_server_did() {
    let rows = include_str!("oracle/vectors.jsonl");
    let mut found = Vec::new();
    for (line, row) in rows.lines().enumerate() {
        let row: Value = serde_json::from_str(row).unwrap();
        for minor in Minor::ALL {
            let mut expected = row["expected"].clone();
            for (part, other) in row["minors"][minor.to_string()].as_object().into_iter().flatten() {
                expected[part] = other.clone();
            }
            for it in compare::differences(&expected, &ours::answer(&row, minor)) {
                let (line, name) = (line + 1, &row["name"]);
                let text = format!(
                    "line {line}, {name}, {minor}: {}\n  server {}\n  netpol {}",
                    it.part, it.expected, it.got
                );
                found.push(text);
            }
        }
    }
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
}
