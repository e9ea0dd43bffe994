//! The shapes of answers.

use serde::Serialize;
use std::borrow::Cow;

/// The version of the JSON shapes; within 1 only additions.
pub const SCHEMA_VERSION: u32 = 1;

/// The answer of `check`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// 1.
    pub schema_version: u32,
    /// Who speaks.
    pub tool: Tool,
    /// Counts.
    pub summary: Summary,
    /// The findings, in the one order.
    pub diagnostics: Vec<Finding>,
    /// Lints that could not be evaluated.
    pub not_evaluated: Vec<NotEvaluated>,
}

/// The program and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// `netpol`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Tool {
    /// This build.
    pub const THIS: Self = Self { name: "netpol", version: env!("CARGO_PKG_VERSION") };
}

/// Counts of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings of severity error.
    pub errors: u32,
    /// Findings of severity warning.
    pub warnings: u32,
    /// Findings of severity info.
    pub infos: u32,
    /// Findings that a suppression or baseline took away.
    pub suppressed: u32,
    /// Objects read.
    pub objects: u32,
    /// Documents that hold nothing netpol reads.
    pub skipped: u32,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The lint's name.
    pub lint: &'static str,
    /// The lint's code.
    pub code: &'static str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The source.
    pub path: String,
    /// Where; null for sources given as objects.
    pub span: Option<Range>,
    /// The object it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// The field it is about, as the API server prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Lint, object, field and cause, hashed: stable under reformatting.
    pub fingerprint: String,
    /// Lines that cause it.
    pub because: Vec<Because>,
    /// Ways to repair it; alternatives.
    pub fixes: Vec<FixShape>,
    /// The lint's page.
    pub url: String,
}

/// A span with lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    /// The first place.
    pub start: Point,
    /// The place after the last.
    pub end: Point,
}

/// A place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// Offset from the start of the source.
    pub offset: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// Which object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRef {
    /// `apiVersion` as written.
    pub api_version: String,
    /// `kind` as written.
    pub kind: String,
    /// Its namespace, the options' where it names none; absent for cluster-scoped kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// A line that causes a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Because {
    /// The source.
    pub path: String,
    /// Where; null for sources given as objects.
    pub span: Option<Range>,
    /// What it does there.
    pub message: String,
}

/// One way to repair a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FixShape {
    /// What it does.
    pub title: String,
    /// `safe`, `unsafe` or `display`.
    pub applicability: &'static str,
    /// Text to put in place of text; for sources of text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<EditShape>,
    /// JSON Patch (RFC 6902); for sources given as objects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patch: Vec<serde_json::Value>,
}

/// Text in place of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditShape {
    /// The source.
    pub path: String,
    /// The first offset.
    pub start: u32,
    /// The offset after the last.
    pub end: u32,
    /// The new text.
    pub text: String,
}

/// A lint that could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotEvaluated {
    /// Its name.
    pub lint: &'static str,
    /// Why.
    pub reason: Cow<'static, str>,
}
