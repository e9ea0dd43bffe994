//! How a check reports: one call a finding, the rest chained to it.

use super::{Context, Outcome};
use crate::diagnostic::{Diagnostic, Fix, Label, Lint, ObjectId, Place, Severity};
use crate::field::FieldPath;
use crate::manifest::Object;
use crate::options::Level;
use std::borrow::Cow;

/// Collects what the checks find.
#[derive(Debug)]
pub struct Findings<'a> {
    cx: &'a Context<'a>,
    /// The lint whose check is running, and the severity the user forced on it.
    running: Option<(&'static Lint, Option<Severity>)>,
    outcome: Outcome,
}

impl<'a> Findings<'a> {
    pub(super) fn new(cx: &'a Context<'a>) -> Self {
        // Single objects leave this many lints without what they need.
        let not_evaluated = Vec::with_capacity(16);
        Self { cx, running: None, outcome: Outcome { diagnostics: Vec::new(), not_evaluated } }
    }

    pub(super) fn enter(&mut self, lint: &'static Lint, level: Option<Level>) {
        let forced = match level {
            Some(Level::On(severity)) => Some(severity),
            _ => None,
        };
        self.running = Some((lint, forced));
    }

    pub(super) fn finish(self) -> Outcome {
        self.outcome
    }

    /// A finding about a field of an object, shown at the field.
    pub fn add(
        &mut self,
        lint: &'static Lint,
        object: &Object,
        field: &FieldPath,
        message: impl Into<String>,
    ) -> Reported<'_> {
        let place = self.cx.manifests.place(object, field);
        self.retell(lint, place, Some(object.id), Some(field.clone()), message.into())
    }

    /// A finding about text that is no object.
    pub fn add_at(&mut self, lint: &'static Lint, place: Place, message: impl Into<String>) -> Reported<'_> {
        self.retell(lint, place, None, None, message.into())
    }

    /// Says that the lint could not be evaluated, and why. Told once.
    pub fn not_evaluated(&mut self, lint: &'static Lint, reason: impl Into<Cow<'static, str>>) {
        let told = &mut self.outcome.not_evaluated;
        // Lints run nearly in the order of their codes.
        if told.last().is_none_or(|(last, _)| last.code < lint.code) {
            return told.push((lint, reason.into()));
        }
        if let Err(at) = told.binary_search_by(|(other, _)| other.code.cmp(lint.code)) {
            told.insert(at, (lint, reason.into()));
        }
    }

    /// A finding made elsewhere, as it is.
    pub(super) fn retell(
        &mut self,
        lint: &'static Lint,
        place: Place,
        object: Option<ObjectId>,
        field: Option<FieldPath>,
        message: String,
    ) -> Reported<'_> {
        let forced = match self.running {
            Some((running, forced)) if running == lint => forced,
            _ => None,
        };
        let severity = forced.unwrap_or(lint.severity);
        let (because, fixes, cause) = (Vec::new(), Vec::new(), String::new());
        let list = &mut self.outcome.diagnostics;
        list.push(Diagnostic {
            lint,
            severity,
            message,
            help: None,
            place,
            object,
            field,
            because,
            fixes,
            cause,
        });
        Reported { diagnostic: list.last_mut(), forced: forced.is_some() }
    }
}

/// A finding just made, to be told more of.
#[derive(Debug)]
pub struct Reported<'f> {
    /// Always there; an option only because a `Vec` cannot promise it.
    diagnostic: Option<&'f mut Diagnostic>,
    forced: bool,
}

impl Reported<'_> {
    /// A line that causes it.
    pub fn because(&mut self, place: Place, message: impl Into<String>) -> &mut Self {
        self.with(|it| it.because.push(Label { place, message: message.into() }))
    }

    /// What to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.with(|it| it.help = Some(help.into()))
    }

    /// A way to repair it.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.with(|it| it.fixes.push(fix))
    }

    /// Another place than the field's own.
    pub fn at(&mut self, place: Place) -> &mut Self {
        self.with(|it| it.place = place)
    }

    /// Another severity than the lint's own, unless the user chose one.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        if self.forced { self } else { self.with(|it| it.severity = severity) }
    }

    /// What tells it from other findings of the lint on the same field; part of its fingerprint.
    pub fn cause(&mut self, cause: impl Into<String>) -> &mut Self {
        self.with(|it| it.cause = cause.into())
    }

    fn with(&mut self, change: impl FnOnce(&mut Diagnostic)) -> &mut Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            change(diagnostic);
        }
        self
    }
}
