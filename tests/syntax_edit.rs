//! Operations rendered as text edits.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use netpol::field::FieldPath;
use netpol::options::Limits;
use netpol::syntax::{
    self,
    edit::{self, Operation},
};
use serde_json::json;

fn set(at: &str, value: serde_json::Value) -> Operation {
    Operation::Set { at: FieldPath::parse(at), value }
}
fn remove(at: &str) -> Operation {
    Operation::Remove { at: FieldPath::parse(at) }
}
fn insert(at: &str, value: serde_json::Value) -> Operation {
    Operation::Insert { at: FieldPath::parse(at), value }
}
fn rename(at: &str, to: &str) -> Operation {
    Operation::Rename { at: FieldPath::parse(at), to: to.into() }
}
fn shift(from: &str, to: &str) -> Operation {
    Operation::Move { from: FieldPath::parse(from), to: FieldPath::parse(to) }
}

/// The text after the operations; absent where they are refused.
fn edited(text: &str, operations: &[Operation]) -> Option<String> {
    let parsed = syntax::parse(text, &Limits::default());
    assert_eq!(parsed.faults, []);
    let root = parsed.documents[0].root.unwrap();
    let edits = edit::render_all(text, &parsed.tree, root, operations)?;
    Some(edit::apply(text, &edits).unwrap())
}

const POLICY: &str = "\
# head
spec:
  # who
  podSelector: {} # all
  ingress:
  # first
  - from: [] # none
    ports:
    - port: 80 # web
      protocol: TCP
  # second
  - {}
  egress:
";

