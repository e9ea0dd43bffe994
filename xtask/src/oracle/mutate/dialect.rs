//! The same object spelled otherwise, and text that no reader should accept.

use super::{Case, Mutation, mapping, place};
use crate::oracle::pools;
use crate::oracle::random::Random;
use crate::oracle::text::{Node, raw};

pub const ALL: &[(usize, &str, Mutation)] = &[
    (12, "scalar", scalar),
    (5, "odd-key", odd_key),
    (4, "anchor", anchor),
    (3, "merge", merge),
    (2, "mark", mark),
    (2, "layout", layout),
    (5, "json", json),
    (4, "broken-json", broken_json),
    (5, "line", line),
    (4, "character", character),
    (3, "frame", frame),
];

fn scalar(random: &mut Random, case: &mut Case) -> bool {
    let Some(path) = place(random, &case.object, &|key, it| {
        matches!(it, Node::Raw(_)) && !matches!(key, "apiVersion" | "kind")
    }) else {
        return false;
    };
    let value = raw(random.pick(pools::SCALARS));
    case.object.at(&path).map(|it| *it = value).is_some()
}

fn odd_key(random: &mut Random, case: &mut Case) -> bool {
    let key = random.pick(pools::ODD_KEYS).to_string();
    let Some(entries) = mapping(random, &mut case.object, &|_| true) else {
        return false;
    };
    // One a mapping: Go's map order decides between two keys that become the same string.
    if entries.iter().any(|it| pools::ODD_KEYS.contains(&it.0.as_str())) {
        return false;
    }
    let at = random.below(entries.len() + 1);
    if at < entries.len() && random.percent(40) && !matches!(entries[at].0.as_str(), "apiVersion" | "kind") {
        entries[at].0 = key;
    } else {
        entries.insert(at, (key, raw("x")));
    }
    true
}

/// One value gets an anchor, another becomes its alias (before or after it).
fn anchor(random: &mut Random, case: &mut Case) -> bool {
    let not_root = |key: &str, it: &Node| {
        !matches!(key, "apiVersion" | "kind" | "spec" | "metadata") && !matches!(it, Node::Marked(..))
    };
    let Some(first) = place(random, &case.object, &not_root) else {
        return false;
    };
    if let Some(second) = place(random, &case.object, &not_root)
        && !second.is_empty()
        && !second.starts_with(&first)
        && !first.starts_with(&second)
        && let Some(slot) = case.object.at(&second)
    {
        *slot = raw("*a");
    }
    anchored(case, &first, "&a")
}

fn anchored(case: &mut Case, path: &[usize], mark: &str) -> bool {
    if path.is_empty() {
        return false;
    }
    case.object
        .at(path)
        .map(|it| *it = Node::Marked(mark.into(), Box::new(std::mem::replace(it, raw("null")))))
        .is_some()
}

fn merge(random: &mut Random, case: &mut Case) -> bool {
    let Some(first) = place(random, &case.object, &|key, it| {
        matches!(it, Node::Map(_)) && !matches!(key, "" | "spec" | "metadata")
    }) else {
        return false;
    };
    let value = raw(random.pick(&[
        "*a",
        "*a",
        "*a",
        "[*a]",
        "[*a, *a]",
        "{app: merged, extra: x}",
        "[{app: merged}]",
        "x",
        "~",
        "[x]",
        "*b",
    ]));
    let Some(path) = place(random, &case.object, &|key, it| matches!(it, Node::Map(_)) && key != "spec")
    else {
        return false;
    };
    if path.starts_with(&first) || path.is_empty() {
        return false;
    }
    if let Some(Node::Map(entries)) = case.object.at(&path) {
        let at = random.below(entries.len() + 1);
        entries.insert(at, ("<<".into(), value));
    }
    anchored(case, &first, "&a")
}

fn mark(random: &mut Random, case: &mut Case) -> bool {
    let Some(path) = place(random, &case.object, &|key, _| !matches!(key, "apiVersion" | "kind")) else {
        return false;
    };
    let mark = random.pick(&[
        "!!map", "!!seq", "!!str", "!!int", "!!null", "!custom", "!!set", "&a &b", "!!str &a", "&a !!map",
        "!", "!<x>", "!h!x", "!!bool",
    ]);
    anchored(case, &path, mark)
}

fn layout(random: &mut Random, case: &mut Case) -> bool {
    case.layout.comments = 30;
    case.layout.flow = random.pick(&[&0, &50, &100]).to_owned();
    true
}

