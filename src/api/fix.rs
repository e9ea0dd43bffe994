//! `fix`: applies what repairs are permitted, again and again until nothing is left to repair.
//!
//! Takes an input; gives the texts as they would be, and what was done. Writes nothing.

mod edits;
mod origin;
mod patch;

use super::check::check;
use super::shapes::{Finding, FixShape, Report, SCHEMA_VERSION};
use super::{ApiError, Input};
use crate::options::Options;
use crate::order::Gather;
use crate::source::{Content, Encoding, Source};
use edits::Edits;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Fixes may uncover others; one that never settles must end.
const PASSES: u32 = 10;

/// Which repairs are permitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permitted {
    /// Those, too, that may change what is allowed.
    pub unsafe_fixes: bool,
    /// Fingerprints of findings to leave alone.
    pub except: BTreeSet<String>,
}

/// The answer of `fix`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fixed {
    /// 1.
    pub schema_version: u32,
    /// The sources that changed, in the order of the input.
    pub files: Vec<FixedFile>,
    /// What was repaired, in the order it was done.
    pub applied: Vec<Applied>,
    /// What could have been repaired but must not be, here.
    pub refused: Vec<Refused>,
    /// Whether nothing is left to repair. False where ten passes were not enough.
    pub settled: bool,
    /// What `check` says of the result.
    pub report: Report,
}

/// A source after its repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FixedFile {
    /// The source.
    pub path: String,
    /// Its whole new text; for a source given as an object, its JSON.
    pub text: String,
}

/// A repair that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The source of the finding.
    pub path: String,
    /// The lint that found it.
    pub lint: &'static str,
    /// The lint's code.
    pub code: &'static str,
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// What the repair did.
    pub title: String,
    /// `safe` or `unsafe`.
    pub applicability: &'static str,
}

/// A source whose repairs were not applied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Refused {
    /// The source.
    pub path: String,
    /// Why not: one sentence.
    pub reason: String,
}

/// Repairs `input` as far as `permitted` goes: of each finding the sole fix, if it is permitted.
/// Fixes that touch the same text wait for the next of at most ten passes.
///
/// ```
/// use netpol::{Input, Options, api};
/// let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  podSelector: {}\n";
/// let fixed = api::fix(&Input::text("a.yaml", text), &Options::default(), &api::Permitted::default())?;
/// assert!(fixed.settled);
/// # Ok::<(), netpol::ApiError>(())
/// ```
///
/// # Errors
/// Those of [`check`].
pub fn fix(input: &Input, options: &Options, permitted: &Permitted) -> Result<Fixed, ApiError> {
    // Edits are applied to UTF-8 text, whatever unit the caller counts in.
    let inner = Options { positions: Encoding::Utf8, ..options.clone() };
    let mut run = Run { now: input.clone(), applied: Vec::new(), refused: BTreeMap::new() };
    let mut report = check(&run.now, &inner)?;
    let mut settled = false;
    let mut passes = 0;
    while passes < PASSES {
        let pass = run.plan(&report, permitted);
        if pass.chosen.is_empty() {
            settled = true;
            break;
        }
        let next = run.apply(&pass);
        let after = check(&next, &inner)?;
        let broken = broken(&report, &after);
        if broken.is_empty() {
            run.applied.extend(pass.chosen.iter().map(|(found, fix)| Applied::of(found, fix)));
            (run.now, report) = (next, after);
            passes += 1;
        } else {
            let reason = "a repair would leave text that cannot be read; this is a fault of netpol";
            run.refused.extend(broken.into_iter().map(|path| (path, reason.to_owned())));
        }
    }
    if options.positions != Encoding::Utf8 {
        report = check(&run.now, options)?;
    }
    let files = input
        .sources
        .iter()
        .zip(&run.now.sources)
        .filter(|(before, now)| before != now)
        .map(|(_, now)| FixedFile { path: now.path.clone(), text: now.as_str().to_owned() })
        .collect();
    let refused = run.refused.into_iter().map(|(path, reason)| Refused { path, reason }).collect();
    Ok(Fixed { schema_version: SCHEMA_VERSION, files, applied: run.applied, refused, settled, report })
}

/// The state between passes.
struct Run {
    now: Input,
    applied: Vec<Applied>,
    refused: BTreeMap<String, String>,
}

/// What one pass will do.
#[derive(Default)]
struct Pass<'r> {
    chosen: Vec<(&'r Finding, &'r FixShape)>,
    edits: BTreeMap<&'r str, Edits<'r>>,
    patches: BTreeMap<&'r str, &'r [serde_json::Value]>,
}

