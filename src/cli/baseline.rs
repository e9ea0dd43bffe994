//! Baselines: findings that were there before netpol came, written down so that only new ones count.

use super::Failure;
use super::host::Host;
use super::inputs;
use crate::api::{Report, SCHEMA_VERSION};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

const MOST: u64 = 64 << 20;

/// How often each fingerprint may be found without counting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Baseline(BTreeMap<String, u32>);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'r> {
    schema_version: u32,
    findings: Vec<Known<'r>>,
}

/// One finding; all but the fingerprint is for people.
#[derive(Serialize)]
struct Known<'r> {
    fingerprint: &'r str,
    lint: &'r str,
    path: &'r str,
    message: &'r str,
}

/// Writes the findings of a report. Gives how many.
pub(super) fn write(host: &mut dyn Host, path: &str, report: &Report) -> Result<usize, Failure> {
    let findings: Vec<Known<'_>> = report
        .diagnostics
        .iter()
        .map(|it| Known { fingerprint: &it.fingerprint, lint: it.lint, path: &it.path, message: &it.message })
        .collect();
    let count = findings.len();
    let file = File { schema_version: SCHEMA_VERSION, findings };
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    host.create(path, text.as_bytes(), true)
        .map_err(|why| Failure(format!("cannot write `{path}`: {why}")))?;
    Ok(count)
}

/// Reads a baseline.
pub(super) fn read(host: &mut dyn Host, path: &str) -> Result<Baseline, Failure> {
    let fail = |why: String| Failure(format!("cannot read the baseline `{path}`: {why}"));
    let bytes = host.read(path, MOST).map_err(|why| fail(why.to_string()))?;
    let text = inputs::text(bytes).map_err(fail)?;
    let file: Value = serde_json::from_str(&text)
        .map_err(|error| fail(format!("it is no JSON (line {}, column {})", error.line(), error.column())))?;
    if file.get("schemaVersion").and_then(Value::as_u64) != Some(u64::from(SCHEMA_VERSION)) {
        return Err(fail(format!("its `schemaVersion` is not {SCHEMA_VERSION}")));
    }
    let findings = file.get("findings").and_then(Value::as_array);
    let findings = findings.ok_or_else(|| fail("it has no list `findings`".into()))?;
    let mut baseline = Baseline::default();
    for finding in findings {
        let fingerprint = finding.get("fingerprint").and_then(Value::as_str);
        let fingerprint = fingerprint.ok_or_else(|| fail("a finding has no `fingerprint`".into()))?;
        *baseline.0.entry(fingerprint.to_owned()).or_default() += 1;
    }
    Ok(baseline)
}

impl Baseline {
    /// The fingerprints it holds.
    pub(super) fn fingerprints(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Takes what it holds out of a report. Gives how many of its findings are gone for good.
    pub(super) fn take_out(&self, report: &mut Report) -> u32 {
        let mut left = self.0.clone();
        let summary = &mut report.summary;
        report.diagnostics.retain(|found| {
            let known = left.get_mut(&found.fingerprint).filter(|count| **count > 0);
            let Some(count) = known else { return true };
            *count -= 1;
            summary.suppressed += 1;
            match found.severity {
                "error" => summary.errors = summary.errors.saturating_sub(1),
                "warning" => summary.warnings = summary.warnings.saturating_sub(1),
                _ => summary.infos = summary.infos.saturating_sub(1),
            }
            false
        });
        left.values().sum()
    }
}
