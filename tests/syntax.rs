//! Reading YAML and JSON as Kubernetes does, held against what Kubernetes' own reader made of a
//! collection of snippets (`NETPOL_DATA`).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use netpol::options::Limits;
use netpol::source::Span;
use netpol::syntax::{self, NodeId, Parsed, Tree, Value};
use proptest::prelude::*;
use serde_json::Value as Json;
use std::path::PathBuf;

fn json(tree: &Tree, id: NodeId) -> Json {
    match tree.node(id).value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Number(text) => serde_json::from_str(text).unwrap(),
        Value::String(text) => Json::String(text.to_string()),
        Value::Sequence(items) => items.iter().map(|item| json(tree, *item)).collect(),
        Value::Mapping(entries) => Json::Object(
            entries.iter().map(|e| (tree.as_str(e.key).unwrap().to_owned(), json(tree, e.value))).collect(),
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
const DIFFERENT: [(&str, &str); 3] = [
    // The expectations are of the YAML reader alone. Before it apimachinery cuts at `---`, …
    ("sep_content.yaml", "ERR invalid Yaml document separator: a"),
    ("yaml11.yaml", "ERR yaml: line 1: did not find expected <document start>"),
    // … and tries text that starts with `{` as JSON, whose fault it then tells.
    ("mapkey.yaml", "ERR json: offset 2: invalid character 'a' looking for beginning of object key string"),
];

fn read(text: &str) -> Result<Json, String> {
    first(&syntax::parse(text, &Limits::default()))
}

fn value(text: &str) -> String {
    let parsed = syntax::parse(&format!("- {text}\n"), &Limits::default());
    assert!(parsed.faults.is_empty(), "{text}: {:?}", parsed.faults);
    let item = parsed.tree.items(parsed.documents[0].root.unwrap())[0];
    match parsed.tree.node(item).value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(digits) => digits.to_string(),
        Value::String(text) => format!("{text:?}"),
        _ => "collection".into(),
    }
}

#[test]
fn scalars_resolve_as_go_yaml_resolves_them() {
    let cases = [
        ("0x_1F", "31"),
        ("-0b11", "-3"),
        ("0b-11", "-3"),
        ("08", "8"),
        ("+12", "12"),
        ("--1", "\"--1\""),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "18446744073709552000"),
        ("1e21", "1e+21"),
        ("1e-7", "1e-7"),
        ("1e999", "\"1e999\""),
        ("-0.0", "-0"),
        (".5_0", "0.5"),
        (".5_", "\".5_\""),
        ("oN", "\"oN\""),
        ("'on'", "\"on\""),
        ("!!float 3", "3"),
        ("!!int '3'", "3"),
        ("!!str yes", "\"yes\""),
        ("!!timestamp 2020-02-02T10:00:00Z", "\"2020-02-02T10:00:00Z\""),
        ("!!binary aGkA", "\"hi\\0\""),
    ];
    for (text, want) in cases {
        assert_eq!(value(text), want, "{text}");
    }
}

