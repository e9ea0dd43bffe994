//! Texts to read: soups of marks, generated YAML and JSON, and real files, all of them damaged.

use crate::oracle::random::Random;

/// Pieces that YAML or JSON gives a meaning to, or that readers trip over.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n  ",
    " ",
    "  ",
    "\t",
    "\r\n",
    "\r",
    "- ",
    "-",
    ": ",
    ":",
    "? ",
    "?",
    "{",
    "}",
    "[",
    "]",
    ",",
    ", ",
    " #",
    "#",
    "#!a,b\n",
    "&a ",
    "&a",
    "&a?",
    "&",
    "*a",
    "*a ",
    "*",
    "!",
    "!!",
    "! ",
    "!!int ",
    "!!str ",
    "!!binary ",
    "!!float ",
    "!!merge ",
    "!!timestamp ",
    "!<x>",
    "!<tag:yaml.org,2002:str> ",
    "!e!a",
    "!e!",
    "!%41%c3%a9 ",
    "!%",
    "!a,",
    "!,",
    "!,b",
    "!b]",
    "![",
    "!'",
    "!(",
    "-!",
    "*!",
    "'!",
    "!x:",
    "!x?,",
    "|\n",
    ">-\n",
    "|2\n",
    "|+1\n",
    "|9\n",
    ">0",
    "|-\n  a\n",
    "|",
    ">",
    "\"",
    "\"",
    "'",
    "'",
    "''",
    "\\",
    "\\\n",
    "\\'",
    "\\\"",
    "\\/",
    "\\x4",
    "\\x41",
    "\\u12",
    "\\u00e9",
    "\\ud800",
    "\\ud83d\\ude00",
    "\\U0010ffff",
    "\\U00110000",
    "\\U",
    "\\,",
    "\n---\n",
    "---",
    "\n--- \n",
    "\n---#\n",
    "\n--- a\n",
    "\n...\n",
    "...",
    "\n... ",
    "%YAML 1.1\n---\n",
    "%YAML 1.2\n",
    "%YAML 999999999.1\n",
    "%YAML 1.",
    "%TAG ! !x\n",
    "%TAG !e! tag:e,1:\n",
    "%TAG !! x\n",
    "%",
    "%x",
    "<<",
    "<<: ",
    "<<: *a\n",
    "<<: [*a, *b]",
    "~",
    "null",
    "1",
    "-1",
    "0x1",
    "0b1",
    "0o7",
    "1_0",
    "1e3",
    "1e999",
    ".inf",
    "-.inf",
    ".nan",
    "18446744073709551615",
    "99999999999999999999",
    "1:30",
    "2001-01-01",
    "2001-01-01T00:00:00Z",
    "true",
    "y",
    "on",
    "=",
    "a",
    "b",
    "a: ",
    "b: ",
    "a:b",
    "::",
    ":,",
    ":]",
    ":?",
    ":[",
    "fd00::",
    "fd00::/8",
    "é",
    "ü",
    "😀",
    "\u{feff}",
    "\u{feff}",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{a0}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{7f}",
    "\u{80}",
    "\0",
    "\u{1}",
    "\u{b}",
    "\u{c}",
    "\u{1b}",
    "\u{300}",
    "\u{10ffff}",
    "@",
    "`",
    "{\"a\":",
    "\"a\":",
    "\"a\": 1,",
    "[1,",
    "null,",
    "{}",
    "[]",
    "{}\n",
    "{}{}",
    "//",
    "/*",
    "'a': ",
    "\"a\": ",
    "kind: NetworkPolicy\n",
    "apiVersion: networking.k8s.io/v1\n",
    "metadata:\n  name: a\n",
    "spec:\n",
    "ports:\n",
    "- port: 80\n",
    "podSelector: {}\n",
    "kind: List\nitems:\n",
    "apiVersion: v1\n",
    "policyTypes: [Ingress, Egress]\n",
    "matchLabels: ",
    "cidr: 10.0.0.0/8\n",
    "# netpol:allow",
    "endPort: ",
];

/// Few marks in many orders: these found most.
const MARKS: &[&str] = &[
    "!", "!", ",", ",", "[", "]", "{", "}", ":", "?", "'", "\"", "&a", "*a", "-", "a", "x", " ", "\n", "<",
    ">", "%41", "#", "\\", "|", "\u{feff}", "\u{2028}", "\u{85}", "\t", "(", "@", "é",
];

/// One text.
pub fn text(random: &mut Random, seeds: &[String]) -> String {
    match random.below(20) {
        0..=5 => soup(random, MARKS, 24),
        6..=9 => soup(random, PIECES, 40),
        10..=13 => {
            let mut text = String::new();
            block(random, &mut text, 0, 4);
            damaged(random, text, 3)
        }
        14 => {
            let mut text = String::new();
            json(random, &mut text, 5);
            damaged(random, text, 2)
        }
        15 => repeated(random),
        _ => {
            let file = seeds.get(random.below(seeds.len())).cloned().unwrap_or_default();
            // A part of it, or the reading of the whole would take all the time.
            let start = edge(random, &file);
            let part: String = file[start..].chars().take(random.below(1200)).collect();
            let whole = random.percent(30);
            damaged(random, if whole { file } else { part }, 8)
        }
    }
}

fn soup(random: &mut Random, pieces: &[&str], most: usize) -> String {
    (0..=random.below(most)).map(|_| random.pick(pieces)).collect()
}

/// A piece over and over, with something before and after.
fn repeated(random: &mut Random) -> String {
    let piece = soup(random, PIECES, 3);
    let times = [10, 100, 600, 3000][random.below(4)];
    let (before, after) = (soup(random, MARKS, 4), soup(random, PIECES, 4));
    before + &piece.repeat(times) + &after
}

