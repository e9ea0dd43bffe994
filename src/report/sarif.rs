//! SARIF 2.1.0: for code scanning.

use super::escape::uri;
use crate::api::{Because, Finding, FixShape, Range, Report};
use crate::diagnostic::Lint;
use crate::lints;
use crate::source::{Encoding, LineIndex};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn check(report: &Report, texts: &BTreeMap<&str, &str>) -> String {
    let mut rules: Vec<&'static Lint> =
        report.diagnostics.iter().filter_map(|found| lints::find(found.lint)).collect();
    crate::order::sort_by_key(&mut rules, |lint| lint.code);
    rules.dedup();
    let texts = Texts { texts, lines: indexes(report, texts) };
    let results: Vec<Value> = report.diagnostics.iter().map(|found| texts.result(found, &rules)).collect();
    let notifications: Vec<Value> = report
        .not_evaluated
        .iter()
        .map(|it| {
            json!({
                "level": "note",
                "message": {"text": format!("not evaluated: {}: {}", it.lint, it.reason)},
            })
        })
        .collect();
    super::json(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "semanticVersion": report.tool.version,
                "informationUri": "https://github.com/netpol/netpol",
                "rules": rules.iter().map(|lint| rule(lint)).collect::<Vec<_>>(),
            }},
            // What SARIF can count; our own columns are bytes, which it cannot.
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    }))
}

fn rule(lint: &Lint) -> Value {
    json!({
        "id": lint.code,
        "name": lint.name,
        "shortDescription": {"text": lint.summary().split_whitespace().collect::<Vec<_>>().join(" ")},
        "help": {
            "text": format!("see {}", crate::api::page_url(lint.name)),
            "markdown": super::explain::page(lint),
        },
        "helpUri": crate::api::page_url(lint.name),
        "defaultConfiguration": {"level": level(lint.severity.name())},
    })
}

fn level(severity: &str) -> &'static str {
    match severity {
        "error" => "error",
        "warning" => "warning",
        _ => "note",
    }
}

/// The line indexes of all sources that the report speaks of.
fn indexes<'t>(report: &'t Report, texts: &BTreeMap<&'t str, &str>) -> BTreeMap<&'t str, LineIndex> {
    let mut lines = BTreeMap::new();
    for found in &report.diagnostics {
        let because = found.because.iter().map(|it| it.path.as_str());
        let edits = found.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.path.as_str());
        for path in std::iter::once(found.path.as_str()).chain(because).chain(edits) {
            if let Some(text) = texts.get(path) {
                lines.entry(path).or_insert_with(|| LineIndex::new(text));
            }
        }
    }
    lines
}

struct Texts<'t> {
    texts: &'t BTreeMap<&'t str, &'t str>,
    lines: BTreeMap<&'t str, LineIndex>,
}

impl Texts<'_> {
    fn result(&self, found: &Finding, rules: &[&'static Lint]) -> Value {
        let mut text = found.message.clone();
        if let Some(help) = &found.help {
            text.push_str("\nhelp: ");
            text.push_str(help);
        }
        let mut result = json!({
            "ruleId": found.code,
            "level": level(found.severity),
            "message": {"text": text},
            "locations": [self.location(found)],
            "partialFingerprints": {"netpol/v1": found.fingerprint},
        });
        let related: Vec<Value> = found.because.iter().map(|it| self.related(it)).collect();
        let fixes: Vec<Value> = found.fixes.iter().filter_map(|fix| self.fix(fix)).collect();
        if let Some(fields) = result.as_object_mut() {
            if let Some(at) = rules.iter().position(|lint| lint.code == found.code) {
                fields.insert("ruleIndex".into(), json!(at));
            }
            if !related.is_empty() {
                fields.insert("relatedLocations".into(), json!(related));
            }
            if !fixes.is_empty() {
                fields.insert("fixes".into(), json!(fixes));
            }
        }
        result
    }

    fn location(&self, found: &Finding) -> Value {
        let mut location = json!({"physicalLocation": self.physical(&found.path, found.span)});
        let logical = found.object.as_ref().map(|object| {
            let namespace = object.namespace.as_ref().map_or(String::new(), |it| format!("{it}/"));
            let field = found.field.as_ref().map_or(String::new(), |field| format!(" {field}"));
            json!([{
                "name": object.name,
                "fullyQualifiedName": format!("{} {namespace}{}{field}", object.kind, object.name),
                "kind": "resource",
            }])
        });
        if let (Some(fields), Some(logical)) = (location.as_object_mut(), logical) {
            fields.insert("logicalLocations".into(), logical);
        }
        location
    }

    fn related(&self, because: &Because) -> Value {
        json!({
            "physicalLocation": self.physical(&because.path, because.span),
            "message": {"text": because.message},
        })
    }

    fn physical(&self, path: &str, span: Option<Range>) -> Value {
        let artifact = json!({"uri": uri(path)});
        match span.and_then(|span| self.region(path, span.start.offset, span.end.offset)) {
            Some(region) => json!({"artifactLocation": artifact, "region": region}),
            None => json!({"artifactLocation": artifact}),
        }
    }

    fn region(&self, path: &str, start: u32, end: u32) -> Option<Value> {
        let (text, index) = (self.texts.get(path)?, self.lines.get(path)?);
        let place = |offset| index.position(text, offset, Encoding::Utf16);
        let (start, end) = (place(start), place(end));
        Some(json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }))
    }

    /// A fix as replacements; none where it is for reading only, or no text.
    fn fix(&self, fix: &FixShape) -> Option<Value> {
        if fix.applicability == "display" || fix.edits.is_empty() {
            return None;
        }
        let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            let region = self.region(&edit.path, edit.start, edit.end)?;
            changes
                .entry(edit.path.as_str())
                .or_default()
                .push(json!({"deletedRegion": region, "insertedContent": {"text": edit.text}}));
        }
        let changes: Vec<Value> = changes
            .into_iter()
            .map(|(path, replacements)| {
                json!({"artifactLocation": {"uri": uri(path)}, "replacements": replacements})
            })
            .collect();
        Some(json!({"description": {"text": fix.title}, "artifactChanges": changes}))
    }
}
