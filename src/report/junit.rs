//! JUnit XML: a test suite for each source, a failed test for each finding.

use super::escape::xml;
use crate::api::{Finding, Input, Report};
use std::collections::BTreeMap;
use std::fmt::Write;

pub(super) fn check(report: &Report, input: &Input) -> String {
    // A source without findings is a test that passed.
    let mut suites: BTreeMap<&str, Vec<&Finding>> =
        input.sources.iter().map(|source| (source.path.as_str(), Vec::new())).collect();
    for found in &report.diagnostics {
        suites.entry(found.path.as_str()).or_default().push(found);
    }
    let tests: usize = suites.values().map(|found| found.len().max(1)).sum();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let failures = report.diagnostics.len();
    let _ =
        writeln!(text, "<testsuites name=\"netpol\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
    for (path, found) in &suites {
        let (tests, failures) = (found.len().max(1), found.len());
        let name = xml(path);
        let _ = writeln!(
            text,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
        );
        if found.is_empty() {
            let _ = writeln!(text, "    <testcase classname=\"{name}\" name=\"netpol\"/>");
        }
        for found in found {
            failed(&mut text, &name, found);
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn failed(text: &mut String, file: &str, found: &Finding) {
    let place =
        found.span.map_or(String::new(), |span| format!(":{}:{}", span.start.line, span.start.column));
    let line = found.span.map_or(String::new(), |span| format!(" line=\"{}\"", span.start.line));
    let mut whole = format!("{}{place}: {}", found.path, found.message);
    for because in &found.because {
        let line = because.span.map_or(String::new(), |span| format!(":{}", span.start.line));
        let _ = write!(whole, "\n{}{line}: {}", because.path, because.message);
    }
    if let Some(help) = &found.help {
        let _ = write!(whole, "\nhelp: {help}");
    }
    let _ = writeln!(
        text,
        "    <testcase classname=\"{file}\" name=\"{}{place}\" file=\"{file}\"{line}>\n      \
         <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
        found.lint,
        found.severity,
        xml(&found.message),
        xml(&whole).replace("&#10;", "\n"),
    );
}
