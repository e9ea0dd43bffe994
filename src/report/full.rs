//! Code frames: the lines a finding stands on, the lines that cause it, and the repair.

use super::{Color, summary};
use crate::api::{Finding, FixShape, Input, Point, Range, Report};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Snippet};
use std::collections::BTreeMap;

/// A fix that rewrites more lines than this is named, not drawn.
const DRAWN_LINES: usize = 30;

pub(super) fn check(report: &Report, input: &Input, color: Color) -> String {
    let renderer = super::renderer(color);
    let texts = super::texts(input);
    let mut text = String::new();
    for found in &report.diagnostics {
        text.push_str(&renderer.render(&frame(found, &texts)));
        text.push_str("\n\n");
    }
    for skipped in &report.not_evaluated {
        text.push_str(&format!(
            "not evaluated: {}: {}\n",
            skipped.lint,
            super::concise::plain(&skipped.reason)
        ));
    }
    text.push_str(&summary::check(report));
    text
}

fn frame<'a>(found: &'a Finding, texts: &BTreeMap<&'a str, &'a str>) -> Vec<Group<'a>> {
    let level = match found.severity {
        "error" => Level::ERROR,
        "warning" => Level::WARNING,
        _ => Level::INFO,
    };
    let title = format!("{}: {}", found.lint, found.message);
    let drawn = snippets(found, texts);
    let undrawn = drawn.is_empty();
    let mut group = level.primary_title(title).id(found.code).elements(drawn);
    if let Some(span) = found.span.filter(|_| undrawn) {
        let (line, column) = (span.start.line as usize, span.start.column as usize);
        group = group.element(Origin::path(found.path.as_str()).line(line).char_column(column));
    }
    if found.span.is_none() {
        let field = found.field.as_deref().map_or(String::new(), |field| format!(", {field}"));
        group = group.element(Level::NOTE.message(format!("in {}{field}", found.path)));
        for because in &found.because {
            group = group.element(Level::NOTE.message(because.message.as_str()));
        }
    }
    if let Some(help) = &found.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let mut groups = vec![group];
    groups.extend(found.fixes.iter().map(|fix| repair(fix, found, texts)));
    groups
}

/// A place to draw: path, span, what to say of it, how to mark it.
pub(super) type Mark<'a> = (&'a str, Range, &'a str, AnnotationKind);

/// One snippet for each source that the finding speaks of, its own first.
fn snippets<'a>(found: &'a Finding, texts: &BTreeMap<&'a str, &'a str>) -> Vec<Drawn<'a>> {
    let own = found.span.map(|span| (found.path.as_str(), span, "", AnnotationKind::Primary));
    let because = found.because.iter().filter_map(|label| {
        Some((label.path.as_str(), label.span?, label.message.as_str(), AnnotationKind::Context))
    });
    let marks: Vec<Mark<'a>> = own.into_iter().chain(because).collect();
    drawn(&marks, texts)
}

/// A snippet of annotated lines.
type Drawn<'a> = Snippet<'a, annotate_snippets::Annotation<'a>>;

/// One snippet for each part of a source that some mark is in, in the order of the marks.
pub(super) fn drawn<'a>(marks: &[Mark<'a>], texts: &BTreeMap<&'a str, &'a str>) -> Vec<Drawn<'a>> {
    let mut paths: Vec<&str> = Vec::new();
    for (path, ..) in marks {
        if !paths.contains(path) {
            paths.push(path);
        }
    }
    let snippet = |path: &'a str, here: Vec<&Mark<'a>>| {
        let text = texts.get(path).copied()?;
        let window = Window::over(text, here.iter().map(|mark| mark.1), here.first()?.1.start)?;
        let annotations = here.iter().map(|(_, span, message, kind)| {
            let annotation = kind.span(window.mark(*span));
            if message.is_empty() { annotation } else { annotation.label(*message) }
        });
        Some(Snippet::source(window.text).path(path).line_start(window.line).annotations(annotations))
    };
    let of = |path| marks.iter().filter(|mark| mark.0 == path).collect();
    let parts = paths.into_iter().flat_map(|path| apart(of(path)).into_iter().map(move |here| (path, here)));
    parts.filter_map(|(path, here)| snippet(path, here)).collect()
}

