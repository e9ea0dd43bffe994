//! What an editor offers to complete: fields, their values, and the labels, namespaces and port
//! names that the input itself speaks of.
//!
//! Takes an input, a path and an offset; gives a list. Text that is being typed is rarely sound,
//! so the place is read from the lines above by their indentation, not from the tree.

mod place;
mod vocabulary;

use super::hover::bytes_before;
use super::{Input, SCHEMA_VERSION};
use crate::field::{FieldPath, Segment};
use crate::manifest;
use crate::manifest::schema::{Field, NAMESPACE, NETWORK_POLICY, Struct, Type};
use crate::options::Options;
use crate::source::{Encoding, LineIndex, Span};
use place::{Spot, spot};
use serde::Serialize;
use vocabulary::Vocabulary;

/// The answer of `complete`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Completions {
    /// 1.
    pub schema_version: u32,
    /// Where the word begins that an item replaces.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What may stand there.
    pub items: Vec<Item>,
}

/// One thing that may stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What is shown.
    pub label: String,
    /// What is written.
    pub insert: String,
    /// `property`, `enum`, `label`, `namespace` or `port`.
    pub kind: &'static str,
    /// A few words beside the label.
    pub detail: String,
    /// What it is for.
    pub doc: String,
}

/// What may stand at `offset` (in the unit of the options' positions) of the source `path`.
#[must_use]
pub fn complete(input: &Input, options: &Options, path: &str, offset: u32) -> Completions {
    let nothing =
        Completions { schema_version: SCHEMA_VERSION, start: offset, end: offset, items: Vec::new() };
    let Some(source) = input.sources.iter().chain(&input.with).find(|it| it.path == path) else {
        return nothing;
    };
    let text = source.as_str();
    let cursor = bytes_before(text, offset, options.positions);
    let Some(spot) = spot(Span::new(0, cursor).of(text)) else { return nothing };
    let manifests = manifest::read(&input.sources, &input.with, options);
    let items = items(&spot, &Vocabulary::of(&manifests));
    let index = LineIndex::new(text);
    let told = |byte| match options.positions {
        Encoding::Utf8 => byte,
        Encoding::Utf16 => index.position(text, byte, Encoding::Utf16).offset,
    };
    Completions { schema_version: SCHEMA_VERSION, start: told(spot.start), end: told(cursor), items }
}

fn items(spot: &Spot, words: &Vocabulary) -> Vec<Item> {
    let schema = match spot.kind.as_deref() {
        Some("Namespace") => &NAMESPACE,
        _ => &NETWORK_POLICY,
    };
    match &spot.key {
        None => keys(spot, schema, words),
        Some(key) => values(&spot.path.field(key), schema, words),
    }
}

/// Keys of the mapping, or items of the list, that the cursor stands in.
fn keys(spot: &Spot, schema: &'static Struct, words: &Vocabulary) -> Vec<Item> {
    if let Some(within) = schema.within(&spot.path) {
        let fresh = within.fields.iter().filter(|it| !spot.siblings.iter().any(|name| name == it.name));
        return fresh.map(|it| property(it, spot.column)).collect();
    }
    let Some(field) = schema.at(&spot.path) else { return Vec::new() };
    match field.ty {
        Type::Labels if is_label(&spot.path) => {
            let keys = words.keys(of_namespaces(&spot.path));
            keys.filter(|key| !spot.siblings.iter().any(|it| it == key))
                .map(|key| word(key, format!("{key}: "), "label"))
                .collect()
        }
        Type::Texts(_) => values(&spot.path, schema, words),
        _ => Vec::new(),
    }
}

