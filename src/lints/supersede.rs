//! One cause, one finding: what a more telling finding says is not said twice.

use super::all_ports::ALL_PORTS;
use super::allow_all_rule::ALLOW_ALL_RULE;
use super::dangling_pod_selector::DANGLING_POD_SELECTOR;
use super::dns_half_open::DNS_HALF_OPEN;
use super::duplicate_key::DUPLICATE_KEY;
use super::effect_contradicts_name::EFFECT_CONTRADICTS_NAME;
use super::empty_list_allows_all::EMPTY_LIST_ALLOWS_ALL;
use super::empty_spec::EMPTY_SPEC;
use super::implied_pod_selector::IMPLIED_POD_SELECTOR;
use super::implied_policy_types::IMPLIED_POLICY_TYPES;
use super::invalid::INVALID;
use super::lost_indentation::LOST_INDENTATION;
use super::namespace_without_default_deny::NAMESPACE_WITHOUT_DEFAULT_DENY;
use super::ports_in_separate_rule::PORTS_IN_SEPARATE_RULE;
use super::removed_api_version::REMOVED_API_VERSION;
use super::split_peer_selectors::SPLIT_PEER_SELECTORS;
use super::spoofable_namespace_selector::SPOOFABLE_NAMESPACE_SELECTOR;
use super::syntax::SYNTAX;
use super::tcp_by_omission::TCP_BY_OMISSION;
use super::unlabelled_namespace_name::UNLABELLED_NAMESPACE_NAME;
use super::unquoted_scalar::UNQUOTED_SCALAR;
use super::unselected_pod::UNSELECTED_POD;
use super::vacuous_policy_set::VACUOUS_POLICY_SET;
use super::whole_namespace_peer::WHOLE_NAMESPACE_PEER;
use super::wrong_namespace::WRONG_NAMESPACE;
use crate::diagnostic::{Diagnostic, Lint, ObjectId, Severity};
use crate::field::FieldPath;
use crate::order::Gather;
use std::collections::{BTreeMap, BTreeSet};

/// Each lint with those it speaks for, where both are about the same lines of one object.
static OVER: [(&Lint, &[&Lint]); 10] = [
    (&EFFECT_CONTRADICTS_NAME, &[&ALLOW_ALL_RULE, &ALL_PORTS]),
    (&EMPTY_LIST_ALLOWS_ALL, &[&ALLOW_ALL_RULE, &ALL_PORTS]),
    (&EMPTY_SPEC, &[&IMPLIED_POLICY_TYPES, &IMPLIED_POD_SELECTOR]),
    (&PORTS_IN_SEPARATE_RULE, &[&ALL_PORTS]),
    (&REMOVED_API_VERSION, &[&INVALID]),
    (&SPLIT_PEER_SELECTORS, &[&WHOLE_NAMESPACE_PEER]),
    (&TCP_BY_OMISSION, &[&DNS_HALF_OPEN]),
    (&UNLABELLED_NAMESPACE_NAME, &[&SPOOFABLE_NAMESPACE_SELECTOR]),
    // The server names the field, the dedicated lint the very value.
    (&UNQUOTED_SCALAR, &[&INVALID]),
    (&WRONG_NAMESPACE, &[&DANGLING_POD_SELECTOR]),
];

/// Takes out of `found` what another finding in it already explains.
pub(super) fn supersede(found: &mut Vec<Diagnostic>) {
    let mut by_object: BTreeMap<(ObjectId, &str), Vec<&Diagnostic>> = BTreeMap::new();
    let mut about_text = Vec::new();
    for it in found.iter() {
        if let Some(object) = it.object {
            by_object.entry((object, it.lint.code)).or_default().push(it);
        }
        if it.lint == &LOST_INDENTATION || it.lint == &DUPLICATE_KEY {
            about_text.push(it);
        }
    }
    let open: BTreeSet<&str> = found
        .iter()
        .filter(|it| it.lint == &NAMESPACE_WITHOUT_DEFAULT_DENY)
        .map(|it| it.cause.as_str())
        .gather();
    let vacuous = found.iter().any(|it| it.lint == &VACUOUS_POLICY_SET);
    let is_told = |weak: &Diagnostic| {
        // A namespace that nothing closes is told once, not pod by pod.
        if weak.lint == &UNSELECTED_POD && open.contains(weak.cause.as_str()) {
            return true;
        }
        if vacuous && (weak.lint == &UNSELECTED_POD || weak.lint == &NAMESPACE_WITHOUT_DEFAULT_DENY) {
            return true;
        }
        // Only lints that may speak for this one are asked: an object can have thousands of findings.
        let over = OVER.iter().filter(|(_, weaker)| weaker.contains(&weak.lint)).map(|(lint, _)| *lint);
        let over = over.chain((weak.lint != &INVALID).then_some(&INVALID));
        let of = |lint: &Lint| weak.object.and_then(|object| by_object.get(&(object, lint.code)));
        over.filter_map(of).flatten().chain(&about_text).any(|strong| explains(strong, weak))
    };
    let told: Vec<bool> = found.iter().map(is_told).collect();
    let mut told = told.into_iter();
    found.retain(|_| !told.next().unwrap_or_default());
}

/// Whether `strong` says what `weak` says, and more.
fn explains(strong: &Diagnostic, weak: &Diagnostic) -> bool {
    let over = |lint: &Lint| strong.lint == lint && weak.lint != lint;
    if over(&LOST_INDENTATION) {
        return lost_indentation(strong, weak);
    }
    if over(&DUPLICATE_KEY) {
        return weak.lint == &INVALID && strong.place == weak.place;
    }
    if strong.object.is_none() || strong.object != weak.object {
        return false;
    }
    if over(&INVALID) && strong.severity == Severity::Error && is_advice(weak.lint) {
        return is_about_same_field(strong, weak);
    }
    OVER.iter().any(|(lint, weaker)| strong.lint == *lint && weaker.contains(&weak.lint))
        && is_about_same_lines(strong, weak)
}

/// Without its indentation nothing in an object stands where it was meant to.
fn lost_indentation(strong: &Diagnostic, weak: &Diagnostic) -> bool {
    if strong.object.is_some() {
        let same_text = weak.lint == &DUPLICATE_KEY && strong.place.source == weak.place.source;
        return strong.object == weak.object || same_text;
    }
    weak.lint == &SYNTAX && strong.place.source == weak.place.source
}

/// Whether a lint is an opinion of what the API server would accept.
fn is_advice(lint: &Lint) -> bool {
    lint.code > "NP100"
}

fn is_about_same_lines(strong: &Diagnostic, weak: &Diagnostic) -> bool {
    is_about_same_field(strong, weak)
        || strong.place == weak.place
        || strong.because.iter().any(|label| label.place == weak.place)
}

/// Whether one field is the other or lies within it.
fn is_about_same_field(strong: &Diagnostic, weak: &Diagnostic) -> bool {
    let (Some(FieldPath(strong)), Some(FieldPath(weak))) = (&strong.field, &weak.field) else { return false };
    !strong.is_empty() && !weak.is_empty() && (strong.starts_with(weak) || weak.starts_with(strong))
}
