//! `netpol explain`.

use super::host::{Host, Stream};
use super::{Exit, Failure, settings};
use crate::{lints, report};
use clap::ArgMatches;

pub(super) fn run(host: &mut dyn Host, matches: &ArgMatches) -> Result<Exit, Failure> {
    let text = match settings::text(matches, "lint") {
        Some(name) => report::explain(name).map_err(|error| Failure(error.message))?.text,
        None => list(),
    };
    host.print(Stream::Out, &text);
    Ok(Exit::Clean)
}

/// Every lint on a line of its own.
fn list() -> String {
    let widest = lints::ALL.iter().map(|rule| rule.lint.name.len()).max().unwrap_or(0);
    lints::ALL
        .iter()
        .map(|rule| {
            let (code, name, severity) = (rule.lint.code, rule.lint.name, rule.lint.severity.name());
            let summary: Vec<&str> = rule.lint.summary().split_whitespace().collect();
            format!("{code} {name:widest$}  {severity:7}  {}\n", summary.join(" "))
        })
        .collect()
}
