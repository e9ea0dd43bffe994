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

/// Lints about the text that an object was read from.
const TEXT: [&str; 4] = ["NP004", "NP005", "NP008", "NP011"];
/// Lints about what the server checks, reads or fills in.
const SERVER: [&str; 9] = ["NP002", "NP003", "NP006", "NP007", "NP403", "NP502", "NP604", "NP605", "NP606"];
/// Faults of the object itself, beside those of NP5xx; the limits on the input among them, because
/// what was not read cannot be let in.
const OWN: [&str; 10] =
    ["NP001", "NP002", "NP303", "NP304", "NP305", "NP404", "NP405", "NP406", "NP603", "NP705"];

/// The class of a lint.
#[must_use]
pub fn class(lint: &Lint, origin: Origin) -> Class {
    let code = lint.code;
    if TEXT.contains(&code) || (origin == Origin::Server && SERVER.contains(&code)) {
        Class::Server
    } else if OWN.contains(&code) || code.starts_with("NP5") {
        Class::Own
    } else {
        Class::Absence
    }
}
