//! The JSON Schema of `.netpol.yaml`, made from what the program knows: `UPDATE=1` rewrites
//! `docs/netpol.schema.json`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "cli")]

use netpol::options::{Cni, Minor};
use netpol::report::Format;
use netpol::{cli, config, lints};
use serde_json::{Value, json};
use std::path::Path;
use std::{env, fs};

#[test]
fn the_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/netpol.schema.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "UPDATE=1 rewrites {}", path.display());
}

#[test]
fn the_schema_knows_every_key_that_is_read() {
    let schema = schema();
    let known: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut read: Vec<&str> = cli::configuration_keys().collect();
    read.sort_unstable();
    assert_eq!(known, read);
}

#[test]
fn what_init_writes_speaks_of_every_key() {
    // The rarer ones are in docs/configuration.md alone.
    let rare = ["assume", "dns", "metadata", "systemNamespaces", "today", "limits"];
    for key in cli::configuration_keys().filter(|key| !rare.contains(key)) {
        assert!(cli::INIT.contains(&format!("# {key}:")), "`netpol init` says nothing of {key}");
    }
}

fn schema() -> Value {
    let level = json!({"enum": ["off", "info", "warning", "error", false]});
    let severities: serde_json::Map<String, Value> = lints::ALL
        .iter()
        .map(|rule| {
            let summary: Vec<&str> = rule.lint.summary().split_whitespace().collect();
            (rule.lint.name.to_owned(), json!({"description": summary.join(" "), "enum": level["enum"]}))
        })
        .collect();
    let versions: Vec<Value> = Minor::ALL
        .iter()
        .map(ToString::to_string)
        .flat_map(|minor| [json!(minor), json!(minor.parse::<f64>().unwrap())])
        .collect();
    let kubernetes: Vec<Value> = std::iter::once(json!("any")).chain(versions).collect();
    let strings =
        |description: &str| json!({"description": description, "type": "array", "items": {"type": "string"}});
    let count = json!({"type": "integer", "minimum": 0});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://raw.githubusercontent.com/netpol/netpol/main/docs/netpol.schema.json",
        "title": "netpol configuration (.netpol.yaml)",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "files": strings("What `netpol check` looks at when it is given no path, relative to this file."),
            "exclude": strings("What a walk leaves out; patterns as in .gitignore."),
            "baseline": {"description": "A file of findings to leave out, relative to this file.", "type": "string"},
            "failOn": {"description": "The least severity that exits with 1.", "enum": ["error", "warning", "info", "never"]},
            "format": {"description": "How the answer looks.", "enum": Format::NAMES},
            "kubernetes": {"description": "The API server that judges.", "enum": kubernetes},
            "cni": {"description": "The network plugin whose choices are taken as given.", "enum": Cni::ALL.map(|(name, _)| name)},
            "assume": {
                "description": "Choices of the network plugin, one by one.",
                "type": "object",
                "additionalProperties": {"type": ["string", "number", "boolean"]},
            },
            "namespace": {"description": "The namespace of objects that name none.", "type": "string"},
            "packs": {
                "description": "Packs of lints, later ones over earlier ones.",
                "type": "array",
                "items": {"enum": config::packs().map(|pack| pack.name).collect::<Vec<_>>()},
            },
            "lints": {
                "description": "Severities of single lints, over the packs'.",
                "type": "object",
                "properties": severities,
                "patternProperties": {"^NP[0-9]{3}$": level},
                "additionalProperties": false,
            },
            "complete": {
                "description": "What the input holds in full.",
                "type": "array",
                "items": {"enum": ["policies", "workloads", "namespaces", "services"]},
            },
            "cluster": {
                "description": "Address ranges of the cluster.",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "podCidrs": strings("Where pods get their addresses."),
                    "serviceCidrs": strings("Where Services get theirs."),
                    "nodeCidrs": strings("Where nodes have theirs."),
                },
            },
            "dns": strings("Resolvers beside the known ones: namespace/name of pods, or addresses."),
            "metadata": strings("Cloud metadata addresses; without it the known ones."),
            "systemNamespaces": strings("Namespaces exempt from coverage lints."),
            "today": {"description": "Today's date for what expires, YYYY-MM-DD.", "type": "string"},
            "limits": {
                "description": "Bounds on the input.",
                "type": "object",
                "additionalProperties": false,
                "properties": {"bytes": count, "depth": count, "aliases": count, "documents": count, "fixes": count},
            },
        },
    })
}
