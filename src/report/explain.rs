//! What a lint is about: its page, as Markdown.

use crate::api::{ApiError, SCHEMA_VERSION};
use crate::config::unknown;
use crate::diagnostic::{FixKind, Lint, Need};
use crate::lints;
use serde::Serialize;

/// A lint explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// 1.
    pub schema_version: u32,
    /// Its name.
    pub lint: &'static str,
    /// Its code.
    pub code: &'static str,
    /// Its usual severity.
    pub severity: &'static str,
    /// Its page, Markdown.
    pub text: String,
}

/// Explains the lint of that name or code.
///
/// # Errors
/// There is no such lint.
pub fn explain(name: &str) -> Result<Explanation, ApiError> {
    let names = lints::ALL.iter().map(|rule| rule.lint.name);
    let lint = lints::find(name)
        .ok_or_else(|| ApiError::new("invalid-request", "lint", unknown("lint", name, names)))?;
    Ok(Explanation {
        schema_version: SCHEMA_VERSION,
        lint: lint.name,
        code: lint.code,
        severity: lint.severity.name(),
        text: page(lint),
    })
}

/// The page of a lint: the same under docs/lints, in `netpol explain`, and on hover.
#[must_use]
pub(crate) fn page(lint: &Lint) -> String {
    let needs: Vec<&str> = lint
        .needs
        .iter()
        .map(|need| match need {
            Need::Object => "the object alone",
            Need::Policies => "the policies of the namespace",
            Need::Workloads => "workloads",
            Need::Namespaces => "namespaces",
            Need::Services => "Services",
            Need::Reach => "the computed reachability",
            Need::Complete => "an input said to be complete",
        })
        .collect();
    let fix = match lint.fix {
        FixKind::None => "none",
        FixKind::Safe => "safe",
        FixKind::Unsafe => "unsafe",
        FixKind::Mixed => "safe or unsafe, by case",
    };
    // Comment lines carry the blank that stands after `///`.
    let docs: Vec<&str> = lint.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let facts = format!(
        "| code | severity | looks at | fix | since |\n|---|---|---|---|---|\n| {} | {} | {} | {fix} | {} |",
        lint.code,
        lint.severity.name(),
        needs.join(", "),
        lint.since,
    );
    format!("# {}\n\n{facts}\n\n{}\n", lint.name, docs.join("\n").trim())
}
