//! The API server's judgement of one NetworkPolicy, whole: decoding, strictness, validation,
//! warnings and defaults, for any minor.

use super::decode::{Decoded, Stored, decode};
use super::doubled::settled;
use super::schema::NETWORK_POLICY;
use super::strict::{Faults, inspect};
use super::validate::{self, Error, Findings};
use super::{MinorSet, Text, defaulted};
use crate::options::{Limits, Minor};
use crate::syntax::{NodeId, Tree, parse_json};
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicySpec};
use std::collections::BTreeSet;

/// The one API version in which NetworkPolicy is served.
pub const SERVED: &str = "networking.k8s.io/v1";

/// What is to be known of an object to judge it by any minor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessment {
    /// The policy as written; zero where it does not fit.
    pub policy: NetworkPolicy,
    /// Why the server knows no such kind or version, in its words.
    pub unserved: Option<String>,
    /// The name the server calls it by: its own, or the one generated on creation.
    pub name: String,
    /// Whether nothing else would be wrong in the version that is served.
    pub sound: bool,
    /// What is wrong with the object's shape.
    pub faults: Faults,
    /// What validation found; nothing where decoding already failed.
    pub validation: Findings,
}

/// What a server of one minor answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Where the object is rejected; none where it is accepted.
    pub stage: Option<Stage>,
    /// The whole message of the Status. For [`Stage::Decode`] the decoder's own text, which the
    /// server frames with kind and version.
    pub message: Option<String>,
    /// Its causes.
    pub causes: Vec<Cause>,
    /// What a client that asks for strictness, as kubectl does, is told.
    pub strict_error: Option<String>,
    /// Warnings in order.
    pub warnings: Vec<String>,
    /// The spec as it would be stored.
    pub defaulted: Option<NetworkPolicySpec>,
}

/// Where a judgement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The object does not fit its type: 400, BadRequest.
    Decode,
    /// The object fits, and breaks a rule: 422, Invalid.
    Validate,
}

impl Stage {
    /// `decode` or `validate`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Validate => "validate",
        }
    }

    /// The HTTP status and its reason.
    #[must_use]
    pub const fn status(self) -> (u16, &'static str) {
        match self {
            Self::Decode => (400, "BadRequest"),
            Self::Validate => (422, "Invalid"),
        }
    }
}

/// One cause of a rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// `FieldValueInvalid` and the like.
    pub reason: &'static str,
    /// The text after the field.
    pub message: String,
    /// The field.
    pub field: String,
}

/// Which validation a policy goes through.
#[derive(Clone, Copy, Debug)]
pub enum Validation<'a> {
    /// That of a new object.
    Create,
    /// That of an update of this policy.
    Update(&'a NetworkPolicy),
    /// None: the server has done it, and of the policy only its spec is kept. What no server can have
    /// let in is treated as a new object.
    Done,
}

/// Assesses the NetworkPolicy at `root`, which calls itself `api_version` and `kind`.
#[must_use]
pub fn assess(
    text: &Text,
    root: NodeId,
    (api_version, kind): (&str, &str),
    validation: Validation<'_>,
) -> Assessment {
    if matches!(validation, Validation::Done)
        && (api_version, kind) == (SERVED, "NetworkPolicy")
        && let Some(policy) = stored(text.tree, root)
    {
        return Assessment { policy, ..Assessment::default() };
    }
    let Decoded { value: policy, clean } = policy(text, root);
    let unserved = ((api_version, kind) != (SERVED, "NetworkPolicy")).then(|| unserved(api_version, kind));
    let strictly = !clean || text.may_double();
    let faults =
        if strictly && unserved.is_none() { inspect(&NETWORK_POLICY, text, root) } else { Faults::default() };
    let name = match validation {
        Validation::Update(_) => validate::own_name(&policy.metadata).into(),
        Validation::Create | Validation::Done => validate::name_of(&policy.metadata),
    };
    let validation = match validation {
        _ if unserved.is_some() || faults.fatal().is_some() => Findings::default(),
        Validation::Update(old) => validate::update(&policy, old),
        Validation::Create | Validation::Done => validate::create(&policy),
    };
    let sound = match &unserved {
        Some(_) => clean && validate::create(&policy).errors.is_empty(),
        None => clean && validation.errors.is_empty(),
    };
    Assessment { policy, unserved, sound, name, faults, validation }
}

