//! Reading YAML and JSON as Kubernetes does, held against what Kubernetes' own reader made of a
//! collection of snippets (`NETPOL_DATA`).

use netpol::options::Limits;
use netpol::syntax::{self, NodeId, Parsed, Tree, Value};
use serde_json::Value as Json;
use std::path::PathBuf;

fn json(tree: &Tree, id: NodeId) -> Json {
    match &tree.node(id).value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(text) => serde_json::from_str(text).unwrap(),
        Value::String(text) => Json::String(text.to_string()),
        Value::Sequence(items) => items.iter().map(|item| json(tree, *item)).collect(),
        Value::Mapping(entries) => Json::Object(
            entries
                .iter()
                .map(|e| (tree.as_str(e.key).unwrap().to_owned(), json(tree, e.value)))
                .collect(),
        ),
    }
}

fn first(parsed: &Parsed) -> Result<Json, String> {
    if let Some(fault) = parsed.faults.first() {
        return Err(fault.message.clone());
    }
    let root = parsed.documents.first().and_then(|document| document.root);
    Ok(root.map_or(Json::Null, |root| json(&parsed.tree, root)))
}

/// Where we differ, and why.
const DIFFERENT: [(&str, &str); 4] = [
    // The expectations are of the YAML reader alone. Before it apimachinery cuts at `---`, …
    ("sep_content.yaml", "ERR invalid Yaml document separator: a"),
    (
        "yaml11.yaml",
        "ERR yaml: line 1: did not find expected <document start>",
    ),
    // … and tries text that starts with `{` as JSON, whose fault it then tells.
    (
        "mapkey.yaml",
        "ERR json: offset 2: invalid character 'a' looking for beginning of object key string",
    ),
    // libyaml knows the escape `\/`; go-yaml of this lineage does not.
    ("slash_escape.yaml", r#"{"a":"/"}"#),
];

#[test]
fn the_dialect_is_kubernetes_own() {
    let Some(data) = std::env::var_os("NETPOL_DATA") else {
        eprintln!("skipped: NETPOL_DATA is not set");
        return;
    };
    let folder = PathBuf::from(data).join("yaml-dialect");
    let expected = std::fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let mut wrong = Vec::new();
    for line in expected.lines() {
        let (file, want) = line.split_once('\t').unwrap();
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let got = first(&syntax::parse(&text, &Limits::default()));
        let want = DIFFERENT
            .iter()
            .find(|(name, _)| *name == file)
            .map_or(want, |(_, ours)| ours);
        let fits = match (&got, want.strip_prefix("ERR ")) {
            (Err(got), Some(want)) => got == want,
            (Ok(got), None) => *got == serde_json::from_str::<Json>(want).unwrap(),
            _ => false,
        };
        if !fits {
            wrong.push(format!("{file}: {got:?}, expected {want}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
