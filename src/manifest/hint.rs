//! Advice of our own on what the server says, and repairs.

use super::Object;
use super::strict::Fault;
use super::validate::{Error, Warning};
use crate::diagnostic::Fix;
use crate::syntax::Tree;

/// What advice is asked on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'a> {
    /// The API version is not served.
    Unserved,
    /// The object's shape is wrong.
    Fault(&'a Fault),
    /// A rule is broken.
    Error(&'a Error),
    /// The server would warn.
    Warning(&'a Warning),
}

/// Advice, as far as there is some.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hint {
    /// What to do.
    pub(super) help: Option<String>,
    /// Ways to do it.
    pub(super) fixes: Vec<Fix>,
}

/// The advice on a subject.
pub(super) fn hint(_subject: &Subject, _object: &Object, _tree: &Tree) -> Hint {
    Hint::default()
}
