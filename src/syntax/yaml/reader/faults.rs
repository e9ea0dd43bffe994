//! What go-yaml refuses, in its words and with its idea of the line.

use super::super::clamp;
use super::Reader;
use crate::source::Span;
use crate::syntax::tree::{Fault, FaultKind, Style};
use libyaml_safer::{Error, ErrorKind};

impl Reader<'_> {
    /// libyaml knows the escape `\\/`; go-yaml of this lineage does not.
    pub(super) fn refuse_escape(&self, start: usize, end: usize, line: u64) -> Result<(), Fault> {
        let source = self.slice(start, end);
        if !source.contains("\\/") {
            return Ok(());
        }
        let mut escaped = false;
        let found = source.bytes().position(|byte| {
            let hit = escaped && byte == b'/';
            escaped = byte == b'\\' && !escaped;
            hit
        });
        let Some(slash) = found else { return Ok(()) };
        let before = source.get(..slash).unwrap_or_default();
        let line = line + before.bytes().filter(|byte| *byte == b'\n').count() as u64;
        let place = if line == 0 { String::new() } else { format!("line {}: ", line + 1) };
        let at = start + slash;
        Err(Fault {
            document: 0,
            span: Span::new(clamp(at - 1), clamp(at + 1)),
            kind: FaultKind::Broken,
            message: format!("yaml: {place}found unknown escape character"),
            help: Some("write `/` without the backslash".into()),
        })
    }

    /// In brackets go-yaml ends plain text at a `?`, and finds a key it did not expect.
    pub(super) fn refuse_question(&self, start: usize, end: usize) -> Result<(), Fault> {
        let Some(frame) = self.frames.last().filter(|it| it.style == Style::Flow) else { return Ok(()) };
        let Some(at) = self.slice(start, end).find('?').filter(|it| *it > 0) else { return Ok(()) };
        let at = start + at;
        let line = |to: usize| self.slice(self.base, to).bytes().filter(|it| *it == b'\n').count();
        let line = if line(at) > 0 { line(at) } else { line(frame.start) };
        let place = if line == 0 { String::new() } else { format!("line {line}: ") };
        let close = if frame.mapping { '}' } else { ']' };
        Err(Fault {
            document: 0,
            span: Span::new(clamp(at), clamp(at + 1)),
            kind: FaultKind::Broken,
            message: format!("yaml: {place}did not find expected ',' or '{close}'"),
            help: Some("quote text that holds a `?`".into()),
        })
    }

    pub(super) fn refuse_version(&self, line: u64, start: usize) -> Fault {
        let place = if line == 0 { String::new() } else { format!("line {line}: ") };
        let width = self.text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        Fault {
            document: 0,
            span: Span::new(clamp(start), clamp(start + width)),
            kind: FaultKind::Broken,
            message: format!("yaml: {place}found incompatible YAML document"),
            help: Some("Kubernetes reads YAML 1.1; leave the `%YAML` line out".into()),
        }
    }

    /// A fault of the parser in go-yaml's words, with go-yaml's idea of the line.
    pub(super) fn broken(&self, error: &Error, body: &str) -> Fault {
        let problem = error.problem_mark();
        if body.starts_with("%YAML")
            && !body.starts_with("%YAML 1.1")
            && error.problem().contains("<document start>")
        {
            return self.refuse_version(0, self.base);
        }
        let line = match (problem, error.context_mark()) {
            (Some(mark), _) if mark.line != 0 => {
                // Scanning ends in the last line, though it lacks the line break that we add; the
                // end of the text, which parsing meets, stands in the line after it.
                let added = !body.ends_with('\n') && mark.index > body.len() as u64;
                mark.line + u64::from(error.kind() == ErrorKind::Scanner && !added)
            }
            (_, Some(mark)) => mark.line,
            _ => 0,
        };
        let place = if line == 0 { String::new() } else { format!("line {line}: ") };
        let start = match problem {
            Some(mark) => self.at(mark),
            None => self.base + body.find(is_refused).unwrap_or(0),
        };
        let width = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let message = error.problem();
        Fault {
            document: 0,
            span: Span::new(clamp(start), clamp(start + width)),
            kind: FaultKind::Broken,
            message: format!("yaml: {place}{message}"),
            help: message.contains("tab").then(|| "indent with spaces: YAML takes no tabs there".into()),
        }
    }
}

/// Characters YAML takes nowhere.
fn is_refused(c: char) -> bool {
    !matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
