//! From what a user wrote to what a run does: packs, severities by lint.

use crate::diagnostic::Lint;
use crate::lints::{self, Levels};
use crate::options::{Level, Options};
use crate::similar::nearest;

mod packs;
pub mod suppressions;

/// A pack: lints with the severities that someone with an aim would give them.
#[derive(Debug)]
pub struct Pack {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Severities by lint, over the lints' own.
    pub lints: &'static [(&'static str, Level)],
}

/// All packs, by name.
pub fn packs() -> impl Iterator<Item = &'static Pack> {
    packs::TABLE.iter()
}

/// What each lint counts as under `options`: the packs in order, then the lints named one by one.
///
/// # Errors
/// A sentence for the first pack or lint that does not exist.
pub fn levels(options: &Options) -> Result<Levels, String> {
    let mut levels = Levels::default();
    for name in &options.packs {
        for (lint, level) in pack(name)?.lints {
            levels.set(lint, *level);
        }
    }
    for (name, level) in &options.lints {
        levels.set(lint(name)?.name, *level);
    }
    Ok(levels)
}

/// The pack of that name.
///
/// # Errors
/// A sentence that names a near one.
pub fn pack(name: &str) -> Result<&'static Pack, String> {
    packs().find(|pack| pack.name == name).ok_or_else(|| unknown("pack", name, packs().map(|pack| pack.name)))
}

/// The lint of that name or code.
///
/// # Errors
/// A sentence that names a near one.
pub fn lint(name: &str) -> Result<&'static Lint, String> {
    lints::find(name).ok_or_else(|| unknown("lint", name, lints::ALL.iter().map(|rule| rule.lint.name)))
}

/// "there is no lint `x`; did you mean `y`?"
#[must_use]
pub fn unknown<'a>(what: &str, written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(written, known, 3) {
        Some(near) => format!("there is no {what} `{written}`; did you mean `{near}`?"),
        None => format!("there is no {what} `{written}`"),
    }
}