impl Run {
    fn plan<'r>(&mut self, report: &'r Report, permitted: &Permitted) -> Pass<'r> {
        let mut pass = Pass::default();
        let templates: BTreeSet<&str> = report
            .diagnostics
            .iter()
            .filter(|it| it.lint == "unrendered-template")
            .map(|it| it.path.as_str())
            .gather();
        for found in &report.diagnostics {
            let [fix] = found.fixes.as_slice() else { continue };
            let allowed = match fix.applicability {
                "safe" => true,
                "unsafe" => permitted.unsafe_fixes,
                _ => false,
            };
            if !allowed || permitted.except.contains(&found.fingerprint) {
                continue;
            }
            if let Some((path, reason)) = self.refusal(found, fix, &templates) {
                self.refused.entry(path).or_insert(reason);
            } else if self.fits(&mut pass, found, fix) {
                pass.chosen.push((found, fix));
            }
        }
        pass
    }

    /// Why a fix must not be applied to its text.
    fn refusal(
        &self,
        found: &Finding,
        fix: &FixShape,
        templates: &BTreeSet<&str>,
    ) -> Option<(String, String)> {
        if let Some(reason) = self.refused.get(&found.path) {
            return Some((found.path.clone(), reason.clone()));
        }
        fix.edits.iter().find_map(|edit| {
            let path = edit.path.as_str();
            let text = self.source(path)?.as_str();
            let reason = match origin::origin(text, edit.start as usize) {
                Some(reason) => reason,
                None if templates.contains(path) => origin::TEMPLATE.to_owned(),
                None => return None,
            };
            Some((path.to_owned(), reason))
        })
    }

    /// Takes a fix into the pass, all its edits or none.
    fn fits<'r>(&self, pass: &mut Pass<'r>, found: &'r Finding, fix: &'r FixShape) -> bool {
        if !fix.patch.is_empty() {
            let path = found.path.as_str();
            let free =
                fix.edits.is_empty() && self.source(path).is_some() && !pass.patches.contains_key(path);
            if free {
                pass.patches.insert(path, &fix.patch);
            }
            return free;
        }
        let mut by_path: BTreeMap<&str, Edits<'r>> = BTreeMap::new();
        for edit in &fix.edits {
            by_path.entry(edit.path.as_str()).or_default().push(edit);
        }
        let fits = !fix.edits.is_empty()
            && by_path.iter().all(|(path, edits)| {
                let free = pass.edits.get(path).is_none_or(|taken| !taken.touches(edits));
                free && self.source(path).is_some_and(|source| edits.apply(source.as_str()).is_some())
            });
        if fits {
            for (path, edits) in by_path {
                pass.edits.entry(path).or_default().extend(edits);
            }
        }
        fits
    }

    /// The judged source of that path, if it is the only one.
    fn source(&self, path: &str) -> Option<&Source> {
        let mut all = self.now.sources.iter().filter(|source| source.path == path);
        let first = all.next();
        if all.next().is_some() { None } else { first }
    }

    fn apply(&self, pass: &Pass<'_>) -> Input {
        let mut next = self.now.clone();
        for source in &mut next.sources {
            let path = source.path.as_str();
            match &mut source.content {
                Content::Text(text) => {
                    if let Some(new) = pass.edits.get(path).and_then(|edits| edits.apply(text)) {
                        *text = new;
                    }
                }
                Content::Object(text) => {
                    if let Some(new) = pass.patches.get(path).and_then(|patch| patch::apply(text, patch)) {
                        *text = new;
                    }
                }
            }
        }
        next
    }
}

impl Applied {
    fn of(found: &Finding, fix: &FixShape) -> Self {
        Self {
            path: found.path.clone(),
            lint: found.lint,
            code: found.code,
            fingerprint: found.fingerprint.clone(),
            title: fix.title.clone(),
            applicability: fix.applicability,
        }
    }
}

/// Sources that can be read less well than before: no repair may do that, so it is undone.
fn broken(before: &Report, after: &Report) -> Vec<String> {
    let faults = |report: &Report| -> BTreeMap<String, usize> {
        let mut faults = BTreeMap::new();
        for found in report.diagnostics.iter().filter(|it| it.lint == "syntax") {
            *faults.entry(found.path.clone()).or_default() += 1;
        }
        faults
    };
    let before = faults(before);
    faults(after)
        .into_iter()
        .filter(|(path, count)| before.get(path).is_none_or(|had| count > had))
        .map(|(path, _)| path)
        .collect()
}
