//! Reviewdog's diagnostic format: comments on a change, with suggestions.

use crate::api::{Finding, Point, Report};
use crate::source::{Encoding, LineIndex};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Result<'r> {
    source: Tool,
    diagnostics: Vec<Diagnostic<'r>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'r> {
    message: String,
    location: Location<'r>,
    severity: &'static str,
    code: Code<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'r>>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Clone, Copy, Serialize)]
struct Range {
    start: Place,
    end: Place,
}

/// Columns count bytes of UTF-8, as ours do.
#[derive(Clone, Copy, Serialize)]
struct Place {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Code<'r> {
    value: &'r str,
    url: &'r str,
}

#[derive(Serialize)]
struct Suggestion<'r> {
    range: Range,
    text: &'r str,
}

#[derive(Serialize)]
struct Related<'r> {
    message: &'r str,
    location: Location<'r>,
}

pub(super) fn check(report: &Report, texts: &BTreeMap<&str, &str>) -> String {
    let mut lines: BTreeMap<&str, LineIndex> = BTreeMap::new();
    for found in &report.diagnostics {
        if let (false, Some(text)) = (found.fixes.is_empty(), texts.get(found.path.as_str())) {
            lines.entry(found.path.as_str()).or_insert_with(|| LineIndex::new(text));
        }
    }
    let diagnostics = report.diagnostics.iter().map(|found| diagnostic(found, texts, &lines)).collect();
    let source = Tool { name: "netpol", url: "https://github.com/netpol/netpol" };
    super::json(&Result { source, diagnostics })
}

fn diagnostic<'r>(
    found: &'r Finding,
    texts: &BTreeMap<&str, &str>,
    lines: &BTreeMap<&str, LineIndex>,
) -> Diagnostic<'r> {
    let mut message = found.message.clone();
    if let Some(help) = &found.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    Diagnostic {
        message,
        location: Location { path: &found.path, range: found.span.map(range) },
        severity: match found.severity {
            "error" => "ERROR",
            "warning" => "WARNING",
            _ => "INFO",
        },
        code: Code { value: found.lint, url: &found.url },
        suggestions: suggestions(found, texts, lines),
        related_locations: found
            .because
            .iter()
            .map(|it| Related {
                message: &it.message,
                location: Location { path: &it.path, range: it.span.map(range) },
            })
            .collect(),
    }
}

/// A suggestion is one edit of the finding's own file, to be taken with a click: of the sole fix,
/// where it is not for reading only.
fn suggestions<'r>(
    found: &'r Finding,
    texts: &BTreeMap<&str, &str>,
    lines: &BTreeMap<&str, LineIndex>,
) -> Vec<Suggestion<'r>> {
    let [fix] = found.fixes.as_slice() else { return Vec::new() };
    let ([edit], true) = (fix.edits.as_slice(), fix.applicability != "display") else { return Vec::new() };
    let (Some(text), Some(index), true) =
        (texts.get(found.path.as_str()), lines.get(found.path.as_str()), edit.path == found.path)
    else {
        return Vec::new();
    };
    let place = |offset| {
        let at = index.position(text, offset, Encoding::Utf8);
        Place { line: at.line, column: at.column }
    };
    vec![Suggestion { range: Range { start: place(edit.start), end: place(edit.end) }, text: &edit.text }]
}

fn range(span: crate::api::Range) -> Range {
    let place = |point: Point| Place { line: point.line, column: point.column };
    Range { start: place(span.start), end: place(span.end) }
}
