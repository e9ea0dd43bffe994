//! The API server's judgement, held against what the server itself said of the shared data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use netpol::manifest::judge::{Judgement, SERVED, Stage, Validation, assess};
use netpol::manifest::{Body, Text, read};
use netpol::options::{Kubernetes, Limits, Minor, Options};
use netpol::source::Source;
use netpol::syntax::parse;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The shared data, where there is some; says that the test skips where not.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("NETPOL_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: NETPOL_DATA is not set");
    }
    folder
}

fn rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a server of `minor` answers to a file of one object, in the shape of the expected rows.
fn answer(text: &str, minor: Minor) -> BTreeMap<&'static str, Value> {
    let parsed = parse(text, &Limits::default());
    if let Some(fault) = parsed.faults.first() {
        return BTreeMap::from([
            ("verdict", json!("reject")),
            ("stage", json!("yaml")),
            ("message", json!(fault.message)),
        ]);
    }
    let document = parsed.documents.iter().find(|it| it.root.is_some()).unwrap();
    let (tree, root) = (&parsed.tree, document.root.unwrap());
    let name = |key| tree.get_str(root, key).unwrap_or_default();
    let text = Text { text, tree, document };
    shape(assess(&text, root, (name("apiVersion"), name("kind")), Validation::Create).judgement(minor))
}

fn shape(it: Judgement) -> BTreeMap<&'static str, Value> {
    let mut out = BTreeMap::from([("verdict", json!(if it.stage.is_some() { "reject" } else { "accept" }))]);
    if let Some(stage) = it.stage {
        let (code, reason) = stage.status();
        out.extend([("stage", json!(stage.name())), ("code", json!(code)), ("reason", json!(reason))]);
    }
    out.extend(it.message.map(|it| ("message", json!(it))));
    let causes: Vec<Value> = it
        .causes
        .iter()
        .map(|it| json!({"Reason": it.reason, "Message": it.message, "Field": it.field}))
        .collect();
    if !causes.is_empty() {
        out.insert("causes", json!(causes));
    }
    out.extend(it.strict_error.map(|it| ("strictError", json!(it))));
    if !it.warnings.is_empty() {
        out.insert("warnings", json!(it.warnings));
    }
    out.extend(it.defaulted.map(|it| ("defaultedSpec", json!(it))));
    out
}

const ANSWERS: [&str; 9] =
    ["verdict", "stage", "code", "reason", "message", "causes", "strictError", "warnings", "defaultedSpec"];

/// Each difference as one line.
fn differences(file: &str, expected: &Value, got: &BTreeMap<&str, Value>) -> Vec<String> {
    ANSWERS
        .iter()
        .filter(|key| expected.get(**key) != got.get(**key))
        .map(|key| {
            let show = |it: Option<&Value>| it.map_or("nothing".into(), Value::to_string);
            format!(
                "{file}: {key}\n  server: {}\n  netpol: {}",
                show(expected.get(*key)),
                show(got.get(*key))
            )
        })
        .collect()
}

fn compare(expected: &str, minor: Minor) -> (usize, Vec<String>) {
    let Some(folder) = data() else {
        return (0, Vec::new());
    };
    let folder = folder.join("validation");
    let rows = rows(&folder.join(expected));
    let mut found = Vec::new();
    for row in &rows {
        let file = row["file"].as_str().unwrap();
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        found.extend(differences(file, row, &answer(&text, minor)));
    }
    (rows.len(), found)
}

#[test]
fn every_mutation_is_judged_as_the_server_does() {
    let (count, found) = compare("np_expected.jsonl", Minor::V36);
    assert!(found.is_empty(), "{} of {count} files\n{}", found.len(), found.join("\n"));
}

#[test]
fn before_1_36_ranges_are_judged_by_the_old_parser() {
    let (count, found) = compare("np_expected_gate_off_diff.jsonl", Minor::V35);
    // The row's server is a 1.36 without the gate; 1.35 words this warning differently.
    let reworded = "will be considered invalid in a future Kubernetes release";
    let found: Vec<String> = found.into_iter().filter(|it| !it.contains(reworded)).collect();
    assert!(found.is_empty(), "{} of {count} files\n{}", found.len(), found.join("\n"));
}