/// Some place between two characters.
fn edge(random: &mut Random, text: &str) -> usize {
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A text with parts put in, taken out, doubled and moved.
fn damaged(random: &mut Random, mut text: String, most: usize) -> String {
    for _ in 0..random.below(most + 1) {
        let (mut start, mut end) = (edge(random, &text), edge(random, &text));
        if start > end {
            std::mem::swap(&mut start, &mut end);
        }
        // Mostly a short part.
        if random.percent(80) {
            end = start + text[start..end].char_indices().nth(random.below(6)).map_or(0, |it| it.0);
        }
        let part = text[start..end].to_owned();
        match random.below(8) {
            0..=3 => text.insert_str(start, random.pick(PIECES)),
            4 => text.replace_range(start..end, ""),
            5 => text.replace_range(start..end, random.pick(PIECES)),
            6 => {
                let at = edge(random, &text);
                text.insert_str(at, &part);
            }
            _ if random.percent(30) => text.truncate(end),
            _ => text = text.replace('\n', random.pick(&["\r\n", "\r", "\u{2028}", "\n\n", "\n "])),
        }
    }
    text
}

/// Tags and anchors, mostly none.
fn properties(random: &mut Random, out: &mut String) {
    if random.percent(12) {
        out.push_str(random.pick(&["!t ", "!!str ", "!!map ", "!t,u ", "!a[b] ", "!<t> ", "!", "!t", "! "]));
    }
    if random.percent(10) {
        out.push_str(random.pick(&["&a ", "&b ", "&a\n ", "&a #!c,d\n "]));
    }
}

fn scalar(random: &mut Random, out: &mut String) {
    properties(random, out);
    match random.below(10) {
        0..=4 => {
            out.push_str(
                random.pick(&["a", "1", "b!c", "-!d", "x y", "fd00::", "~", "a#b", "é", "*a", "a\n    b"]),
            );
        }
        5..=6 => {
            let inner = soup(random, PIECES, 4).replace('"', "");
            out.push_str(&format!("\"{inner}\""));
        }
        7..=8 => {
            let inner = soup(random, PIECES, 4).replace('\'', "''");
            out.push_str(&format!("'{inner}'"));
        }
        _ => out.push_str(&soup(random, PIECES, 3)),
    }
}

/// Values in brackets.
fn flow(random: &mut Random, out: &mut String, deep: usize) {
    if deep == 0 || random.percent(40) {
        return scalar(random, out);
    }
    properties(random, out);
    let map = random.percent(50);
    out.push(if map { '{' } else { '[' });
    for _ in 0..random.below(4) {
        if map || random.percent(15) {
            out.push_str(random.pick(&["", "", "", "? "]));
            let shallow = random.percent(90);
            flow(random, out, if shallow { 0 } else { deep - 1 });
            out.push_str(random.pick(&[": ", ": ", ":", " :", ""]));
        }
        flow(random, out, deep - 1);
        out.push_str(random.pick(&[", ", ", ", ",", ",\n  ", " , #!x,y\n  "]));
    }
    out.push(if map { '}' } else { ']' });
}

/// Values in lines.
fn block(random: &mut Random, out: &mut String, column: usize, deep: usize) {
    let indent = " ".repeat(column);
    let list = random.percent(40);
    for _ in 0..=random.below(4) {
        out.push_str(&indent);
        if list {
            out.push('-');
        } else {
            match random.below(10) {
                0 => out.push_str("? "),
                1 => out.push_str("<<"),
                _ => {}
            }
            scalar(random, out);
            out.push(':');
        }
        out.push(' ');
        match random.below(if deep == 0 { 5 } else { 8 }) {
            0..=1 => scalar(random, out),
            2..=3 => flow(random, out, 3),
            4 => {
                properties(random, out);
                out.push_str(random.pick(&["|", ">", "|-", ">+", "|2", "| #!c,d"]));
                for _ in 0..random.below(3) {
                    out.push_str(&format!("\n{indent}  {}", soup(random, PIECES, 3)));
                }
            }
            _ => {
                properties(random, out);
                out.push('\n');
                let column = column + 1 + random.below(3);
                block(random, out, column, deep - 1);
                continue;
            }
        }
        out.push_str(random.pick(&["\n", "\n", "\n", " # !c,d\n", "\n\n", "\r\n"]));
    }
}

fn json(random: &mut Random, out: &mut String, deep: usize) {
    match random.below(if deep == 0 { 3 } else { 6 }) {
        0 => out.push_str(random.pick(&["1", "-0", "1e9", "true", "null", "0.5", "1E-400", "01"])),
        1 => out.push_str(random.pick(&[
            "\"a\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"é\\n\"",
            "\"\\'\"",
            "\"!b,c\"",
        ])),
        2 => out.push_str(random.pick(&["[]", "{}"])),
        3 => {
            out.push('[');
            for _ in 0..random.below(4) {
                json(random, out, deep - 1);
                out.push_str(random.pick(&[",", ", ", ",\n"]));
            }
            json(random, out, deep - 1);
            out.push(']');
        }
        _ => {
            out.push('{');
            for _ in 0..random.below(4) {
                out.push_str(random.pick(&["\"a\":", "\"b\" : ", "\"spec\":", "\"a\":"]));
                json(random, out, deep - 1);
                out.push_str(random.pick(&[",", ", ", ",\n"]));
            }
            out.push_str("\"z\":");
            json(random, out, deep - 1);
            out.push('}');
        }
    }
}
