//! The public functions and the plain data they take and give (DTOs). Hosts see these, never the
//! types inside.
//!
//! Shapes are those of the JSON: camelCase, `schemaVersion` 1. Offsets count UTF-8 bytes, or
//! UTF-16 units where the options say so; ends are exclusive; lines and columns start at 1.

mod check;
#[cfg(feature = "text")]
mod complete;
mod endpoints;
mod ends;
mod fix;
#[cfg(feature = "text")]
mod hover;
mod locate;
mod map;
mod shapes;
mod why;
#[cfg(feature = "text")]
mod words;

pub(crate) use check::report;
pub use check::{check, page_url};
#[cfg(feature = "text")]
pub use complete::{Completions, complete};
pub use endpoints::EndpointShape;
pub use fix::{Applied, Fixed, FixedFile, Permitted, Refused, fix};
#[cfg(feature = "text")]
pub use hover::{FieldHelp, Hover, hover};
pub use map::{Allowed, Connections, MapReport, UnknownShape, Unprotected, map, map_of};
pub use shapes::*;
pub use why::{Answer, Question, Reason, UnknownPorts, Via, WhyReport, why, why_of};
#[cfg(feature = "text")]
pub use words::{PolicyWords, Sentence, Words, words};

use crate::options::Options;
use crate::source::Source;

/// What a run looks at. One input is one cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    /// What is judged.
    pub sources: Vec<Source>,
    /// Context only: read for what it says, not judged.
    pub with: Vec<Source>,
}

impl Input {
    /// An input of one text.
    #[must_use]
    pub fn text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { sources: vec![Source::text(path, text)], with: Vec::new() }
    }
}

/// An input and the options to judge it by: what `check` and `map` are asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// What to look at.
    pub input: Input,
    /// How.
    pub options: Options,
}

/// A request that cannot be carried out: a fault of the caller, not of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiError {
    /// A stable word: `invalid-request`, `unknown-method`, `invalid-options`, `not-in-this-build`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// The part of the request it is about, as a path; empty for the whole.
    pub at: String,
}

impl ApiError {
    /// An error about the part of the request at `at`.
    #[must_use]
    pub fn new(code: &'static str, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: at.into() }
    }
}