#[test]
fn keys_and_merges_follow_go_yaml() {
    let cases = [
        ("{x: 1}: 2", r#"yaml: invalid map key: map[interface {}]interface {}{"x":1}"#),
        ("? [a, b]\n: 2", r#"yaml: invalid map key: []interface {}{"a", "b"}"#),
        ("<<: 1", "yaml: map merge requires map or sequence of maps as the value"),
        ("~: [1]", r#"unsupported map key of type: %!s(<nil>), key: <nil>, value: []interface {}{1}"#),
        ("a: !!int x", "yaml: cannot decode !!str `x` as a !!int"),
        ("a: !!binary x", "yaml: !!binary value contains invalid base64 data"),
        ("a: &a [*a]", "yaml: anchor 'a' value contains itself"),
    ];
    for (text, want) in cases {
        // Text that starts with a brace would be tried as JSON first.
        let text = format!("z: 1\n{text}");
        assert_eq!(read(&text).unwrap_err(), want, "{text}");
    }
    let merged = "a: &x {k: 1, l: 1}\nb: &y {k: 2, m: 2}\nc: {<<: [*x, *y], l: 3}\nd: {k: 4, <<: *x}";
    let want = r#"{"a":{"k":1,"l":1},"b":{"k":2,"m":2},"c":{"k":1,"l":3,"m":2},"d":{"k":1,"l":1}}"#;
    assert_eq!(read(merged).unwrap(), serde_json::from_str::<Json>(want).unwrap());
    assert_eq!(
        read("1: a\n2.50: b\nyes: c").unwrap(),
        serde_json::json!({"1": "a", "2.5": "b", "true": "c"})
    );
}

#[test]
fn a_fault_costs_its_own_document() {
    let text = "a: 1\n---\nb: [\n---  # c\n---\nc: 3\n--- d\ne: 5\n---\nf: 6";
    let parsed = syntax::parse(text, &Limits::default());
    let roots: Vec<_> =
        parsed.documents.iter().map(|d| d.root.map(|root| json(&parsed.tree, root))).collect();
    let want = [Some(serde_json::json!({"a": 1})), None, None, None, Some(serde_json::json!({"f": 6}))];
    // `---  # c` is followed by another separator: that document is empty. `--- d` is refused.
    assert_eq!(roots.len(), 5, "{roots:?}");
    assert_eq!((&roots[0], &roots[1], &roots[4]), (&want[0], &want[1], &want[4]));
    assert_eq!(roots[2], Some(serde_json::json!({"c": 3})));
    let faults: Vec<_> = parsed.faults.iter().map(|f| (f.document, f.message.as_str())).collect();
    assert_eq!(faults[0], (1, "yaml: line 1: did not find expected node content"));
    assert_eq!(faults[1], (3, "invalid Yaml document separator: d"));
}

#[test]
fn a_byte_order_mark_within_a_text_is_a_character() {
    // Where it starts a line, libyaml would skip it; go-yaml does not.
    let text = "\u{feff}a:\n  b: 1\n\u{feff}  c: '2\n\u{feff}3'\n";
    let parsed = syntax::parse(text, &Limits::default());
    assert_eq!(parsed.faults, []);
    let root = parsed.documents[0].root.unwrap();
    let want = serde_json::json!({"a": {"b": 1}, "\u{feff}  c": "2 \u{feff}3"});
    assert_eq!(json(&parsed.tree, root), want);
}

#[test]
fn spans_are_the_value_itself_wherever_it_stands() {
    for newline in ["\n", "\r\n"] {
        let text = "\u{feff}# ü\nä: &x\n  - 'ö' # c\n  - |\n    é\n\nb: *x\nc:\nd: {e: , f: !!str 1}\n---\ng: \"ß\"\n";
        let text = text.replace('\n', newline);
        let parsed = syntax::parse(&text, &Limits::default());
        assert_eq!(parsed.faults, []);
        let tree = &parsed.tree;
        let root = parsed.documents[0].root.unwrap();
        let of = |id| tree.span(id).of(&text);
        let list = tree.get(root, "ä").unwrap();
        assert_eq!(of(list), format!("- 'ö' # c{newline}  - |{newline}    é"));
        assert_eq!(of(tree.items(list)[0]), "'ö'");
        assert_eq!(of(tree.items(list)[1]), format!("|{newline}    é"));
        assert_eq!(of(tree.get(root, "b").unwrap()), "*x");
        assert!(tree.is_anchored(list));
        let c = tree.span(tree.get(root, "c").unwrap());
        assert_eq!((c.of(&text), &text[c.start as usize - 2..c.start as usize]), ("", "c:"));
        let d = tree.get(root, "d").unwrap();
        assert_eq!(of(d), "{e: , f: !!str 1}");
        let e = tree.span(tree.get(d, "e").unwrap());
        assert_eq!((e.of(&text), &text[e.start as usize - 2..e.start as usize]), ("", "e:"));
        assert_eq!(of(tree.get(d, "f").unwrap()), "1");
        let g = tree.get(parsed.documents[1].root.unwrap(), "g").unwrap();
        assert_eq!(of(g), "\"ß\"");
    }
}

#[test]
fn json_is_read_as_a_stream_and_gives_way_to_yaml() {
    let text = "{\"a\": 1.50, \"a\": \"\\ud800\\u00e9\"}\n{\"b\": [true]}";
    let parsed = syntax::parse(text, &Limits::default());
    let tree = &parsed.tree;
    let root = parsed.documents[0].root.unwrap();
    assert_eq!(tree.get_str(root, "a"), Some("\u{fffd}é"));
    assert_eq!(tree.node(tree.entries(root)[0].value).value, Value::Number("1.50"));
    assert_eq!(parsed.documents[0].duplicates, [tree.entries(root)[1].key]);
    assert_eq!(json(tree, parsed.documents[1].root.unwrap()), serde_json::json!({"b": [true]}));

    let mixed = syntax::parse("{\"a\": 1}\n---\nb: 2\n", &Limits::default());
    assert_eq!((mixed.documents.len(), mixed.faults.len()), (2, 0));
    assert_eq!(read("{a: 1}").unwrap(), serde_json::json!({"a": 1}));
    assert_eq!(read("{\"a\": \"x").unwrap_err(), "unexpected EOF");
    let broken = [
        ("{\"a\": tru}", "json: offset 10: invalid character '}' in literal true (expecting 'e')"),
        ("{\"a\": 01}", "json: offset 8: invalid character '1' after object key:value pair"),
        ("{\"a\": \"\u{1}\"}", r"json: offset 8: invalid character '\x01' in string literal"),
    ];
    for (text, want) in broken {
        // Behind a tab YAML reads none of these either.
        assert_eq!(read(&format!("{text}\n\t@")).unwrap_err().replace("line 2: ", ""), want, "{text}");
    }
}

#[test]
fn a_tag_takes_commas_and_brackets_and_text_keeps_them() {
    // go-yaml's tag goes on to the next white space, so that these brackets never close.
    for text in ["a: [!1,]", "a: 'x !b,c'\nd: [\"k\":!b,e]", "a: [f !g,!h,i]\nb: !j,k"] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(read("[!a, b]").unwrap(), serde_json::json!(["b"]));
    assert_eq!(read("{a: !b,c: d}").unwrap(), serde_json::json!({"a": "d"}));
    assert_eq!(read("- ![x, y]").unwrap(), serde_json::json!(["y]"]));
    // The parser looks ahead, behind the end of the document too.
    assert_eq!(read("[] [!x,]").unwrap(), serde_json::json!([]));
    assert_eq!(read("z: 1\n...\n[] [!x,]").unwrap(), serde_json::json!({"z": 1}));
    let text = "a: 'x !b,c' # !d,e\nf: g!h,i\nj: |\n  !k,l\nm: \"!n,\\u00e9\"\no: p !q,r";
    let want = serde_json::json!({"a": "x !b,c", "f": "g!h,i", "j": "!k,l\n", "m": "!n,é", "o": "p !q,r"});
    assert_eq!(read(text).unwrap(), want);
    assert_eq!(read("{a: b !c,d: e}").unwrap(), serde_json::json!({"a": "b !c", "d": "e"}));
    // No white space before the tag.
    for text in [
        "a: [\"x\"!b,c]",
        "a: [[]!b,c]",
        "a: [?!b,c]",
        "a: [x,\u{2028}!b,c",
        "a: [!<b>,c]",
        "{{&a #x\n\u{feff} !,",
        "a: [\"\"[!,",
        "z: {'!':[!c,d]}",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    let quotes = r#"a: "it\'s \x41\\'" "#;
    assert_eq!(read(quotes).unwrap(), serde_json::json!({"a": r"it's A\'"}));
    assert_eq!(read("a: [fd00::, x:]").unwrap(), serde_json::json!({"a": ["fd00::", "x:"]}));
}

#[test]
fn limits_are_told_and_nothing_hangs() {
    let limits = Limits { bytes: 200_000, depth: 1_000_000, aliases: 1000, documents: 3, fixes: 0 };
    let message = |text: &str| syntax::parse(text, &limits).faults.last().unwrap().message.clone();
    assert!(message(&"[".repeat(100_000)).contains("256 levels"));
    assert!(message(&"{\"a\":".repeat(30_000)).contains("256 levels"));
    assert!(message(&"- ".repeat(90_000)).contains("256 levels"));
    assert!(message(&" ".repeat(200_001)).contains("200001 bytes"));
    assert!(message("a\n---\nb\n---\nc\n---\nd").contains("more than 3 documents"));
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x]\n");
    for n in 1..40 {
        let before = format!("*a{},", n - 1).repeat(8);
        bomb += &format!("a{n}: &a{n} [{before}]\n");
    }
    assert!(message(&bomb).contains("more than 1000 values"));
    // Depth counts through aliases.
    let mut chain = String::from("a0: &a0 x\n");
    for n in 1..300 {
        chain += &format!("a{n}: &a{n} [*a{}]\n", n - 1);
    }
    let roomy = Limits { aliases: 1_000_000, ..limits };
    assert!(syntax::parse(&chain, &roomy).faults[0].message.contains("256 levels"));
}

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
        let want = DIFFERENT.iter().find(|(name, _)| *name == file).map_or(want, |(_, ours)| ours);
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

/// Fragments that YAML gives a meaning to.
fn fragments() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "\n",
        " ",
        "  ",
        "- ",
        ": ",
        "? ",
        "{",
        "}",
        "[",
        "]",
        ",",
        " #",
        "&a ",
        "*a",
        "!",
        "!!int ",
        "!<x>",
        "|\n",
        ">-",
        "\"",
        "'",
        "\\",
        "\t",
        "\r\n",
        "\r",
        "\n---\n",
        "\n...\n",
        "%YAML 1.1\n",
        "<<: ",
        "~",
        "1",
        "0x1",
        "é",
        "😀",
        "\u{feff}",
        "\u{2028}",
        "\u{85}",
        "\0",
        "a: ",
        "b",
        "\\u12",
        "\\ud800",
        "::",
        "{\"a\":",
        "1e3",
        "true",
    ]);
    prop_oneof![
        4 => prop::collection::vec(parts, 0..24).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_text_is_too_broken(text in fragments()) {
        let parsed = syntax::parse(&text, &Limits::default());
        prop_assert_eq!(&parsed, &syntax::parse_by_parser(&text, &Limits::default()));
        let whole = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
        prop_assert!(parsed.tree.nodes().all(|node| whole(node.span)));
        prop_assert!(parsed.documents.iter().all(|document| whole(document.span)));
        prop_assert!(parsed.faults.iter().all(|fault| whole(fault.span)));
        prop_assert!(syntax::comments(&text, &parsed).iter().all(|comment| whole(comment.span)));
        // A document is read or its fault is told.
        for document in &parsed.documents {
            let lost = parsed.faults.iter().any(|fault| fault.document == document.index);
            prop_assert!(!lost || document.root.is_none());
        }
    }
}
