//! From objects and settings to a verdict.

use crate::order::Gather;
use std::collections::BTreeSet;

use serde_json::Value;

use super::classes::{Class, Origin, class, done};
use super::review::{IGNORE, Operation, Review, label, without_ignores};
use super::settings::{Existing, Mode, Settings, Suppressions};
use crate::api::{self, Finding, NotEvaluated, Report};
use crate::lints::{self, Levels};
use crate::options::{Level, Options};
use crate::source::{Content, Source};
use crate::{config, manifest};

/// One finding and what is done about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The finding.
    pub finding: Finding,
    /// Whether the object had it before.
    pub existing: bool,
    /// Why it is excepted, if it is.
    pub excepted: Option<String>,
}

/// What comes of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The request's.
    pub uid: String,
    /// What denies.
    pub denials: Vec<Notice>,
    /// What warns.
    pub warnings: Vec<Notice>,
    /// What is only for the audit log: findings in namespaces of mode `audit`, and excepted ones.
    pub audited: Vec<Notice>,
    /// Further warnings, about the settings.
    pub notes: Vec<String>,
    /// What could not be judged, and why. Lints of [`Class::Server`] are not among it: they have
    /// nothing to say here.
    pub not_evaluated: Vec<NotEvaluated>,
    /// Why there is no judgement at all; denies.
    pub errors: Vec<String>,
    /// Ends every message.
    pub contact: Option<String>,
}

impl Verdict {
    /// A verdict without a judgement.
    #[must_use]
    pub fn error(errors: Vec<String>) -> Self {
        Self { errors, ..Self::default() }
    }

    /// Whether the request may pass.
    #[must_use]
    pub fn allowed(&self) -> bool {
        self.denials.is_empty() && self.errors.is_empty()
    }
}

/// An object to judge, and its older version.
pub(super) struct Subject {
    pub(super) path: String,
    pub(super) object: Value,
    pub(super) old: Option<Value>,
}

/// Judges a request of the API server. Taking an object away is never denied for what it is.
#[must_use]
pub fn decide(review: Review, mut settings: Settings) -> Verdict {
    let Review { uid, operation, namespace, object, old } = review;
    let mut subjects = Vec::new();
    if operation != Operation::Other {
        let old = (operation == Operation::Update && !old.is_null()).then_some(old);
        subjects.push(Subject { path: label(&object), object, old });
    }
    if !namespace.is_empty() {
        settings.options.namespace = namespace;
    }
    let verdict = judge(subjects, Origin::Server, &settings);
    Verdict { uid, ..verdict }
}

/// Judges objects, all of one cluster.
pub(super) fn judge(subjects: Vec<Subject>, origin: Origin, settings: &Settings) -> Verdict {
    let mut verdict = Verdict { contact: settings.contact.clone(), ..Verdict::default() };
    if subjects.is_empty() {
        return verdict;
    }
    let options = &settings.options;
    let mut levels = match config::levels(options) {
        Ok(levels) => levels,
        Err(fault) => return Verdict { errors: vec![fault], ..verdict },
    };
    for name in done(origin) {
        levels.insert(name, Level::Off);
    }
    let report = |sources| report(sources, options, &levels);
    let before = match old_sources(&subjects) {
        none if none.is_empty() => BTreeSet::new(),
        old => fingerprints(&report(old)),
    };
    let (sources, ignores) = sources(subjects, settings.suppressions);
    let report = report(sources);
    verdict.not_evaluated = report.not_evaluated;
    for finding in report.diagnostics {
        let existing = before.contains(&finding.fingerprint);
        sort(Notice { finding, existing, excepted: None }, origin, settings, &ignores, &mut verdict);
    }
    verdict
}

fn report(sources: Vec<Source>, options: &Options, levels: &Levels) -> Report {
    api::report(&manifest::read(&sources, &[], options), options, levels)
}

fn fingerprints(report: &Report) -> BTreeSet<String> {
    report.diagnostics.iter().map(|finding| finding.fingerprint.clone()).gather()
}

pub(super) fn source(path: &str, object: &Value) -> Source {
    Source { path: path.to_owned(), content: Content::Object(object.to_string()), old: None }
}

fn old_sources(subjects: &[Subject]) -> Vec<Source> {
    subjects.iter().filter_map(|subject| Some(source(&subject.path, subject.old.as_ref()?))).collect()
}

