//! What every fix promises: it removes its finding, and the API server takes the result if it took
//! the object before. A safe one adds no finding and keeps every comment; one that changes what is
//! allowed may call for advice on what it changed, such as a name that no longer fits.

use crate::markdown::fences;
use crate::repository;
use crate::run::{apply, check, findings, text};
use netpol::diagnostic::FixKind;
use netpol::lints::ALL;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn fixes_of_the_examples_keep_the_laws() {
    let mut wrong = Vec::new();
    for lint in ALL.iter().map(|rule| rule.lint) {
        for example in fences(lint.docs).into_iter().filter(|it| it.info.starts_with("yaml,")) {
            wrong.extend(
                breaches(lint.name, &example.text, &json!({}))
                    .into_iter()
                    .map(|it| format!("{}: {it}", lint.name)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixes_of_complete_inputs_keep_the_laws() {
    let mut wrong = Vec::new();
    for lint in ["unselected-pod", "namespace-without-default-deny", "self-lockout", "blocked-by-other-side"]
    {
        let spec = std::fs::read_to_string(repository(&format!("tests/lints/{lint}.md"))).unwrap();
        let mut options = json!({});
        for case in fences(&spec) {
            match case.info.as_str() {
                "json" => options = serde_json::from_str(&case.text).unwrap(),
                "yaml" => {
                    wrong.extend(breaches("case.yaml", &case.text, &options));
                    options = json!({});
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_lint_that_can_repair_offers_to() {
    for lint in ALL.iter().map(|rule| rule.lint).filter(|lint| lint.fix != FixKind::None) {
        let offers = |source: &str| {
            let report = check("example.yaml", source, &json!({}));
            let of_lint = |it: &&Value| text(it, "lint") == lint.name;
            findings(&report).iter().filter(of_lint).any(|it| it["fixes"] != json!([]))
        };
        assert!(
            fences(lint.docs).iter().any(|it| offers(&it.text)),
            "{} repairs none of its examples",
            lint.name
        );
    }
}

/// Every way in which a fix offered for `source` breaks a law.
pub(crate) fn breaches(path: &str, source: &str, options: &Value) -> Vec<String> {
    let before = check(path, source, options);
    let mut wrong = Vec::new();
    for finding in findings(&before) {
        for fix in finding["fixes"].as_array().unwrap() {
            let after = apply(source, fix);
            if let Err(law) = holds(path, source, options, &before, finding, &after, fix) {
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
    options: &Value,
    before: &Value,
    finding: &Value,
    after: &str,
    fix: &Value,
) -> Result<(), String> {
    if source == after {
        return Err("changes nothing".into());
    }
    let report = check(path, after, options);
    let (had, has) = (tally(before), tally(&report));
    // A list index may shift onto a finding that was there before, so a lower count will do.
    let lint = text(finding, "lint");
    let count = |tally: &BTreeMap<String, usize>| tally.get(lint).copied().unwrap_or_default();
    let remains = findings(&report).iter().any(|it| it["fingerprint"] == finding["fingerprint"]);
    if remains && count(&has) >= count(&had) {
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

/// Whether a fix changes what is allowed and no finding of `lint` is an error.
fn may_uncover(fix: &Value, report: &Value, lint: &str) -> bool {
    let is_error = |it: &Value| text(it, "lint") == lint && text(it, "severity") == "error";
    text(fix, "applicability") != "safe" && !findings(report).iter().any(is_error)
}

/// Whether nothing more was judged of an object than that the server does not take it.
fn is_rejected(report: &Value) -> bool {
    findings(report).iter().any(|it| ["invalid", "syntax", "removed-api-version"].contains(&text(it, "lint")))
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
