//! Packs are compiled to a table: this holds `src/config/packs.rs` against `policies/packs/`.
//! `UPDATE=1` rewrites the table.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use netpol::options::{Level, Limits};
use netpol::syntax::{self, Value};
use netpol::{config, lints};
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

#[test]
fn the_table_holds_what_the_files_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = table(&root.join("policies/packs"));
    let path = root.join("src/config/packs.rs");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &table).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), table, "UPDATE=1 rewrites src/config/packs.rs");
    assert!(config::packs().any(|pack| pack.name == "recommended"));
}

/// A pack that is stricter than the lints themselves makes nothing milder.
#[test]
fn strict_lowers_nothing() {
    let strict = config::packs().find(|pack| pack.name == "strict").unwrap();
    for (name, level) in strict.lints {
        let own = lints::find(name).unwrap().severity;
        assert!(matches!(level, Level::On(severity) if *severity <= own), "{name}");
    }
}

/// The packs as a table in Rust.
fn table(folder: &Path) -> String {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".yaml").map(String::from))
        .collect();
    names.sort();
    let mut text = String::from(
        "//! The packs of policies/packs as a table; made by `UPDATE=1 cargo test --test packs`.\n\n\
         use super::Pack;\nuse crate::diagnostic::Severity;\nuse crate::options::Level;\n\n\
         #[rustfmt::skip]\n         pub(super) const TABLE: &[Pack] = &[\n",
    );
    for name in names {
        let (description, lints) =
            pack(&fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap(), &name);
        writeln!(text, "    Pack {{\n        name: {name:?},\n        description: {description:?},")
            .unwrap();
        writeln!(text, "        lints: &[").unwrap();
        for (lint, severity) in lints {
            let level = match severity.as_str() {
                "off" => "Level::Off",
                "info" => "Level::On(Severity::Info)",
                "warning" => "Level::On(Severity::Warning)",
                "error" => "Level::On(Severity::Error)",
                other => panic!("{name}: `{other}` is no severity"),
            };
            writeln!(text, "            ({lint:?}, {level}),").unwrap();
        }
        text.push_str("        ],\n    },\n");
    }
    text.push_str("];\n");
    text
}

/// The description and the severities of a pack, in the order of the lints' codes.
fn pack(text: &str, name: &str) -> (String, Vec<(&'static str, String)>) {
    let parsed = syntax::parse(text, &Limits::default());
    assert!(parsed.faults.is_empty(), "{name}: {:?}", parsed.faults);
    let (tree, root) = (&parsed.tree, parsed.documents[0].root.unwrap());
    let description = tree.get_str(root, "description").expect("a pack says what it is for").to_owned();
    let entries = match tree.node(tree.get(root, "lints").unwrap()).value {
        Value::Mapping(entries) => entries,
        other => panic!("{name}: `lints` is {other:?}"),
    };
    let mut found: Vec<_> = entries
        .iter()
        .map(|entry| {
            let key = tree.as_str(entry.key).unwrap();
            let lint = lints::find(key).unwrap_or_else(|| panic!("{name}: there is no lint `{key}`"));
            let severity = tree.span(entry.value).of(text).to_owned();
            (lint.code, lint.name, severity)
        })
        .collect();
    found.sort();
    (description, found.into_iter().map(|(_, lint, severity)| (lint, severity)).collect())
}
