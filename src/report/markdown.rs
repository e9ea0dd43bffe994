//! Markdown: a table for a pull request's comment or a job's summary.

use super::escape::{markdown, uri};
use super::summary;
use crate::api::Report;
use std::fmt::Write;

pub(super) fn check(report: &Report) -> String {
    let mut text = String::from("## netpol\n\n");
    if !report.diagnostics.is_empty() {
        text.push_str("| severity | where | finding | lint |\n|---|---|---|---|\n");
    }
    for found in &report.diagnostics {
        let path = markdown(&found.path);
        let place = match found.span {
            Some(span) => format!("[{path}:{}]({}#L{})", span.start.line, uri(&found.path), span.start.line),
            None => format!("{path}: {}", markdown(found.field.as_deref().unwrap_or_default())),
        };
        let mut message = markdown(&found.message);
        if let Some(help) = &found.help {
            let _ = write!(message, "<br>*help:* {}", markdown(help));
        }
        let _ =
            writeln!(text, "| {} | {place} | {message} | [{}]({}) |", found.severity, found.code, found.url);
    }
    if !report.diagnostics.is_empty() {
        text.push('\n');
    }
    let told = summary::check(report);
    text.push_str(&told.lines().map(markdown_line).collect::<String>());
    text
}

/// The summary's own backticks are markup, and meant as such.
fn markdown_line(line: &str) -> String {
    format!("{line}  \n")
}
