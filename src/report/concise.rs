//! One line a finding, for editors and grep.

use super::summary;
use crate::api::Report;
use std::fmt::Write;

pub(super) fn check(report: &Report) -> String {
    let mut text = String::new();
    for found in &report.diagnostics {
        let path = plain(&found.path);
        let place = match found.span {
            Some(span) => format!("{path}:{}:{}", span.start.line, span.start.column),
            None => format!("{path}:{}", plain(found.field.as_deref().unwrap_or_default())),
        };
        let (severity, code, lint) = (found.severity, found.code, found.lint);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{place}: {severity}[{code}] {} ({lint})", plain(&found.message));
    }
    text.push_str(&summary::check(report));
    text
}

/// Text that cannot break the line it stands on, nor command a terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}