/// Values of the field at `path`.
fn values(path: &FieldPath, schema: &'static Struct, words: &Vocabulary) -> Vec<Item> {
    const NAME: &str = "kubernetes.io/metadata.name";
    let last = path.0.iter().rev().find_map(|step| match step {
        Segment::Field(name) => Some(&**name),
        _ => None,
    });
    let (last, above) = (last.unwrap_or_default(), path.parent());
    if let Some(Type::Labels) = schema.at(&above).map(|it| it.ty).filter(|_| is_label(&above)) {
        if last == NAME {
            return words.namespaces().map(|it| word(it, it.to_owned(), "namespace")).collect();
        }
        return words.values(of_namespaces(path), last).map(|it| word(it, it.to_owned(), "label")).collect();
    }
    let Some(field) = schema.at(path) else { return Vec::new() };
    if !field.values.is_empty() {
        return field.values.iter().map(|it| word(it, (*it).to_owned(), "enum")).collect();
    }
    let inside = |name: &str| path.0.iter().any(|step| matches!(step, Segment::Field(it) if &**it == name));
    match last {
        "namespace" => words.namespaces().map(|it| word(it, it.to_owned(), "namespace")).collect(),
        "key" if inside("matchExpressions") => {
            words.keys(of_namespaces(path)).map(|it| word(it, it.to_owned(), "label")).collect()
        }
        "values" if inside("matchExpressions") => {
            words.all_values(of_namespaces(path)).map(|it| word(it, it.to_owned(), "label")).collect()
        }
        "port" => words
            .ports()
            .map(|(port, detail)| Item { detail: detail.to_owned(), ..word(port, port.to_owned(), "port") })
            .collect(),
        _ => Vec::new(),
    }
}

fn is_label(path: &FieldPath) -> bool {
    matches!(path.0.last(), Some(Segment::Field(name)) if matches!(&**name, "matchLabels" | "labels"))
}

/// Whether labels here are those of namespaces rather than of pods.
fn of_namespaces(path: &FieldPath) -> bool {
    path.0.iter().any(|step| matches!(step, Segment::Field(name) if &**name == "namespaceSelector"))
}

fn word(label: &str, insert: String, kind: &'static str) -> Item {
    Item { label: label.to_owned(), insert, kind, ..Item::default() }
}

/// A field with what begins its value: a line below, an item below, or the same line.
fn property(field: &Field, column: usize) -> Item {
    let name = field.name;
    let insert = match field.ty {
        Type::Struct(_) | Type::Labels => format!("{name}:\n{}", " ".repeat(column + 2)),
        Type::Structs(_) | Type::Texts(_) => format!("{name}:\n{}- ", " ".repeat(column)),
        _ => format!("{name}: "),
    };
    Item {
        label: name.to_owned(),
        insert,
        kind: "property",
        detail: field.ty.name(),
        doc: field.doc.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKLOAD: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: web, ports: [{name: http, containerPort: 8080}]}]}
";

    /// What is offered at the end of `text`.
    fn offered(text: &str) -> Vec<String> {
        let mut input = Input::text("a.yaml", text);
        input.sources.push(crate::source::Source::text("web.yaml", WORKLOAD));
        let at = u32::try_from(text.len()).unwrap();
        complete(&input, &Options::default(), "a.yaml", at).items.into_iter().map(|it| it.label).collect()
    }

    const HEAD: &str = "kind: NetworkPolicy\nmetadata:\n  name: x\nspec:\n";

    #[test]
    fn fields_of_the_place_that_are_not_there_yet() {
        assert_eq!(
            offered(&format!("{HEAD}  podSelector: {{}}\n  in")),
            ["policyTypes", "ingress", "egress"]
        );
        assert_eq!(
            offered(&format!("{HEAD}  ingress:\n  - from:\n    - ")),
            ["podSelector", "namespaceSelector", "ipBlock"]
        );
        assert_eq!(offered(&format!("{HEAD}  ingress:\n  - from: []\n    ")), ["ports"]);
    }

    #[test]
    fn values_the_server_takes() {
        assert_eq!(offered(&format!("{HEAD}  policyTypes:\n  - E")), ["Ingress", "Egress"]);
        assert_eq!(
            offered(&format!("{HEAD}  ingress:\n  - ports:\n    - protocol: ")),
            ["TCP", "UDP", "SCTP"]
        );
    }

    #[test]
    fn words_of_the_open_files() {
        assert_eq!(offered(&format!("{HEAD}  podSelector:\n    matchLabels:\n      ")), ["app", "tier"]);
        assert_eq!(offered(&format!("{HEAD}  podSelector:\n    matchLabels:\n      app: ")), ["web"]);
        assert_eq!(offered("kind: NetworkPolicy\nmetadata:\n  namespace: "), ["shop"]);
        assert_eq!(offered(&format!("{HEAD}  ingress:\n  - ports:\n    - port: ")), ["http", "8080"]);
    }

    #[test]
    fn nothing_in_a_comment() {
        assert!(offered(&format!("{HEAD}  # po")).is_empty());
    }
}