fn json(_: &mut Random, case: &mut Case) -> bool {
    case.layout.json = true;
    true
}

fn broken_json(random: &mut Random, case: &mut Case) -> bool {
    case.edits.push(|random, text| {
        let spots: Vec<usize> =
            text.char_indices().filter(|it| "{}[],:\"".contains(it.1)).map(|it| it.0).collect();
        if spots.is_empty() {
            return;
        }
        let at = spots[random.below(spots.len())];
        match random.below(6) {
            0 => drop(text.remove(at)),
            1 => text.truncate(at),
            2 => text.insert_str(
                at,
                random.pick(&[
                    ",", "}", "]", "\"", ":", " ", "\n", "\t", "x", "1", "null", "//", "\\", "\u{e9}", "'",
                    "{", "[",
                ]),
            ),
            3 => text.insert_str(
                at + 1,
                random.pick(&[
                    ",",
                    "01",
                    "-",
                    "tru",
                    "nul",
                    "\"\\x\"",
                    "\"\\u12\"",
                    "\"a\nb\"",
                    "+1",
                    ".5",
                    "1.",
                    "NaN",
                ]),
            ),
            4 => text.push_str(random.pick(&["x", "}", " {}", "\n\n", "\n---\n", ",", "\u{0}"])),
            _ => text.insert_str(at, random.pick(&["  ", "\r\n", "\u{a0}", "\u{feff}", "/* x */"])),
        }
    });
    json(random, case)
}

/// A line goes, comes twice, moves in or out, or changes places.
fn line(_: &mut Random, case: &mut Case) -> bool {
    case.edits.push(|random, text| {
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        // apiVersion and kind stay: without them the text is no policy.
        if lines.len() < 4 {
            return;
        }
        let at = 2 + random.below(lines.len() - 2);
        match random.below(8) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines[at].insert_str(0, random.pick(&[" ", "  ", "    "])),
            3 => lines[at] = lines[at].trim_start_matches(' ').to_string(),
            4 => lines[at] = lines[at].replacen(' ', "", 1),
            5 => lines[at].insert(0, '\t'),
            6 => {
                let other = 2 + random.below(lines.len() - 2);
                lines.swap(at, other);
            }
            _ => lines.insert(
                at,
                random
                    .pick(&[
                        "",
                        "  # note",
                        "x",
                        "  - x",
                        "}",
                        "  key: value",
                        "- a",
                        "...",
                        "\t",
                        "   ",
                        "%YAML 1.1",
                    ])
                    .to_string(),
            ),
        }
        *text = lines.join("\n") + "\n";
    });
    true
}

/// A character goes or comes.
fn character(_: &mut Random, case: &mut Case) -> bool {
    case.edits.push(|random, text| {
        let start = text.find("metadata").unwrap_or(0);
        let spots: Vec<usize> = text.char_indices().map(|it| it.0).filter(|it| *it >= start).collect();
        if spots.is_empty() {
            return;
        }
        let at = spots[random.below(spots.len())];
        if random.percent(35) {
            text.remove(at);
        } else {
            let new = random.pick(&[
                ":",
                "-",
                "#",
                "\"",
                "'",
                "{",
                "}",
                "[",
                "]",
                ",",
                "&",
                "*",
                "!",
                "|",
                ">",
                "%",
                "@",
                "`",
                "?",
                "~",
                " ",
                "\t",
                "\n",
                "\r",
                "\\",
                "\u{0}",
                "\u{7}",
                "\u{e9}",
                "\u{85}",
                "\u{2028}",
                "\u{feff}",
                "=",
                "0",
                "x",
                ": ",
                " #",
                "- ",
                "\u{1f600}",
            ]);
            text.insert_str(at, new);
        }
    });
    true
}

/// What may stand around a document.
fn frame(random: &mut Random, case: &mut Case) -> bool {
    let edits: [fn(&mut Random, &mut String); 7] = [
        |_, text| text.insert_str(0, "# a comment\n\n"),
        |_, text| *text = text.replace('\n', "\r\n"),
        |_, text| text.insert(0, '\u{feff}'),
        |_, text| *text = text.trim_end().to_string(),
        |_, text| text.push_str("\n\n# the end"),
        |_, text| text.push_str("...\n"),
        |_, text| *text = text.replace('\n', " \n"),
    ];
    case.edits.push(edits[random.below(edits.len())]);
    true
}
