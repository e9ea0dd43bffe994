//! Answers as text for people and machines.
//!
//! Takes the DTOs and, for code frames, the input they speak of; gives text. Decides nothing.

mod concise;
mod escape;
mod explain;
mod full;
mod github;
mod gitlab;
mod junit;
mod map;
mod markdown;
#[cfg(feature = "cli")]
mod patch;
mod rdjson;
mod sarif;
mod summary;
mod why;

pub use explain::{Explanation, explain};
#[cfg(feature = "cli")]
pub use patch::patch;

use crate::api::{self, ApiError, Input, Report};
use crate::config::unknown;
use crate::source::Encoding;
use annotate_snippets::Renderer;
use std::collections::BTreeMap;

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
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub workflow commands.
    Github,
    /// GitLab code quality.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// A Markdown table.
    Markdown,
    /// Reviewdog's format.
    Rdjson,
}

impl Format {
    /// The names of all formats.
    pub const NAMES: [&str; 9] =
        ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "rdjson"];

    /// The format of that name.
    ///
    /// # Errors
    /// A sentence that names a near one.
    pub fn parse(name: &str) -> Result<Self, String> {
        match name {
            "full" => Ok(Self::Full),
            "concise" => Ok(Self::Concise),
            "json" => Ok(Self::Json),
            "sarif" => Ok(Self::Sarif),
            "github" => Ok(Self::Github),
            "gitlab" => Ok(Self::Gitlab),
            "junit" => Ok(Self::Junit),
            "markdown" => Ok(Self::Markdown),
            "rdjson" => Ok(Self::Rdjson),
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

/// What can be rendered: a method's answer in the making.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// A `check` report.
    Check,
    /// A `map`.
    Map,
    /// The answer to one question.
    Why(api::Question),
}

/// Answers and renders. Maps and answers to questions have two forms: `json`, and text in any other.
///
/// # Errors
/// Those of the method.
pub fn render(asked: &Asked, request: &api::Request, format: Format) -> Result<String, ApiError> {
    let mut options = request.options.clone();
    if format != Format::Json {
        options.positions = Encoding::Utf8;
    }
    let input = &request.input;
    Ok(match asked {
        Asked::Check => check(&api::check(input, &options)?, input, format, Color::Off),
        Asked::Map => map(&api::map(input, &options)?, format),
        Asked::Why(question) => why(&api::why(input, question, &options)?, input, format, Color::Off),
    })
}

/// A map as text or JSON.
#[must_use]
pub fn map(report: &api::MapReport, format: Format) -> String {
    if format == Format::Json { json(report) } else { map::text(report) }
}

/// An answer to a question as text or JSON. Code frames need positions in UTF-8 units.
#[must_use]
pub fn why(report: &api::WhyReport, input: &Input, format: Format, color: Color) -> String {
    if format == Format::Json { json(report) } else { why::text(report, input, color) }
}

fn renderer(color: Color) -> Renderer {
    match color {
        Color::Off => Renderer::plain(),
        Color::On => Renderer::styled(),
    }
}

/// A check report as text. Code frames need positions in UTF-8 units.
#[must_use]
pub fn check(report: &Report, input: &Input, format: Format, color: Color) -> String {
    match format {
        Format::Full => full::check(report, input, color),
        Format::Concise => concise::check(report),
        Format::Json => json(report),
        Format::Sarif => sarif::check(report, &texts(input)),
        Format::Github => github::check(report),
        Format::Gitlab => gitlab::check(report),
        Format::Junit => junit::check(report, input),
        Format::Markdown => markdown::check(report),
        Format::Rdjson => rdjson::check(report, &texts(input)),
    }
}

/// The texts of an input by path.
fn texts(input: &Input) -> BTreeMap<&str, &str> {
    let sources = input.sources.iter().chain(&input.with).filter(|source| source.has_places());
    sources.map(|source| (source.path.as_str(), source.as_str())).collect()
}

/// Indented JSON with a final line break.
fn json(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