/// The marks of one text, those far from the rest by themselves: a frame costs as much as all the
/// text from its first mark to its last.
fn apart<'m, 'a>(marks: Vec<&'m Mark<'a>>) -> Vec<Vec<&'m Mark<'a>>> {
    const FAR: u32 = 20_000;
    let mut places: Vec<u32> = marks.iter().map(|mark| mark.1.start.offset).collect();
    places.sort_unstable();
    // Where each part begins.
    let starts: Vec<u32> = places
        .windows(2)
        .filter_map(|it| it.get(1).copied().filter(|at| at - it.first().unwrap_or(at) > FAR))
        .collect();
    let mut parts: Vec<(usize, Vec<&Mark<'_>>)> = Vec::new();
    for mark in marks {
        let part = starts.partition_point(|start| *start <= mark.1.start.offset);
        match parts.iter_mut().find(|(other, _)| *other == part) {
            Some((_, part)) => part.push(mark),
            None => parts.push((part, vec![mark])),
        }
    }
    parts.into_iter().map(|(_, marks)| marks).collect()
}

fn repair<'a>(fix: &'a FixShape, found: &Finding, texts: &BTreeMap<&'a str, &'a str>) -> Group<'a> {
    let how = match fix.applicability {
        "safe" => "safe fix",
        "unsafe" => "fix that may change what is allowed",
        _ => "possible repair",
    };
    let title = Level::HELP.secondary_title(format!("{how}: {}", fix.title));
    let path = fix.edits.first().map(|edit| edit.path.as_str());
    let drawn = path.and_then(|path| {
        let text = texts.get(path).copied()?;
        let edits: Vec<_> = fix.edits.iter().filter(|edit| edit.path == path).collect();
        let lines: usize = edits.iter().map(|edit| edit.text.lines().count()).sum();
        let top = Point { offset: 0, line: 1, column: 1 };
        let known = found.span.filter(|_| found.path == path).map_or(top, |span| span.start);
        let spans = edits.iter().map(|edit| (edit.start as usize, edit.end as usize));
        let window = Window::around(text, spans, known)?;
        if lines > DRAWN_LINES || window.text.lines().count() > DRAWN_LINES * 2 {
            return None;
        }
        let patches = edits.iter().map(|edit| {
            Patch::new(
                edit.start as usize - window.start..edit.end as usize - window.start,
                edit.text.as_str(),
            )
        });
        Some(Snippet::source(window.text).path(path).line_start(window.line).patches(patches))
    });
    match drawn {
        Some(snippet) => title.element(snippet),
        None => Group::with_title(title),
    }
}

/// The whole lines around some spans: frames are drawn from these alone, so that the length of a
/// file costs nothing.
struct Window<'a> {
    text: &'a str,
    start: usize,
    /// The number of its first line, from 1.
    line: usize,
}

/// Lines longer than this are minified or hostile: drawing one would bury the message.
const DRAWN_LINE: usize = 2_000;

impl<'a> Window<'a> {
    fn over(text: &'a str, spans: impl Iterator<Item = Range>, known: Point) -> Option<Self> {
        Self::around(text, spans.map(|span| (span.start.offset as usize, first_line_end(text, span))), known)
    }

    /// `known` is any place whose line is known: lines are counted from there.
    fn around(text: &'a str, spans: impl Iterator<Item = (usize, usize)>, known: Point) -> Option<Self> {
        let (mut from, mut to) = (usize::MAX, 0);
        for (start, end) in spans {
            from = from.min(start);
            to = to.max(end);
        }
        let start = text.get(..from)?.rfind('\n').map_or(0, |at| at + 1);
        let after = text.get(to..)?;
        let end = to + after.find('\n').unwrap_or(after.len());
        let (line, known) = (known.line as usize, known.offset as usize);
        let breaks = |from: usize, to: usize| {
            text.as_bytes().get(from..to).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count()
        };
        let line = if start <= known {
            line.saturating_sub(breaks(start, known))
        } else {
            line + breaks(known, start)
        };
        let text = text.get(start..end)?;
        text.lines().all(|line| line.len() <= DRAWN_LINE).then_some(Self { text, start, line })
    }

    /// The part of a span that is drawn: its first line.
    fn mark(&self, span: Range) -> std::ops::Range<usize> {
        let start = (span.start.offset as usize).saturating_sub(self.start).min(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r').len();
        let length = (span.end.offset.saturating_sub(span.start.offset) as usize).min(line);
        start..start + length
    }
}

fn first_line_end(text: &str, span: Range) -> usize {
    let (start, end) = (span.start.offset as usize, span.end.offset as usize);
    let inside = text.get(start..end).unwrap_or_default();
    start + inside.find('\n').unwrap_or(inside.len())
}
