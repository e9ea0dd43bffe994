//! Judgements as findings: each cause with the place it stands at.

use super::hint::{Hint, Subject, hint};
use super::judge::Assessment;
use super::strict::FaultKind;
use super::validate::Error;
use super::{Finding, FindingKind, MinorSet, Object};
use crate::diagnostic::{Place, Severity};
use crate::field::FieldPath;
use crate::options::Kubernetes;
use crate::order::Gather;
use crate::source::Span;
use crate::syntax::{NodeId, Style, Tree, Value};
use std::collections::BTreeSet;

/// What there is to say of `object`.
pub(super) fn findings(
    assessed: &Assessment,
    object: &Object,
    tree: &Tree,
    asked: Kubernetes,
) -> Vec<Finding> {
    let mut teller =
        Teller { object, tree, asked: MinorSet::asked(asked), told: BTreeSet::new(), out: Vec::new() };
    if let Some(message) = &assessed.unserved {
        let field = FieldPath::root().field("apiVersion");
        let place = spot(tree, object.root, &field, false);
        teller.invalid(&field, place, message, MinorSet::ALL, Subject::Unserved { sound: assessed.sound });
    }
    for fault in assessed.faults.types.iter().chain(&assessed.faults.strict) {
        let on_key = fault.kind != FaultKind::Type;
        let place = if on_key { tree.span(fault.node) } else { spot(tree, object.root, &fault.field, false) };
        // go-yaml counts lines within the document; the place says it better.
        let message = match fault.kind {
            FaultKind::DoubledYaml => fault.message.split_once(": ").map_or(&*fault.message, |it| it.1),
            _ => &fault.message,
        };
        teller.invalid(&fault.field, place, message, MinorSet::ALL, Subject::Fault(fault));
    }
    teller.errors(assessed);
    teller.warnings(assessed);
    teller.out
}

struct Teller<'a> {
    object: &'a Object,
    tree: &'a Tree,
    asked: MinorSet,
    /// What was told already: an update validates some things twice.
    told: BTreeSet<(Span, String)>,
    out: Vec<Finding>,
}

impl Teller<'_> {
    fn errors(&mut self, assessed: &Assessment) {
        let mut rest = assessed.validation.errors.as_slice();
        while let Some(first) = rest.first() {
            // Errors of one slot are one fault in the words of different minors, newest first.
            let count = rest.iter().take_while(|it| it.slot == first.slot).count();
            let (slot, others) = rest.split_at(count);
            rest = others;
            let told = slot.iter().filter(|it| !it.minors.and(self.asked).is_empty());
            let minors = told.clone().fold(MinorSet::NONE, |all, it| all.or(it.minors)).and(self.asked);
            let newest = told.max_by_key(|it| it.minors.and(self.asked).newest());
            if let Some(error) = newest.filter(|it| !self.is_of_generated_name(assessed, it)) {
                let place = spot(self.tree, self.object.root, &error.place, error.on_key);
                self.invalid(&error.field, place, &error.body, minors, Subject::Error(error));
            }
        }
    }

    /// A name that the server made up is nothing the user wrote; its beginning is judged itself.
    fn is_of_generated_name(&self, assessed: &Assessment, error: &Error) -> bool {
        let metadata = &assessed.policy.metadata;
        let own = metadata.name.as_deref().is_some_and(|it| !it.is_empty());
        let generated = metadata.generate_name.as_deref().is_some_and(|it| !it.is_empty());
        generated && !own && error.field.to_string() == "metadata.name"
    }

    /// Whether the name is missing with all of `metadata`, or that is `{}`. Nobody forgets that much:
    /// such a file is half an object, which a program completes before it applies it.
    fn is_fragment(&self, field: &FieldPath) -> bool {
        let is_empty = |node| matches!(self.tree.node(node).value, Value::Mapping(it) if it.is_empty());
        field.to_string() == "metadata.name"
            && self.tree.get(self.object.root, "metadata").is_none_or(is_empty)
    }

    fn invalid(&mut self, field: &FieldPath, span: Span, text: &str, minors: MinorSet, subject: Subject) {
        let mut message = format!("{field}: {text}");
        if !self.told.insert((span, message.clone())) {
            return;
        }
        let (all, fragment) = (minors.covers(self.asked), self.is_fragment(field));
        let severity = if all && !fragment { Severity::Error } else { Severity::Warning };
        if !all {
            message.push_str(&format!(" (rejected by Kubernetes {minors})"));
        }
        let Hint { mut help, fixes } = hint(&subject, self.object, self.tree);
        if fragment {
            help = Some("write `metadata` with a name, unless a program that applies this does".into());
        }
        self.out.push(Finding {
            kind: FindingKind::Invalid,
            severity,
            object: Some(self.object.id),
            field: Some(field.clone()),
            place: Place { source: self.object.source, span },
            message,
            help,
            fixes,
            minors,
        });
    }

    /// Warnings reach nobody whose object is rejected, and say nothing new where it is by some.
    fn warnings(&mut self, assessed: &Assessment) {
        if assessed.rejected_by().covers(self.asked) {
            return;
        }
        let invalid: BTreeSet<FieldPath> = self.out.iter().filter_map(|it| it.field.clone()).gather();
        let Some(newest) = self.asked.newest() else {
            return;
        };
        let newest = MinorSet::asked(Kubernetes::Minor(newest));
        for warning in assessed.validation.warnings.iter().filter(|it| it.minors.covers(newest)) {
            if invalid.contains(&warning.field) {
                continue;
            }
            let span = spot(self.tree, self.object.root, &warning.field, false);
            let Hint { help, fixes } = hint(&Subject::Warning(warning), self.object, self.tree);
            self.out.push(Finding {
                kind: FindingKind::ServerWarning,
                severity: Severity::Warning,
                object: Some(self.object.id),
                field: Some(warning.field.clone()),
                place: Place { source: self.object.source, span },
                message: format!("{}: {}", warning.field, warning.body),
                help,
                fixes,
                minors: self.asked,
            });
        }
    }
}

/// Where to point for a field: its value if that is a scalar, its key if that is more than a line
/// of text, and where it is not written the nearest thing around it that is.
pub(super) fn spot(tree: &Tree, root: NodeId, field: &FieldPath, on_key: bool) -> Span {
    let found = tree.find(root, field);
    let node = tree.node(found.node);
    let scalar = !matches!(node.value, Value::Null | Value::Sequence(_) | Value::Mapping(_));
    let flow = node.style == Style::Flow || node.style == Style::Alias;
    match found.key {
        Some(key) if on_key || !found.whole => tree.span(key),
        _ if scalar => node.span,
        Some(_) if flow => node.span,
        Some(key) => tree.span(key),
        None if found.node == root => tree.get(root, "kind").map_or(node.span, |it| tree.span(it)),
        None => match tree.entries(found.node).first() {
            Some(entry) if !flow => tree.span(entry.key),
            _ => node.span,
        },
    }
}
