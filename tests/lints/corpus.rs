//! The lints over a collection of real manifests (`NETPOL_DATA`): every fix keeps the laws, and
//! docs/lints/corpus.md says how often each lint speaks, and how often rightly.
//!
//! Every finding has been looked at; `judged.jsonl` holds what was thought of it, by a hash of its
//! place. `UPDATE=1` drops what is found no more and adds what is new as `open`; whoever looked at
//! that moves it to the line it belongs to.

use crate::laws::breaches;
use crate::run::{check, findings, text};
use crate::{generated, repository};
use netpol::lints::ALL;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What was thought of a finding: the word, and why where it is not `right`.
type Judgement = (String, String);

/// Findings as they were judged: lint and judgement, with the hashes of the findings.
type Judged = BTreeMap<(String, Judgement), BTreeSet<String>>;

struct Found {
    file: String,
    code: String,
    severity: String,
    hash: String,
    line: String,
}

#[test]
fn fixes_keep_the_laws() {
    let mut wrong = Vec::new();
    for (path, source) in manifests() {
        wrong.extend(
            breaches(&path, &source, &serde_json::json!({})).into_iter().map(|it| format!("{path}: {it}")),
        );
    }
    assert!(wrong.is_empty(), "{} breaches\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_finding_has_been_looked_at() {
    let sources = manifests();
    if sources.is_empty() {
        return;
    }
    let found: Vec<Found> = sources.iter().flat_map(|(path, source)| found(path, source)).collect();
    let path = repository("tests/lints/judged.jsonl");
    let before = read(&std::fs::read_to_string(&path).unwrap_or_default());
    let of = |it: &Found| {
        let mut all =
            before.iter().filter(|((code, _), hashes)| *code == it.code && hashes.contains(&it.hash));
        all.next().map_or_else(|| ("open".into(), String::new()), |((_, judgement), _)| judgement.clone())
    };
    let mut judged = Judged::new();
    let mut open = Vec::new();
    for it in &found {
        let judgement = of(it);
        if judgement.0 == "open" {
            open.push(format!("{} {}", it.hash, it.line));
        }
        judged.entry((it.code.clone(), judgement)).or_default().insert(it.hash.clone());
    }
    generated(&path, &write(&judged)).unwrap();
    generated(&repository("docs/lints/corpus.md"), &page(sources.len(), &found, of)).unwrap();
    assert!(open.is_empty(), "{} findings were not looked at\n{}", open.len(), open.join("\n"));

    let is = |it: &Found, word: &str| of(it).0 == word;
    let wrong = found.iter().filter(|it| is(it, "wrong")).count();
    assert!(wrong * 50 < found.len(), "{wrong} of {} findings are wrong", found.len());
    let disputed: Vec<&str> = found
        .iter()
        .filter(|it| it.severity == "error" && !is(it, "right"))
        .map(|it| it.line.as_str())
        .collect();
    assert!(disputed.is_empty(), "errors that may be disputed\n{}", disputed.join("\n"));
}

/// The findings on one manifest, with the default settings.
fn found(path: &str, source: &str) -> Vec<Found> {
    let report = check(path, source, &json!({}));
    let found = |finding: &Value| {
        let (code, severity) = (text(finding, "code"), text(finding, "severity"));
        let (line, column) = (&finding["span"]["start"]["line"], &finding["span"]["start"]["column"]);
        let hash = format!("{path} {code} {severity} {line}:{column}");
        let line = format!("{path}:{line}:{column}: {severity} {code} {}", text(finding, "message"));
        Found { file: path.into(), code: code.into(), severity: severity.into(), hash: short(&hash), line }
    };
    findings(&report).iter().map(found).collect()
}

/// FNV-1a, folded to the eight digits that tell some thousand findings apart.
fn short(text: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    format!("{:08x}", (hash ^ (hash >> 32)) & 0xffff_ffff)
}

fn read(lines: &str) -> Judged {
    let mut judged = Judged::new();
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let judgement = (text(&row, "judgement").into(), row["why"].as_str().unwrap_or_default().into());
        let hashes = text(&row, "findings").split(' ').map(String::from);
        judged.entry((text(&row, "lint").into(), judgement)).or_default().extend(hashes);
    }
    judged
}

fn write(judged: &Judged) -> String {
    let mut lines = String::new();
    for ((code, (word, why)), hashes) in judged {
        assert!(["right", "debatable", "wrong", "open"].contains(&word.as_str()), "{code}: `{word}`");
        let told = ["right", "open"].contains(&word.as_str());
        assert!(told == why.is_empty(), "{code}: say why what is not right is {word}");
        let hashes = hashes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let mut row = json!({"lint": code, "judgement": word, "findings": hashes});
        if !why.is_empty() {
            row["why"] = json!(why);
        }
        writeln!(lines, "{row}").unwrap();
    }
    lines
}

fn page(files: usize, found: &[Found], of: impl Fn(&Found) -> Judgement) -> String {
    let count = |word: &str| found.iter().filter(|it| of(it).0 == word).count();
    let mut text = format!(
        "# The lints on real manifests\n\n\
         What `netpol check` finds with its default settings, each file by itself, in {files} files \
         of public repositories that hold network policies, tests of other tools among them.\n\n\
         Every finding was looked at. *Right* is what is true and worth the notice. *Debatable* is what is \
         true, but known to whoever wrote it, or answered by a file that was not given. *Wrong* is what the \
         maintainers would refuse: a warning of what is meant so, and harms nobody. Of {} findings {} are \
         debatable and {} wrong; no error is either.\n\n\
         | code | lint | severity | findings | files | debatable | wrong |\n|---|---|---|---|---|---|---|\n",
        found.len(),
        count("debatable"),
        count("wrong"),
    );
    let mut rows: BTreeMap<(&str, &str), Vec<&Found>> = BTreeMap::new();
    let mut reasons: BTreeMap<(&str, Judgement), usize> = BTreeMap::new();
    for it in found {
        rows.entry((&it.code, &it.severity)).or_default().push(it);
        let judgement = of(it);
        if !judgement.1.is_empty() {
            *reasons.entry((&it.code, judgement)).or_default() += 1;
        }
    }
    let name = |code: &str| ALL.iter().map(|rule| rule.lint).find(|it| it.code == code).unwrap().name;
    for ((code, severity), row) in rows {
        let files: BTreeSet<&str> = row.iter().map(|it| it.file.as_str()).collect();
        let count = |word: &str| row.iter().filter(|it| of(it).0 == word).count();
        let (lint, files, debatable, wrong) = (name(code), files.len(), count("debatable"), count("wrong"));
        let found = row.len();
        writeln!(
            text,
            "| {code} | [{lint}]({lint}.md) | {severity} | {found} | {files} | {debatable} | {wrong} |"
        )
        .unwrap();
    }
    text.push_str("\n## Debatable and wrong\n\n");
    for ((code, (word, why)), count) in reasons {
        writeln!(text, "- {code} {}, {word} {count}: {why}.", name(code)).unwrap();
    }
    text
}

/// Every manifest of the collection with its path in it, in order; none where it is not there.
fn manifests() -> Vec<(String, String)> {
    let Some(data) = std::env::var_os("NETPOL_DATA") else {
        eprintln!("skipped: NETPOL_DATA is not set");
        return Vec::new();
    };
    let folder = PathBuf::from(data).join("corpus");
    let mut files = Vec::new();
    walk(&folder, &mut files);
    files.sort();
    let named = |path: PathBuf| {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        (name, String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned())
    };
    files.into_iter().map(named).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|it| it == "yaml" || it == "yml" || it == "json") {
            files.push(path);
        }
    }
}
