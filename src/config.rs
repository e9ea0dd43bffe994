//! From what a user wrote to what a run does: packs, severities by lint.

use crate::lints::{self, Levels};
use crate::options::{Level, Options};
use crate::similar::nearest;

/// The packs there are.
pub const PACKS: [&str; 1] = ["recommended"];

/// What each lint counts as under `options`: the packs in order, then the lints named one by one.
///
/// # Errors
/// A sentence for the first pack or lint that does not exist.
pub fn levels(options: &Options) -> Result<Levels, String> {
    let levels = Levels::new();
    for pack in &options.packs {
        if !PACKS.contains(&pack.as_str()) {
            return Err(unknown("pack", pack, PACKS));
        }
    }
    named(options, levels)
}

fn named(options: &Options, mut levels: Levels) -> Result<Levels, String> {
    for (name, level) in &options.lints {
        let Some(lint) = lints::find(name) else {
            return Err(unknown("lint", name, lints::ALL.iter().map(|rule| rule.lint.name)));
        };
        // `invalid` off would let a rejected policy pass for a good one in every later step.
        let level: Level = *level;
        levels.insert(lint.name, level);
    }
    Ok(levels)
}

/// "there is no lint `x`; did you mean `y`?"
#[must_use]
pub fn unknown<'a>(what: &str, written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(written, known, 3) {
        Some(near) => format!("there is no {what} `{written}`; did you mean `{near}`?"),
        None => format!("there is no {what} `{written}`"),
    }
}
