//! The guide's three policies: what netpol must say of them, as printed and as meant.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use netpol::{Input, Options, Report, check};
use std::path::{Path, PathBuf};

const NAMES: [&str; 3] = ["default-deny", "restrict-metadata-service", "allow-inter-namespace-communication"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/guide")
}

fn text(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn report(text: &str) -> Report {
    check(&Input::text("policy.yaml", text), &Options::default()).unwrap()
}

fn lints(report: &Report) -> Vec<&str> {
    report.diagnostics.iter().map(|it| it.lint).collect()
}

/// The text with the only fix of the only finding applied.
fn repaired(text: &str) -> String {
    let report = report(text);
    assert_eq!(lints(&report), ["lost-indentation"]);
    let [fix] = report.diagnostics[0].fixes.as_slice() else { panic!("one fix") };
    let mut out = text.to_owned();
    for edit in fix.edits.iter().rev() {
        out.replace_range(edit.start as usize..edit.end as usize, &edit.text);
    }
    out
}

#[test]
fn as_printed_is_one_finding_whose_fix_is_what_was_meant() {
    for name in NAMES {
        let printed = text(&folder(), &format!("{name}.as-printed.yaml"));
        assert_eq!(repaired(&printed), text(&folder(), &format!("{name}.yaml")), "{name}");
    }
}

#[test]
fn restricting_the_metadata_service_opens_it() {
    let report = report(&text(&folder(), "restrict-metadata-service.yaml"));
    let found = report.diagnostics.iter().find(|it| it.lint == "effect-contradicts-name").unwrap();
    assert_eq!(found.field.as_deref(), Some("spec.egress[0].to[0]"));
    assert!(found.message.contains("reach the metadata service"), "{}", found.message);
    assert!(found.because.iter().any(|it| it.message.contains("reach nothing else")));
}

#[test]
fn the_policies_as_meant_are_accepted_by_every_version() {
    for name in NAMES {
        let report = report(&text(&folder(), &format!("{name}.yaml")));
        assert_eq!(report.summary.errors, 0, "{name}");
    }
}

#[test]
fn the_shared_copies_say_the_same() {
    let Some(data) = std::env::var_os("NETPOL_DATA") else {
        println!("skipped: NETPOL_DATA is not set");
        return;
    };
    let theirs = Path::new(&data).join("guide");
    for name in NAMES {
        for file in [format!("{name}.yaml"), format!("{name}.as-printed.yaml")] {
            assert_eq!(text(&theirs, &file), text(&folder(), &file), "{file}");
        }
    }
}
