//! GitLab's code quality report.

use crate::api::Report;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

pub(super) fn check(report: &Report) -> String {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let issues: Vec<Issue<'_>> = report
        .diagnostics
        .iter()
        .map(|found| {
            // GitLab drops all but one issue of the same fingerprint.
            let times = seen.entry(found.fingerprint.as_str()).or_default();
            *times += 1;
            let fingerprint = match times {
                1 => found.fingerprint.clone(),
                n => format!("{}-{n}", found.fingerprint),
            };
            let severity = match found.severity {
                "error" => "major",
                "warning" => "minor",
                _ => "info",
            };
            let lines = found.span.map_or(Lines { begin: 1, end: 1 }, |span| Lines {
                begin: span.start.line,
                end: span.end.line.max(span.start.line),
            });
            let description = format!("{}: {}", found.code, found.message);
            let location = Location { path: &found.path, lines };
            Issue { description, check_name: found.lint, fingerprint, severity, location }
        })
        .collect();
    super::json(&issues)
}
