//! What netpol says of an input: findings with their place, causes and repairs, and the one order
//! in which they are told. Knows nothing of how they were found.

use crate::field::FieldPath;
use crate::source::{SourceId, Span};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The API server rejects it, or it certainly does not do what it says.
    Error,
    /// An expert would ask for a change.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// `error`, `warning` or `info`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// Reads [`Severity::name`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Error, Self::Warning, Self::Info].into_iter().find(|it| it.name() == text)
    }
}

/// What a lint looks at beside the object it judges. Without it the lint is silent and the report
/// says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The object alone.
    Object,
    /// The policies of the namespace.
    Policies,
    /// Workloads.
    Workloads,
    /// Namespaces.
    Namespaces,
    /// Services.
    Services,
    /// The computed reachability.
    Reach,
    /// An input said to be complete.
    Complete,
}

/// Whether and how a lint can repair what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// It cannot.
    None,
    /// Always without changing a verdict, or the only reading there is.
    Safe,
    /// It changes verdicts; the documentation says whether it widens or narrows.
    Unsafe,
    /// Some of its fixes are safe, some not.
    Mixed,
}

/// The facts of one lint. Its check and examples live in its file under `src/lints/`.
#[derive(Debug)]
pub struct Lint {
    /// Its name in kebab case; states the pattern found.
    pub name: &'static str,
    /// Its code, never reused.
    pub code: &'static str,
    /// The severity unless a pack or option says otherwise.
    pub severity: Severity,
    /// What it needs.
    pub needs: &'static [Need],
    /// What it can repair.
    pub fix: FixKind,
    /// The version that brought it.
    pub since: &'static str,
    /// Its documentation in Markdown; empty in builds without `text`.
    pub docs: &'static str,
}

impl Lint {
    /// The first paragraph of the documentation.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.docs.trim_start().split("\n\n").next().unwrap_or_default().trim()
    }
}

/// Names one object of an input: its index in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

/// A place in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The source.
    pub source: SourceId,
    /// The bytes; an empty span at 0 stands for the whole source.
    pub span: Span,
}

/// A line that contributes to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What it does there.
    pub message: String,
}

/// How far a fix may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// No verdict changes for any pod; applied by `--fix`.
    Safe,
    /// It may change what is allowed; applied by `--unsafe-fixes`.
    Unsafe,
    /// Shown only.
    Display,
}

impl Applicability {
    /// `safe`, `unsafe` or `display`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Display => "display",
        }
    }
}

/// One way to repair a finding. Several fixes of one finding are alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as an imperative: "add `Egress` to `policyTypes`".
    pub title: String,
    /// How far to trust it.
    pub applicability: Applicability,
    /// The steps, applied together.
    pub steps: Vec<Step>,
}

impl Fix {
    /// A fix that changes no verdict.
    #[must_use]
    pub fn safe(title: impl Into<String>, steps: Vec<Step>) -> Self {
        Self { title: title.into(), applicability: Applicability::Safe, steps }
    }

    /// A fix that changes what is allowed.
    #[must_use]
    pub fn risky(title: impl Into<String>, steps: Vec<Step>) -> Self {
        Self { title: title.into(), applicability: Applicability::Unsafe, steps }
    }
}

/// One step of a fix: an operation on an object's tree, rendered as text that keeps comments and
/// formatting, or as JSON Patch.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Writes a field, adding it (and the objects above it) where it is missing.
    Set {
        /// The object.
        object: ObjectId,
        /// The field.
        at: FieldPath,
        /// Its value.
        value: serde_json::Value,
    },
    /// Removes a field or list item with its lines.
    Remove {
        /// The object.
        object: ObjectId,
        /// What to remove.
        at: FieldPath,
    },
    /// Inserts a list item before index `at`; an index past the end appends.
    Insert {
        /// The object.
        object: ObjectId,
        /// The item's path: the last segment is its index.
        at: FieldPath,
        /// The item.
        value: serde_json::Value,
    },
    /// Gives a field another name, keeping its value's text.
    Rename {
        /// The object.
        object: ObjectId,
        /// The field.
        at: FieldPath,
        /// Its new name.
        to: String,
    },
    /// Moves a field, with its text, to another place of the same object.
    Move {
        /// The object.
        object: ObjectId,
        /// From where.
        from: FieldPath,
        /// To where.
        to: FieldPath,
    },
    /// Puts text in place of a span: for repairs of text that is no tree yet.
    Replace {
        /// Where.
        place: Place,
        /// The new text.
        text: String,
    },
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The lint that speaks.
    pub lint: &'static Lint,
    /// Its severity under the options.
    pub severity: Severity,
    /// One sentence: what is wrong. Lower case, no final period, user input in backticks.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// The object it is about.
    pub object: Option<ObjectId>,
    /// The field it is about.
    pub field: Option<FieldPath>,
    /// The lines that cause it.
    pub because: Vec<Label>,
    /// Ways to repair it.
    pub fixes: Vec<Fix>,
    /// What tells two findings of one lint on one field apart, stable under reformatting.
    pub cause: String,
}

impl PartialEq for Lint {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

/// Puts findings in the one order: source by `rank`, object, then `invalid` as the server orders
/// it, then place, code, message. Where a source has no places of its own, fields order them.
pub fn sort(
    found: &mut [Diagnostic],
    rank: impl Fn(SourceId) -> usize,
    has_places: impl Fn(SourceId) -> bool,
) {
    let server = |it: &Diagnostic| it.lint.code == "NP002";
    // The sort is stable, so `invalid` findings of one object keep the order they were made in.
    crate::order::sort_by(found, |a, b| {
        let head = |it: &Diagnostic| (rank(it.place.source), it.place.source, it.object);
        let head = head(a).cmp(&head(b)).then(server(b).cmp(&server(a)));
        if head.is_ne() || server(a) {
            return head;
        }
        let by_place =
            if has_places(a.place.source) { a.place.span.cmp(&b.place.span) } else { a.field.cmp(&b.field) };
        by_place.then_with(|| a.lint.code.cmp(b.lint.code)).then_with(|| a.message.cmp(&b.message))
    });
}
