//! Running `check` through the interface that every host uses, and applying the fixes it offers.

use serde_json::{Value, json};

/// The report on one text.
pub(crate) fn check(path: &str, text: &str, options: &Value) -> Value {
    let request = json!({"sources": [{"path": path, "text": text}], "options": options});
    let answer: Value = serde_json::from_str(&netpol::call("check", &request.to_string())).unwrap();
    assert!(answer.get("error").is_none(), "{path}: {answer}");
    answer
}

/// The findings of a report.
pub(crate) fn findings(report: &Value) -> &[Value] {
    report["diagnostics"].as_array().unwrap()
}

/// The string at a key of a finding.
pub(crate) fn text<'v>(finding: &'v Value, key: &str) -> &'v str {
    finding[key].as_str().unwrap_or_default()
}

/// A finding as one line: `3:5 warning some-lint: message`.
pub(crate) fn line(finding: &Value) -> String {
    let start = &finding["span"]["start"];
    let (severity, lint, message) =
        (text(finding, "severity"), text(finding, "lint"), text(finding, "message"));
    format!("{}:{} {severity} {lint}: {message}", start["line"], start["column"])
}

/// The titles of a finding's fixes, one a line: `  fix (safe): do this`.
pub(crate) fn fixes(finding: &Value) -> Vec<String> {
    let told = |fix: &Value| format!("  fix ({}): {}", text(fix, "applicability"), text(fix, "title"));
    finding["fixes"].as_array().unwrap().iter().map(told).collect()
}

/// `source` with the edits of one fix made.
pub(crate) fn apply(source: &str, fix: &Value) -> String {
    let mut edits: Vec<(usize, usize, &str)> = fix["edits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let offset = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
            (offset("start"), offset("end"), edit["text"].as_str().unwrap())
        })
        .collect();
    edits.sort_by_key(|(start, end, _)| (*start, *end));
    let mut result = source.to_owned();
    for (start, end, text) in edits.into_iter().rev() {
        result.replace_range(start..end, text);
    }
    result
}