/// The lines an operation takes away and adds, in order, with `-` and `+`.
#[track_caller]
fn changes(text: &str, operation: Operation) -> String {
    let after = edited(text, &[operation]).unwrap();
    let (old, new): (Vec<&str>, Vec<&str>) = (text.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    let gone = old[head..old.len() - tail].iter().map(|line| format!("-{line}"));
    let came = new[head..new.len() - tail].iter().map(|line| format!("+{line}"));
    gone.chain(came).collect::<Vec<_>>().join("\n")
}

#[test]
fn fields_are_set_in_the_style_of_the_document() {
    let new = |at: &str, value| changes(POLICY, set(at, value));
    assert_eq!(new("spec.policyTypes", json!(["Ingress"])), "+  policyTypes:\n+  - Ingress");
    assert_eq!(
        new("spec.podSelector.matchLabels.app", json!("on")),
        "-  podSelector: {} # all\n+  podSelector: # all\n+    matchLabels:\n+      app: \"on\""
    );
    assert_eq!(
        new("spec.ingress[0].ports[0].port", json!("http")),
        "-    - port: 80 # web\n+    - port: http # web"
    );
    assert_eq!(
        new("spec.egress", json!([{"to": [{"ipBlock": {"cidr": "::/0"}}]}])),
        "+  - to:\n+    - ipBlock:\n+        cidr: \"::/0\""
    );
    assert_eq!(
        new("spec.ingress[0].ports", json!([])),
        "-    ports:\n-    - port: 80 # web\n-      protocol: TCP\n+    ports: []"
    );
    // Indented lists, CRLF, no last line break, and an object within a list.
    let list = "items:\r\n  - kind: A\r\n    spec:\r\n        a: 1\r\n        l:\r\n          - x";
    let parsed = syntax::parse(list, &Limits::default());
    let root = parsed.tree.find(parsed.documents[0].root.unwrap(), &FieldPath::parse("items[0]")).node;
    let operation = set("spec.b", json!({"c": [1, {"d": 2, "e": 3}]}));
    let edits = edit::render(list, &parsed.tree, root, &operation).unwrap();
    let after = edit::apply(list, &edits).unwrap();
    let added = "\r\n        b:\r\n            c:\r\n              - 1\r\n              - d: 2\r\n                e: 3";
    assert_eq!(after, format!("{list}{added}"));
}

#[test]
fn removal_takes_the_lines_and_their_comments() {
    let gone = |at: &str| changes(POLICY, remove(at));
    assert_eq!(gone("spec.podSelector"), "-  # who\n-  podSelector: {} # all");
    assert_eq!(gone("spec.ingress[1]"), "-  # second\n-  - {}");
    assert_eq!(gone("spec.ingress[0].from"), "-  - from: [] # none\n-    ports:\n+  - ports:");
    assert_eq!(gone("spec.egress"), "-  egress:");
    assert_eq!(
        gone("spec.ingress[0].ports[0]"),
        "-    ports:\n-    - port: 80 # web\n-      protocol: TCP\n+    ports: []"
    );
    assert_eq!(edited("a: {b: 1, c: [x, y]} # z", &[remove("a.c[1]")]).unwrap(), "a: {b: 1, c: [x]} # z");
    assert_eq!(edited("a: {b: 1, c: [x, y]} # z", &[remove("a.b")]).unwrap(), "a: {c: [x, y]} # z");
}

#[test]
fn items_go_where_they_are_sent() {
    let item = json!({"from": [{"podSelector": {}}]});
    let first = "+  - from:\n+    - podSelector: {}";
    assert_eq!(changes(POLICY, insert("spec.ingress[0]", item.clone())), first);
    assert_eq!(changes(POLICY, insert("spec.ingress[9]", item.clone())), first);
    assert_eq!(changes(POLICY, insert("spec.egress[0]", json!({}))), "+  - {}");
    assert_eq!(
        edited("a: [1,\n  2]", &[insert("a[1]", json!("x"))]).unwrap(),
        "a: [1, \"x\",\n  2]".replace('"', "")
    );
}

#[test]
fn moved_text_stays_as_it_was() {
    assert_eq!(
        changes(POLICY, rename("spec.podSelector", "yes")),
        "-  podSelector: {} # all\n+  \"yes\": {} # all"
    );
    let text = "podSelector:\n  # the app\n  app: 'x' # c\n  tier: y\nother: 1\n";
    let steps = [
        shift("podSelector.app", "podSelector.matchLabels.app"),
        shift("podSelector.tier", "podSelector.matchLabels.tier"),
    ];
    assert_eq!(
        edited(text, &steps).unwrap(),
        "podSelector:\n  # the app\n  matchLabels:\n    app: 'x' # c\n    tier: y\nother: 1\n"
    );
    let deep = "a:\n  b: # list\n  # one\n  - x: |\n      t\n    y: 2\n  c: 3\nd:\n  e: 4\n";
    assert_eq!(
        edited(deep, &[shift("a.b", "d.f.b")]).unwrap(),
        "a:\n  c: 3\nd:\n  e: 4\n  f:\n    b: # list\n    # one\n    - x: |\n        t\n      y: 2\n"
    );
    assert_eq!(edited("a: {b: [1, 2]}\nc: {}", &[shift("a.b", "c.b")]).unwrap(), "a: {}\nc:\n  b: [1, 2]");
}

#[test]
fn json_keeps_its_layout() {
    let text = "{\n  \"a\": {\"b\": [1]},\n  \"c\": []\n}\n";
    assert_eq!(
        changes(text, set("a.d", json!("x"))),
        "-  \"a\": {\"b\": [1]},\n+  \"a\": {\"b\": [1], \"d\": \"x\"},"
    );
    assert_eq!(
        changes(text, set("e", json!({"f": [1]}))),
        "-  \"c\": []\n+  \"c\": [],\n+  \"e\": {\n+    \"f\": [\n+      1\n+    ]\n+  }"
    );
    assert_eq!(changes(text, remove("c")), "-  \"a\": {\"b\": [1]},\n-  \"c\": []\n+  \"a\": {\"b\": [1]}");
    assert_eq!(changes(text, remove("a")), "-  \"a\": {\"b\": [1]},");
    assert_eq!(edited("{\"a\":1}", &[set("b", json!(true))]).unwrap(), "{\"a\":1, \"b\": true}");
}

#[test]
fn what_is_shared_is_refused() {
    let text = "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\nf: 1\nf: 2\ng:\n  h: 1\n";
    let steps = [
        set("a.b", json!(2)),
        set("c.b", json!(2)),
        remove("c"),
        remove("a"),
        set("d.e", json!(3)),
        set("f", json!(3)),
        rename("g", "a"),
        remove("g.none"),
        set("g.h.deeper", json!(1)),
        shift("g", "g.h.i"),
    ];
    for operation in steps {
        assert_eq!(edited(text, std::slice::from_ref(&operation)), None, "{operation:?}");
    }
    assert!(edited(text, &[set("g.h", json!(2))]).is_some());
}

#[test]
fn patches_change_the_object_alike() {
    let parsed = syntax::parse("{\"a\": {\"b/c\": [1]}, \"n\": null}", &Limits::default());
    let root = parsed.documents[0].root.unwrap();
    let patch = |operation| json!(edit::json_patch(&parsed.tree, root, &operation));
    assert_eq!(
        patch(set("a[b/c][0]", json!(2))),
        json!([{"op": "replace", "path": "/a/b~1c/0", "value": 2}])
    );
    assert_eq!(
        patch(set("n.x.y", json!(2))),
        json!([{"op": "replace", "path": "/n", "value": {"x": {"y": 2}}}])
    );
    assert_eq!(patch(insert("a[b/c][5]", json!(2))), json!([{"op": "add", "path": "/a/b~1c/1", "value": 2}]));
    assert_eq!(patch(shift("a", "z")), json!([{"op": "move", "from": "/a", "path": "/z"}]));
    assert_eq!(patch(remove("a.x")), json!(null));
}

#[test]
fn overlapping_edits_are_refused() {
    let parsed = syntax::parse(POLICY, &Limits::default());
    let root = parsed.documents[0].root.unwrap();
    let mut edits = edit::render(POLICY, &parsed.tree, root, &remove("spec.ingress")).unwrap();
    edits.extend(edit::render(POLICY, &parsed.tree, root, &remove("spec.ingress[0]")).unwrap());
    assert!(edit::apply(POLICY, &edits).is_err());
    assert!(edit::apply("ä", &[edit::TextEdit { span: Default::default(), text: "x".into() }]).is_ok());
    let cut = edit::TextEdit { span: netpol::source::Span::new(1, 1), text: String::new() };
    assert!(edit::apply("ä", &[cut]).is_err());
}

#[test]
fn new_strings_read_back_as_strings() {
    let texts = [
        "on",
        "1.10",
        "null",
        "",
        "~",
        "0x1f",
        "1e3",
        "1:30",
        "2001-01-01",
        "::/0",
        "fd00::/8",
        "a: b",
        "a #b",
        "- a",
        "*x",
        "@x",
        "x:",
        " x",
        "<<",
        "=",
        "é",
        "\u{7f}",
        "\u{2028}",
        "😀",
        "a\nb",
        "'",
        "\"",
        "{{ x }}",
        "10.0.0.0/8",
        "---",
        "+1",
        "-",
        "1_000",
        "0o17",
        ".5",
        "!x",
        "%x",
        "\\/",
        "a,b",
    ];
    for text in texts {
        for document in ["a: 1", "{a: 1}", "{\"a\": 1}"] {
            let after = edited(document, &[set("a", json!(text)), set("b", json!({text: [text]}))]);
            assert!(after.is_some(), "{text:?} in {document}");
        }
    }
}
