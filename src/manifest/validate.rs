//! The API server's validation of a NetworkPolicy: every rule, in its order and words, for every
//! supported minor at once.
//!
//! Takes a decoded policy, and for an update the one it replaces; gives errors and warnings. An
//! error says which minors tell it: where minors tell the same thing differently, each wording is
//! an [`Error`] of its own and they share a `slot`. Knows nothing of text and places, beyond the
//! path at which the fault stands.

mod cidr;
mod meta;
mod names;
mod selector;
mod spec;

pub(super) use cidr::{is_range, repairs as cidr_repairs};
pub(super) use meta::{name_of, own_name};
pub(super) use names::is_label_value;

use super::MinorSet;
use super::go::{json_string, quote};
use super::path::Path;
use crate::field::FieldPath;
use crate::options::{Kubernetes, Minor};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One thing that some server rejects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which fault it is: errors of one slot are one fault in the words of different minors.
    pub slot: u32,
    /// The minors that say it so.
    pub minors: MinorSet,
    /// Those of them that say it after everything else.
    pub late: MinorSet,
    /// What kind of fault.
    pub kind: Kind,
    /// The field as the server names it.
    pub field: FieldPath,
    /// Where the fault stands: often deeper than `field`, which names no key of a map.
    pub place: FieldPath,
    /// Whether it is the key at `place` that is wrong, rather than its value.
    pub on_key: bool,
    /// The server's text after the field.
    pub body: String,
}

impl Error {
    /// Whether Go shows where in memory a part of one owner lies, so that the texts about two owners
    /// are never equal. Here they may look so.
    pub(super) fn shows_address(&self) -> bool {
        self.body.starts_with("Invalid value: v1.OwnerReference{") && self.body.contains("(*bool)(0x…)")
    }
}

/// Kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A value is missing.
    Required,
    /// A value is malformed.
    Invalid,
    /// A value is none of those allowed.
    NotSupported,
    /// A value may not stand there.
    Forbidden,
    /// A value is too long.
    TooLong,
}

impl Kind {
    /// The reason in the Status.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Required => "FieldValueRequired",
            Self::Invalid => "FieldValueInvalid",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Forbidden => "FieldValueForbidden",
            Self::TooLong => "FieldValueTooLong",
        }
    }

    /// The start of the text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Required => "Required value",
            Self::Invalid => "Invalid value",
            Self::NotSupported => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::TooLong => "Too long",
        }
    }
}

/// One thing that servers accept with a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The minors that say it so.
    pub minors: MinorSet,
    /// The field.
    pub field: FieldPath,
    /// The server's text after the field.
    pub body: String,
}

/// What validation found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Errors in the server's order.
    pub errors: Vec<Error>,
    /// Warnings in the server's order.
    pub warnings: Vec<Warning>,
}

/// Judges a policy that is to be created.
#[must_use]
pub fn create(policy: &NetworkPolicy) -> Findings {
    let mut errors = Errors::default();
    meta::create(&policy.metadata, &mut errors);
    spec::check(policy.spec.as_ref(), &spec::Grandfathered::default(), &mut errors);
    Findings { errors: errors.list, warnings: spec::warnings(policy.spec.as_ref()) }
}

/// Judges a policy that is to replace `old`.
#[must_use]
pub fn update(policy: &NetworkPolicy, old: &NetworkPolicy) -> Findings {
    let mut errors = Errors::default();
    let metadata = meta::kept(&policy.metadata, &old.metadata);
    meta::common_update(&metadata, &old.metadata, &mut errors);
    // Up to 1.35 an update was validated as a create first, which knows of no old addresses.
    let mut grandfathered = spec::Grandfathered {
        selectors: spec::selector_was_bad(old),
        unchanged: spec::unchanged(policy, old),
        ..spec::Grandfathered::default()
    };
    errors.within = MinorSet::before(Minor::V36);
    meta::create_again(&metadata, &mut errors);
    spec::check(policy.spec.as_ref(), &grandfathered, &mut errors);
    errors.within = MinorSet::ALL;
    grandfathered.cidrs = spec::cidrs(old.spec.as_ref());
    meta::update(&metadata, &old.metadata, &mut errors);
    spec::check(policy.spec.as_ref(), &grandfathered, &mut errors);
    Findings { errors: errors.list, warnings: spec::warnings(policy.spec.as_ref()) }
}

