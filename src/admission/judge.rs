//! From objects and settings to a verdict.

use super::classes::{Class, Origin, class, done};
use super::handed::Handed;
use super::known::known;
use super::review::{Operation, Review};
use super::settings::{Existing, Mode, Settings, Suppressions};
use crate::api::{self, Finding, NotEvaluated};
use crate::config;
use crate::lints;
use crate::manifest::{self, Manifests};
use crate::options::Level;
use crate::source::Source;
use crate::syntax::Parsed;

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
    pub(super) object: Handed,
    pub(super) old: Option<Handed>,
}

/// Judges a request of the API server. Taking an object away is never denied for what it is.
#[must_use]
pub fn decide(review: Review, mut settings: Settings) -> Verdict {
    let Review { uid, operation, namespace, object, old } = review;
    let subject = object.filter(|_| operation != Operation::Other).map(|object| {
        let old = old.filter(|_| operation == Operation::Update);
        Subject { path: object.label(), object, old }
    });
    if !namespace.is_empty() {
        settings.options.namespace = namespace;
    }
    // It goes once its finalizers are taken off, each by an update. Until then it holds, so that nothing
    // may be added to it.
    if subject.as_ref().and_then(|it| it.old.as_ref()).is_some_and(Handed::is_terminating) {
        settings.existing = Existing::Allow;
    }
    let verdict = judge(subject.into_iter().collect(), Origin::Server, &settings);
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
    levels.set_all(done(origin), Level::Off);
    let stored = origin == Origin::Server;
    let judged = |sources| {
        let manifests = manifest::read_parsed(sources, stored, options);
        (api::report(&manifests, options, &levels), manifests)
    };
    let (before, ignores, sources) = sources(subjects, settings.suppressions);
    let before = (!before.is_empty()).then(|| judged(before));
    let now = judged(sources);
    let known = before.as_ref().map_or(Vec::new(), |before| known(before, &now));
    let (report, manifests) = now;
    verdict.not_evaluated = report.not_evaluated;
    let known = known.into_iter().chain(std::iter::repeat(false));
    for (finding, existing) in report.diagnostics.into_iter().zip(known) {
        sort(Notice { finding, existing, excepted: None }, origin, settings, &ignores, &mut verdict);
    }
    before.into_iter().for_each(|(_, manifests)| leave(manifests));
    leave(manifests);
    verdict
}

/// Ends the life of what an evaluation was about. The engine modules take all memory of an evaluation
/// back as one piece, so there giving back a thousand small ones is left out.
fn leave(manifests: Manifests) {
    let as_one = cfg!(any(feature = "abi", feature = "opa", feature = "kubewarden"));
    if as_one && cfg!(target_arch = "wasm32") {
        std::mem::forget(manifests);
    }
}

type Sources = Vec<(Source, Parsed)>;

/// The older objects as sources, what the annotations of the objects silence, and these.
fn sources(subjects: Vec<Subject>, suppressions: Suppressions) -> (Sources, Vec<Ignore>, Sources) {
    let (mut before, mut ignores, mut now) = (Vec::new(), Vec::new(), Vec::new());
    for Subject { path, mut object, old } in subjects {
        before.extend(old.map(|mut old| {
            // What was silenced was there all the same.
            old.without_ignores();
            old.into_source(path.clone())
        }));
        if suppressions == Suppressions::Annotations {
            ignores.extend(object.ignores().filter_map(|(lint, written)| annotated(&path, lint, written)));
        }
        // Whoever may not silence a lint here must not do so further down either.
        object.without_ignores();
        now.push(object.into_source(path));
    }
    (before, ignores, now)
}

/// What one annotation silences.
struct Ignore {
    path: String,
    lint: String,
    reason: String,
    until: Option<String>,
}

fn annotated(path: &str, lint: &str, written: &str) -> Option<Ignore> {
    let (reason, until) = match written.rsplit_once("; until ") {
        Some((reason, until)) => (reason, Some(until.trim().to_owned())),
        None => (written, None),
    };
    let reason = reason.trim();
    // Without a reason it silences nothing.
    (!reason.is_empty()).then(|| Ignore {
        path: path.to_owned(),
        lint: lint.to_owned(),
        reason: reason.to_owned(),
        until,
    })
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
