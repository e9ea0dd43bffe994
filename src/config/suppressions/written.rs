//! Finding suppressions in what was written.

use crate::diagnostic::{ObjectId, Place, Step};
use crate::field::FieldPath;
use crate::manifest::{File, Manifests, Object};
use crate::source::{SourceId, Span};
use crate::syntax::{Comment, comments};

/// One suppression.
#[derive(Debug)]
pub(super) struct Written {
    /// The lint it names.
    pub(super) lint: String,
    /// Why; empty where nothing is said.
    pub(super) reason: String,
    /// What stands after `until`.
    pub(super) until: Option<String>,
    /// Where it stands.
    pub(super) place: Place,
    /// The annotation, if it is one.
    pub(super) field: Option<FieldPath>,
    /// What it is for.
    pub(super) reach: Reach,
    /// How to take it out, where it can go alone.
    pub(super) removal: Option<Step>,
}

/// What a suppression is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reach {
    /// Everything found of an object.
    Object(ObjectId),
    /// What is found on these lines, counted from 0, both included.
    Lines(usize, usize),
}

const ANNOTATION: &str = "ignore.netpol/";
const COMMENT: &str = "netpol: ignore[";

/// Every suppression of what is judged, in reading order.
pub(super) fn all(manifests: &Manifests) -> Vec<Written> {
    let judged = |source: SourceId| manifests.file(source).filter(|file| !file.context);
    let mut found = Vec::new();
    for object in &manifests.objects {
        if let Some(file) = judged(object.source) {
            annotations(object, file, &mut found);
        }
    }
    for (number, file) in manifests.files.iter().enumerate().filter(|(_, file)| !file.context) {
        let text = file.source.as_str();
        if file.source.has_places() && text.contains(COMMENT) {
            let source = SourceId(u32::try_from(number).unwrap_or(u32::MAX));
            comments(text, &file.parsed).iter().for_each(|it| comment(source, text, it, &mut found));
        }
    }
    found
}

fn annotations(object: &Object, file: &File, found: &mut Vec<Written>) {
    let tree = &file.parsed.tree;
    let written = tree.get(object.root, "metadata").and_then(|it| tree.get(it, "annotations"));
    for entry in written.map(|node| tree.entries(node)).unwrap_or_default() {
        let key = tree.as_str(entry.key).unwrap_or_default();
        let Some(lint) = key.strip_prefix(ANNOTATION) else { continue };
        let (reason, until) = reason(tree.as_str(entry.value).unwrap_or_default());
        let field = FieldPath::parse("metadata.annotations").key(key);
        found.push(Written {
            lint: lint.into(),
            reason,
            until,
            place: Place { source: object.source, span: tree.span(entry.key) },
            reach: Reach::Object(object.id),
            removal: Some(Step::Remove { object: object.id, at: field.clone() }),
            field: Some(field),
        });
    }
}

fn comment(source: SourceId, text: &str, it: &Comment<'_>, found: &mut Vec<Written>) {
    let Some((names, rest)) = it.text.strip_prefix(COMMENT).and_then(|rest| rest.split_once(']')) else {
        return;
    };
    let own = line(text, it.span.start);
    let last = if it.own_line { own + 1 } else { own };
    let (reason, until) = reason(rest);
    let alone = !names.contains(',');
    let removal = || Step::Replace { place: Place { source, span: removed(text, it) }, text: String::new() };
    for lint in names.split(',').map(str::trim) {
        found.push(Written {
            lint: lint.into(),
            reason: reason.clone(),
            until: until.clone(),
            place: Place { source, span: it.span },
            field: None,
            reach: Reach::Lines(own, last),
            removal: alone.then(removal),
        });
    }
}

/// The comment with the blanks before it, or its whole line where it has one.
fn removed(text: &str, it: &Comment<'_>) -> Span {
    let before = text.get(..it.span.start as usize).unwrap_or_default();
    let start = u32::try_from(before.trim_end_matches([' ', '\t']).len()).unwrap_or(u32::MAX);
    let after = text.get(it.span.end as usize..).unwrap_or_default();
    let end = after.find('\n').map_or(after.len(), |at| at + 1);
    match it.own_line {
        true => Span::new(start, it.span.end.saturating_add(u32::try_from(end).unwrap_or(u32::MAX))),
        false => Span::new(start, it.span.end),
    }
}

/// `why; until 2030-12-31` in its two parts.
fn reason(text: &str) -> (String, Option<String>) {
    match text.rsplit_once("; until ") {
        Some((reason, until)) => (reason.trim().into(), Some(until.trim().into())),
        None => (text.trim().into(), None),
    }
}

/// The line of an offset, from 0.
pub(super) fn line(text: &str, offset: u32) -> usize {
    text.get(..offset as usize).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count()
}