impl Findings {
    /// The errors as one minor tells them, in its order.
    #[must_use]
    pub fn of(&self, minor: Minor) -> Vec<&Error> {
        let it = MinorSet::asked(Kubernetes::Minor(minor));
        let told = || self.errors.iter().filter(|error| error.minors.covers(it));
        let mut seen = BTreeSet::new();
        let mut out: Vec<&Error> = told().filter(|error| !error.late.covers(it)).collect();
        if minor >= Minor::V37 {
            // What the generated validation covers is filtered out, and with it what is said twice.
            out.retain(|error| seen.insert((&error.field, &error.body)));
        }
        out.extend(told().filter(|error| error.late.covers(it)));
        out
    }

    /// Whether a minor rejects the policy.
    #[must_use]
    pub fn rejected_by(&self) -> MinorSet {
        self.errors.iter().fold(MinorSet::NONE, |all, error| all.or(error.minors))
    }
}

/// The errors gathered so far.
#[derive(Debug)]
struct Errors {
    list: Vec<Error>,
    slot: u32,
    /// The minors whose validation is being followed.
    within: MinorSet,
}

impl Default for Errors {
    fn default() -> Self {
        Self { list: Vec::new(), slot: 0, within: MinorSet::ALL }
    }
}

/// A rejected value, as it is shown.
#[derive(Clone, Debug)]
enum Shown<'a> {
    /// Not at all.
    Nothing,
    /// A plain string.
    Text(&'a str),
    /// A string of a Go type of its own: shown as JSON, before 1.34 as Go source.
    Typed(&'a str),
    /// An integer.
    Int(i64),
    /// Anything else: as JSON, and as Go showed it before 1.34.
    Json(String, String),
}

impl Shown<'_> {
    fn spelt(&self, minor: Minor) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Nothing => return None,
            Self::Text(text) => quote(text).into(),
            Self::Typed(text) if minor < Minor::V34 => quote(text).into(),
            Self::Typed(text) => json_string(text).into(),
            Self::Int(value) => value.to_string().into(),
            Self::Json(_, go) if minor < Minor::V34 => go.into(),
            Self::Json(json, _) => json.into(),
        })
    }
}

/// A detail's text in the words of a minor; none where that minor does not say it.
type Detail = Option<Cow<'static, str>>;

/// A detail that all minors word alike.
const fn all(text: &'static str) -> impl Fn(Minor) -> Detail {
    move |_| Some(Cow::Borrowed(text))
}

impl Errors {
    /// Adds a fault. `detail` gives its text for each minor.
    fn add(
        &mut self,
        path: &Path,
        kind: Kind,
        shown: &Shown,
        detail: impl Fn(Minor) -> Detail,
    ) -> &mut [Error] {
        self.slot += 1;
        self.also(path, kind, shown, detail)
    }

    /// Adds the words of further minors for the fault added last.
    fn also(
        &mut self,
        path: &Path,
        kind: Kind,
        shown: &Shown,
        detail: impl Fn(Minor) -> Detail,
    ) -> &mut [Error] {
        let from = self.list.len();
        let field = path.to_field();
        for minor in Minor::ALL.into_iter().rev() {
            let it = MinorSet::asked(Kubernetes::Minor(minor));
            let Some(detail) = detail(minor).filter(|_| self.within.covers(it)) else {
                continue;
            };
            let body = body(kind, shown.spelt(minor).as_deref(), &detail);
            let same = self.list.iter_mut().skip(from).find(|error| error.body == body);
            match same {
                Some(same) => same.minors = same.minors.or(it),
                None => self.list.push(Error {
                    slot: self.slot,
                    minors: it,
                    late: MinorSet::NONE,
                    kind,
                    field: field.clone(),
                    place: field.clone(),
                    on_key: false,
                    body,
                }),
            }
        }
        self.list.get_mut(from..).unwrap_or_default()
    }
}

fn body(kind: Kind, shown: Option<&str>, detail: &str) -> String {
    let mut out = String::from(kind.text());
    if let Some(shown) = shown {
        out.push_str(": ");
        out.push_str(shown);
    }
    if !detail.is_empty() {
        out.push_str(": ");
        out.push_str(detail);
    }
    out
}

/// Says that the faults just added stand deeper than their field tells.
fn standing_at(added: &mut [Error], place: &Path, on_key: bool) {
    for error in added {
        error.place = place.to_field();
        error.on_key = on_key;
    }
}
