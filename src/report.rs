//! Answers as text for people and machines.
//!
//! Takes the DTOs and, for code frames, the input they speak of; gives text. Decides nothing.

mod concise;
mod explain;
mod full;
mod summary;

pub use explain::{Explanation, explain};

use crate::api::{self, ApiError, Input, Report};
use crate::config::unknown;
use crate::source::Encoding;

/// How an answer shall look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Code frames and sentences.
    #[default]
    Full,
    /// One line a finding: `path:line:col: severity[code] message`.
    Concise,
    /// The JSON itself, indented.
    Json,
}

impl Format {
    /// The names of all formats.
    pub const NAMES: [&str; 3] = ["full", "concise", "json"];

    /// The format of that name.
    ///
    /// # Errors
    /// A sentence that names a near one.
    pub fn parse(name: &str) -> Result<Self, String> {
        match name {
            "full" => Ok(Self::Full),
            "concise" => Ok(Self::Concise),
            "json" => Ok(Self::Json),
            _ => Err(unknown("format", name, Self::NAMES)),
        }
    }
}

/// Whether text may carry colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    #[default]
    Off,
    /// ANSI escape sequences.
    On,
}

/// Runs `method` and renders its answer.
///
/// # Errors
/// Those of the method, and a method whose answer has no text form.
pub fn render(method: &str, request: &api::Request, format: Format) -> Result<String, ApiError> {
    match method {
        "check" => {
            let mut options = request.options.clone();
            if format != Format::Json {
                options.positions = Encoding::Utf8;
            }
            let report = api::check(&request.input, &options)?;
            Ok(check(&report, &request.input, format, Color::Off))
        }
        _ => Err(ApiError::new("invalid-request", "method", unknown("rendered method", method, ["check"]))),
    }
}

/// A check report as text. Code frames need positions in UTF-8 units.
#[must_use]
pub fn check(report: &Report, input: &Input, format: Format, color: Color) -> String {
    match format {
        Format::Full => full::check(report, input, color),
        Format::Concise => concise::check(report),
        Format::Json => json(report),
    }
}

/// Indented JSON with a final line break.
fn json(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
