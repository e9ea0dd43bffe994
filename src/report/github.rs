//! GitHub workflow commands: findings as annotations of a run.

use super::escape::{workflow_property as property, workflow_text};
use super::summary;
use crate::api::{Finding, Report};
use std::fmt::Write;

pub(super) fn check(report: &Report) -> String {
    let mut text = String::new();
    for found in &report.diagnostics {
        let command = match found.severity {
            "error" => "error",
            "warning" => "warning",
            _ => "notice",
        };
        let mut properties = format!("file={}", property(&found.path));
        if let Some(span) = found.span {
            let (start, end) = (span.start, span.end);
            let _ = write!(properties, ",line={},endLine={}", start.line, end.line.max(start.line));
            // Columns count only within one line.
            if start.line == end.line {
                let _ = write!(properties, ",col={},endColumn={}", start.column, end.column);
            }
        }
        let title = property(&format!("{} ({})", found.lint, found.code));
        let _ = writeln!(text, "::{command} {properties},title={title}::{}", workflow_text(&message(found)));
    }
    // A line of the summary cannot start with `::`, so it is no command.
    text.push_str(&summary::check(report));
    text
}

fn message(found: &Finding) -> String {
    let mut message = found.message.clone();
    for because in &found.because {
        let line = because.span.map_or(String::new(), |span| format!(":{}", span.start.line));
        let _ = write!(message, "\n{}{line}: {}", because.path, because.message);
    }
    if let Some(help) = &found.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    message
}