/// The objects as sources, and what their annotations silence: path, lint, reason.
fn sources(subjects: Vec<Subject>, suppressions: Suppressions) -> (Vec<Source>, Vec<Ignore>) {
    let mut ignores = Vec::new();
    let sources = subjects
        .into_iter()
        .map(|mut subject| {
            if suppressions == Suppressions::Annotations {
                ignores.extend(annotated(&subject));
            }
            // Whoever may not silence a lint here must not do so further down either.
            without_ignores(&mut subject.object);
            source(&subject.path, &subject.object)
        })
        .collect();
    (sources, ignores)
}

/// What one annotation silences.
struct Ignore {
    path: String,
    lint: String,
    reason: String,
    until: Option<String>,
}

fn annotated(subject: &Subject) -> Vec<Ignore> {
    let annotations = subject.object.pointer("/metadata/annotations").and_then(Value::as_object);
    let written = annotations.into_iter().flatten();
    written
        .filter_map(|(name, value)| {
            let (reason, until) = match value.as_str()?.rsplit_once("; until ") {
                Some((reason, until)) => (reason, Some(until.trim().to_owned())),
                None => (value.as_str()?, None),
            };
            Some(Ignore {
                path: subject.path.clone(),
                lint: name.strip_prefix(IGNORE)?.to_owned(),
                reason: reason.trim().to_owned(),
                until,
            })
        })
        // Without a reason it silences nothing.
        .filter(|ignore| !ignore.reason.is_empty())
        .collect()
}

/// Puts a notice where it belongs in the verdict.
fn sort(mut notice: Notice, origin: Origin, settings: &Settings, ignores: &[Ignore], verdict: &mut Verdict) {
    notice.excepted = excepted(&notice.finding, settings, ignores, &mut verdict.notes);
    let finding = &notice.finding;
    let namespace = finding.object.as_ref().and_then(|object| object.namespace.as_deref());
    let mode = settings.mode_of(namespace.unwrap_or_default());
    let old = notice.existing && settings.existing == Existing::Allow;
    if notice.excepted.is_some() || mode == Mode::Audit {
        verdict.audited.push(notice);
    } else if mode == Mode::Deny && !old && denies(finding, origin, settings) {
        verdict.denials.push(notice);
    } else if finding.severity != "info" {
        verdict.warnings.push(notice);
    } else {
        verdict.audited.push(notice);
    }
}

fn denies(finding: &Finding, origin: Origin, settings: &Settings) -> bool {
    if settings.deny.contains(&finding.lint) {
        return true;
    }
    // A warning of the server's judgement says that only some servers reject the object.
    let least =
        if ["NP001", "NP002"].contains(&finding.code) { &["error"][..] } else { &["error", "warning"] };
    let own = lints::find(finding.lint).is_some_and(|lint| class(lint, origin) == Class::Own);
    own && least.contains(&finding.severity)
}

/// Why a finding is excepted; exceptions that have run out are told.
fn excepted(
    finding: &Finding,
    settings: &Settings,
    ignores: &[Ignore],
    notes: &mut Vec<String>,
) -> Option<String> {
    let object = finding.object.as_ref();
    let namespace = object.and_then(|object| object.namespace.as_deref());
    let name = object.map(|object| object.name.as_str());
    let fits = |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
    let granted = settings.exceptions.iter().filter(|exception| {
        exception.lints.contains(&finding.lint)
            && fits(&exception.namespace, namespace)
            && fits(&exception.name, name)
    });
    let granted = granted.map(|exception| (exception.reason.as_str(), exception.until.as_deref()));
    let ignored = ignores.iter().filter(|ignore| {
        ignore.path == finding.path && [finding.lint, finding.code].contains(&ignore.lint.as_str())
    });
    let ignored = ignored.map(|ignore| (ignore.reason.as_str(), ignore.until.as_deref()));
    // No exception survives where nobody may grant one.
    let all = (settings.suppressions != Suppressions::None).then(|| granted.chain(ignored));
    for (reason, until) in all.into_iter().flatten() {
        match (until, settings.options.today.as_deref()) {
            (Some(until), Some(today)) if today > until => {
                note(notes, format!("the exception `{reason}` ran out on {until}"));
            }
            (Some(until), None) => {
                note(
                    notes,
                    format!(
                        "the exception `{reason}` holds until {until}, but the settings do not say what `today` is"
                    ),
                );
                return Some(reason.to_owned());
            }
            _ => return Some(reason.to_owned()),
        }
    }
    None
}

fn note(notes: &mut Vec<String>, note: String) {
    if !notes.contains(&note) {
        notes.push(note);
    }
}
