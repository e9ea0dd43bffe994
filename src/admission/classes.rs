//! What an engine may do about a finding. It sees objects one at a time, and after the API server
//! did: some lints have nothing left to judge then, and some judge what a later object can still
//! put right.

use crate::diagnostic::Lint;

/// What a lint's findings mean at admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Done by the API server: not evaluated.
    Server,
    /// A fault of the object itself, or a connection that its own rules open: denies.
    Own,
    /// Something that is not there, and may still come: warns.
    Absence,
}

/// Where the judged objects come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The API server: valid, pruned and defaulted.
    Server,
    /// A manifest that no server has seen, as data without its text.
    Manifest,
}

/// Lints about the text that an object was read from, which no engine has, and those about what the
/// server checks, reads or fills in; in the order of the lints.
const DONE: [(&str, Whose); 13] = [
    ("invalid", Whose::Server),
    ("api-server-warning", Whose::Server),
    ("lost-indentation", Whose::Text),
    ("duplicate-key", Whose::Text),
    ("duplicate-object", Whose::Server),
    ("removed-api-version", Whose::Server),
    ("unquoted-scalar", Whose::Text),
    ("unrendered-template", Whose::Text),
    ("tcp-by-omission", Whose::Server),
    ("empty-list-allows-all", Whose::Server),
    ("implied-policy-types", Whose::Server),
    ("implied-pod-selector", Whose::Server),
    ("empty-spec", Whose::Server),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Text,
    Server,
}

/// Faults of the object itself, beside those of NP5xx; the limits on the input among them, because
/// what was not read cannot be let in.
const OWN: [&str; 9] = [
    "syntax",
    "invalid",
    "metadata-reachable",
    "effect-contradicts-name",
    "metadata-rule-in-ingress",
    "dead-ip-block",
    "except-undone",
    "suspicious-prefix",
    "rules-without-policy-type",
];

/// The class of a lint.
#[must_use]
pub fn class(lint: &Lint, origin: Origin) -> Class {
    if done(origin).any(|name| name == lint.name) {
        Class::Server
    } else if OWN.contains(&lint.name) || lint.code.starts_with("NP5") {
        Class::Own
    } else {
        Class::Absence
    }
}

/// The names of the lints of [`Class::Server`].
pub(super) fn done(origin: Origin) -> impl Iterator<Item = &'static str> {
    let all = origin == Origin::Server;
    DONE.iter().filter(move |(_, whose)| all || *whose == Whose::Text).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lints;

    #[test]
    fn every_name_is_a_lint() {
        for name in done(Origin::Server).chain(OWN) {
            assert_eq!(lints::find(name).map(|lint| lint.name), Some(name));
        }
        let place = |name| lints::ALL.iter().position(|rule| rule.lint.name == name);
        assert!(done(Origin::Server).map(place).is_sorted());
    }
}