#[test]
fn real_manifests_are_accepted_and_rejected_document_by_document() {
    let Some(folder) = data() else { return };
    let folder = folder.join("corpus");
    let mut by_file: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in rows(&folder.join("expected.jsonl")) {
        by_file.entry(row["file"].as_str().unwrap().into()).or_default().push(row);
    }
    let options = Options { kubernetes: Kubernetes::Minor(Minor::V36), ..Options::default() };
    let mut found = Vec::new();
    for (file, rows) in &by_file {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        // Patches are no manifests to us; the server judges what it is given.
        let patch = text.lines().any(|it| it.starts_with("$patch:"));
        // Nor are assertions, which are told by the names of their files.
        let manifests = read(&[Source::text("policy.yaml", text)], &[], &options);
        let parsed = &manifests.files[0].parsed;
        for row in rows {
            let at = |key: &str| row.get(key).and_then(Value::as_u64);
            let place = format!("{file} {:?} {:?}", at("doc"), at("item"));
            let object = manifests.objects.iter().find(|it| {
                let item = it.item.map(|it| u64::from(it) + 1);
                let policy = matches!(it.body, Body::NetworkPolicy(_));
                policy && Some(u64::from(it.document)) == at("doc") && item == at("item")
            });
            let Some(object) = object else {
                if !patch {
                    found.push(format!("{place}: no such object"));
                }
                continue;
            };
            let document = &parsed.documents[object.document as usize];
            let text = Text { text: manifests.files[0].source.as_str(), tree: &parsed.tree, document };
            let assessed =
                assess(&text, object.root, (&object.api_version, &object.kind), Validation::Create);
            let mut got = shape(assessed.judgement(Minor::V36));
            got.remove("defaultedSpec");
            found.extend(differences(&place, row, &got));
            if object.accepted != (row["verdict"] == "accept") {
                found.push(format!("{place}: accepted {}", object.accepted));
            }
        }
    }
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
}

/// Findings tell what a judgement tells, with places.
#[test]
fn each_cause_is_a_finding_at_its_place() {
    let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  \
                podSelector: {matchLabels: {a: -b}}\n  ingress:\n  - ports: [{port: 0}]\n    frm: []\n";
    let manifests = read(&[Source::text("a.yaml", text)], &[], &Options::default());
    let told: Vec<(&str, &str)> = manifests
        .findings
        .iter()
        .map(|it| (it.place.span.of(text), it.message.split(": ").next().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("frm", "spec.ingress[0].frm"),
            ("-b", "spec.podSelector.matchLabels"),
            ("0", "spec.ingress[0].ports[0].port")
        ]
    );
    assert!(!manifests.objects[0].accepted);
}

/// What only some minors reject is told as a warning that names them.
/// Answers of the server's own code to rare mutations, one by one.
#[test]
fn rare_texts_get_the_servers_words() {
    let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n";
    let told = |text: &str, minor, part| answer(text, minor)[part].as_str().unwrap().to_owned();
    // A next line character is a line break to YAML.
    let doubled =
        format!("{head}spec: {{podSelector: {{matchLabels: {{a: \"\u{85}\"}}, matchLabels: {{}}}}}}\n");
    let strict = "strict decoding error: yaml: unmarshal errors:\n  line";
    assert_eq!(
        told(&doubled, Minor::V37, "strictError"),
        format!("{strict} 5: key \"matchLabels\" already set in map")
    );
    // A value starts at its anchor.
    let anchored =
        format!("{head}spec:\n  podSelector: {{}}\n  podSelector: # b\n    &a\n    matchLabels: {{}}\n");
    assert_eq!(
        told(&anchored, Minor::V37, "strictError"),
        format!("{strict} 7: key \"podSelector\" already set in map")
    );
    let time = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n  deletionTimestamp: |\n    x\u{e9}\nspec: {podSelector: {}}\n";
    assert_eq!(
        told(time, Minor::V37, "message"),
        r#"parsing time "x\xc3\xa9\x0a" as "2006-01-02T15:04:05Z07:00": cannot parse "x\xc3\xa9\x0a" as "2006""#
    );
    assert_eq!(
        told("apiVersion: a/b/c\nkind: NetworkPolicy\nmetadata: {name: a}\n", Minor::V37, "message"),
        "unexpected GroupVersion string: a/b/c"
    );
    let no_group = told("apiVersion: /v2\nkind: NetworkPolicy\nmetadata: {name: a}\n", Minor::V37, "message");
    assert!(no_group.contains("registered for version \"v2\""), "{no_group}");
    // Two owners that look alike lie at two places in memory, which 1.33 shows.
    let owner = "{apiVersion: v1, kind: Event, name: x, uid: u, controller: true}";
    let owners = format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: a, ownerReferences: [{owner}, {owner}]}}\nspec: {{podSelector: {{}}}}\n"
    );
    let disallowed = |minor| told(&owners, minor, "message").matches("is disallowed").count();
    assert_eq!([Minor::V33, Minor::V34].map(disallowed), [2, 1]);
}

#[test]
fn any_server_is_all_servers() {
    let text = format!(
        "apiVersion: {SERVED}\nkind: NetworkPolicy\nmetadata: {{name: a}}\n\
         spec: {{egress: [{{to: [{{ipBlock: {{cidr: 10.0.0.1/8}}}}]}}]}}\n"
    );
    let told = |kubernetes| {
        let options = Options { kubernetes, ..Options::default() };
        let manifests = read(&[Source::text("a.yaml", &text)], &[], &options);
        let it = &manifests.findings[0];
        (it.severity.name(), it.minors.to_string(), manifests.objects[0].accepted)
    };
    assert_eq!(told(Kubernetes::Any), ("warning", "1.36, 1.37".into(), true));
    assert_eq!(told(Kubernetes::Minor(Minor::V37)), ("error", "1.37".into(), false));
    assert_eq!(told(Kubernetes::Minor(Minor::V33)), ("warning", "1.33".into(), true));
    assert_eq!(Stage::Validate.status(), (422, "Invalid"));
}