/// A policy that a server holds: its spec, if that has only known fields of the right types. Its metadata
/// is nobody's question any more.
fn stored(tree: &Tree, root: NodeId) -> Option<NetworkPolicy> {
    let Decoded { value: Stored { spec }, clean } = decode(tree, root, false);
    clean.then(|| NetworkPolicy { spec, ..NetworkPolicy::default() })
}

/// Decodes a policy without asking for its version, and says whether it has only known fields of
/// the right types.
#[must_use]
pub fn policy(text: &Text, root: NodeId) -> Decoded<NetworkPolicy> {
    let tree = text.tree;
    let doubled = !text.document.duplicates.is_empty();
    if doubled && text.is_json() {
        return Decoded { value: once(tree, root), clean: false };
    }
    decode(tree, root, doubled)
}

/// A policy of JSON that writes a field twice.
fn once(tree: &Tree, root: NodeId) -> NetworkPolicy {
    let text = settled(&NETWORK_POLICY, tree, root);
    let parsed = parse_json(&text, &Limits::default());
    let Some((document, root)) = parsed.documents.first().and_then(|it| Some((it, it.root?))) else {
        return NetworkPolicy::default();
    };
    policy(&Text { text: &text, tree: &parsed.tree, document }, root).value
}

fn unserved(api_version: &str, kind: &str) -> String {
    use super::go::quote;
    if api_version.matches('/').count() > 1 {
        return format!("unexpected GroupVersion string: {api_version}");
    }
    format!(
        "no kind {} is registered for version {} in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"",
        quote(kind),
        // Without a group the slash goes.
        quote(api_version.strip_prefix('/').unwrap_or(api_version))
    )
}

impl Assessment {
    /// The minors that reject the object, without being asked to be strict.
    #[must_use]
    pub fn rejected_by(&self) -> MinorSet {
        if self.unserved.is_some() || self.faults.fatal().is_some() {
            return MinorSet::ALL;
        }
        self.validation.rejected_by()
    }

    /// What a server of this minor answers.
    #[must_use]
    pub fn judgement(&self, minor: Minor) -> Judgement {
        let fatal = || self.faults.fatal().map(|it| it.message.clone());
        if let Some(message) = self.unserved.clone().or_else(fatal) {
            return Judgement { stage: Some(Stage::Decode), message: Some(message), ..Judgement::default() };
        }
        let errors = self.validation.of(minor);
        let causes: Vec<Cause> = errors
            .iter()
            .map(|it| Cause {
                reason: it.kind.reason(),
                message: it.body.clone(),
                field: it.field.to_string(),
            })
            .collect();
        let asked = MinorSet::asked(crate::options::Kubernetes::Minor(minor));
        let warnings = self.validation.warnings.iter().filter(|it| it.minors.covers(asked));
        Judgement {
            stage: (!causes.is_empty()).then_some(Stage::Validate),
            message: (!causes.is_empty()).then(|| self.status(&errors)),
            causes,
            strict_error: self.faults.strict_error(),
            warnings: warnings.map(|it| format!("{}: {}", it.field, it.body)).collect(),
            defaulted: defaulted(&self.policy).spec,
        }
    }

    /// The message of the Status: equal texts are told once.
    fn status(&self, errors: &[&Error]) -> String {
        let mut seen = BTreeSet::new();
        let texts: Vec<String> = errors
            .iter()
            .map(|it| (format!("{}: {}", it.field, it.body), it.shows_address().then_some(&it.place)))
            .filter(|told| seen.insert(told.clone()))
            .map(|(text, _)| text)
            .collect();
        let told = match texts.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        let name = super::go::quote(&self.name);
        format!("NetworkPolicy.networking.k8s.io {name} is invalid: {told}")
    }
}
