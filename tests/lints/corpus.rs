//! The lints over a collection of real manifests (`NETPOL_DATA`): every fix keeps the laws, and
//! docs/lints/corpus.md says how often each lint speaks.

use crate::laws::breaches;
use crate::run::{check, findings, text};
use crate::{generated, repository};
use netpol::lints::ALL;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[test]
fn fixes_keep_the_laws() {
    let mut wrong = Vec::new();
    for (path, source) in manifests() {
        wrong.extend(breaches(&path, &source).into_iter().map(|it| format!("{path}: {it}")));
    }
    assert!(wrong.is_empty(), "{} breaches\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_is_up_to_date() {
    let sources = manifests();
    if sources.is_empty() {
        return;
    }
    let mut told: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    for (path, source) in &sources {
        let report = check(path, source, &json!({}));
        let mut here: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for finding in findings(&report) {
            let lint = ALL.iter().map(|rule| rule.lint).find(|it| it.name == text(finding, "lint")).unwrap();
            let severity =
                ["error", "warning", "info"].into_iter().find(|it| *it == text(finding, "severity"));
            *here.entry((lint.code, severity.unwrap())).or_default() += 1;
        }
        for (key, count) in here {
            let (findings, files) = told.entry(key).or_default();
            *findings += count;
            *files += 1;
        }
    }
    generated(&repository("docs/lints/corpus.md"), &table(sources.len(), &told)).unwrap();
}

fn table(files: usize, told: &BTreeMap<(&str, &str), (u32, u32)>) -> String {
    let mut text = format!(
        "# The lints on real manifests\n\nWhat `netpol check` finds with its default settings, each file by itself, in {files} files \
         of public repositories that hold network policies.\n\n\
         | code | lint | severity | findings | files |\n|---|---|---|---|---|\n"
    );
    for ((code, severity), (findings, files)) in told {
        let name = ALL.iter().map(|rule| rule.lint).find(|it| it.code == *code).map_or("", |it| it.name);
        writeln!(text, "| {code} | [{name}]({name}.md) | {severity} | {findings} | {files} |").unwrap();
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
