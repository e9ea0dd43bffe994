//! What every fix promises: it removes its finding, adds none, and leaves comments alone. A safe
//! one is also accepted by the API server if the object was before.

use crate::markdown::fences;
use crate::run::{apply, check, findings, text};
use netpol::lints::ALL;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn fixes_of_the_examples_keep_the_laws() {
    let mut wrong = Vec::new();
    for lint in ALL.iter().map(|rule| rule.lint) {
        for example in fences(lint.docs).into_iter().filter(|it| it.info.starts_with("yaml,")) {
            wrong.extend(
                breaches(lint.name, &example.text).into_iter().map(|it| format!("{}: {it}", lint.name)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every way in which a fix offered for `source` breaks a law.
pub fn breaches(path: &str, source: &str) -> Vec<String> {
    let options = json!({});
    let before = check(path, source, &options);
    let mut wrong = Vec::new();
    for finding in findings(&before) {
        for fix in finding["fixes"].as_array().unwrap() {
            let after = apply(source, fix);
            if let Err(law) = holds(path, source, &before, finding, &after, fix) {
                let (lint, title) = (text(finding, "lint"), text(fix, "title"));
                wrong.push(format!("{lint}: fix `{title}` {law}\n{after}"));
            }
        }
    }
    wrong
}

fn holds(
    path: &str,
    source: &str,
    before: &Value,
    finding: &Value,
    after: &str,
    fix: &Value,
) -> Result<(), String> {
    if source == after {
        return Err("changes nothing".into());
    }
    let report = check(path, after, &json!({}));
    let (had, has) = (tally(before), tally(&report));
    let lint = text(finding, "lint");
    let count = |tally: &BTreeMap<String, usize>| tally.get(lint).copied().unwrap_or_default();
    if count(&has) >= count(&had) {
        return Err("does not remove its finding".into());
    }
    // What could not be read before has no findings to compare with.
    let unread = before["summary"]["objects"] != report["summary"]["objects"] || is_rejected(before);
    for (other, now) in &has {
        if !unread && *now > had.get(other).copied().unwrap_or_default() && !may_uncover(fix, &report, other)
        {
            return Err(format!("adds a finding of {other}"));
        }
    }
    if comments(source) != comments(after) && text(fix, "applicability") == "safe" {
        return Err("loses a comment".into());
    }
    Ok(())
}

/// A fix that changes what is allowed may uncover advice, never a warning or an error.
fn may_uncover(fix: &Value, report: &Value, lint: &str) -> bool {
    let info = findings(report)
        .iter()
        .filter(|it| text(it, "lint") == lint)
        .all(|it| text(it, "severity") == "info");
    text(fix, "applicability") != "safe" && info
}

fn is_rejected(report: &Value) -> bool {
    findings(report).iter().any(|it| ["invalid", "syntax"].contains(&text(it, "lint")))
}

fn tally(report: &Value) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for finding in findings(report) {
        *tally.entry(text(finding, "lint").to_owned()).or_default() += 1;
    }
    tally
}

/// The comments of a text, in order; a `#` within quotes is none.
fn comments(source: &str) -> Vec<&str> {
    let comment =
        |line: &'_ str| line.find(" #").map(|at| at + 1).or_else(|| line.starts_with('#').then_some(0));
    source.lines().filter_map(|line| comment(line).map(|at| line[at..].trim_end())).collect()
}
