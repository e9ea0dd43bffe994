//! Findings that the user has accepted, by annotation or by comment.
//!
//! Takes what the lints found; gives what is left of it, with a finding for each suppression that
//! is of no use. Reads no clock: today is an option.

mod written;

use crate::diagnostic::{Diagnostic, Fix, ObjectId, Severity};
use crate::lints::{self, Levels, Outcome, UNUSED_SUPPRESSION};
use crate::manifest::Manifests;
use crate::options::{Level, Options};
use written::{Reach, Written};

/// What suppressions make of a run.
#[derive(Debug, Default)]
pub struct Judged {
    /// What is left, unordered.
    pub diagnostics: Vec<Diagnostic>,
    /// How many findings were accepted.
    pub suppressed: u32,
}

/// What no suppression takes away: what is not accepted by a server protects nothing.
const NEVER: [&str; 2] = ["syntax", "invalid"];

/// Takes out of an outcome what the manifests say is accepted.
#[must_use]
pub fn apply(outcome: &mut Outcome, manifests: &Manifests, options: &Options, levels: &Levels) -> Judged {
    let found = std::mem::take(&mut outcome.diagnostics);
    let written = written::all(manifests);
    let mut uses = vec![0_u32; written.len()];
    let standing: Vec<bool> = written.iter().map(|it| fault(it, options).is_none()).collect();
    let mut judged = Judged::default();
    for it in found {
        let mut hit = false;
        for ((one, uses), standing) in written.iter().zip(&mut uses).zip(&standing) {
            if *standing && covers(one, &it, manifests) {
                *uses += 1;
                hit = true;
            }
        }
        if hit {
            judged.suppressed += 1;
        } else {
            judged.diagnostics.push(it);
        }
    }
    let severity = match levels.get(UNUSED_SUPPRESSION.name) {
        Some(Level::Off) => return judged,
        Some(Level::On(severity)) => severity,
        None => UNUSED_SUPPRESSION.severity,
    };
    for (it, uses) in written.iter().zip(uses) {
        let evaluated = levels.get(it.lint.as_str()) != Some(Level::Off)
            && !outcome.not_evaluated.iter().any(|(lint, _)| lint.name == it.lint);
        let fault = fault(it, options).or_else(|| (uses == 0 && evaluated).then_some(Fault::Unused));
        judged.diagnostics.extend(fault.map(|fault| tell(it, &fault, severity)));
    }
    judged
}

/// What is wrong with a suppression.
enum Fault {
    /// There is no such lint; a sentence about it.
    Unknown(String),
    /// The lint is one of [`NEVER`].
    Refused,
    /// It does not say why.
    NoReason,
    /// What stands after `until` is no date.
    NoDate(String),
    /// Its time is over, since that date.
    Expired(String),
    /// It suppresses nothing.
    Unused,
}

/// What can be said of a suppression by itself.
fn fault(it: &Written, options: &Options) -> Option<Fault> {
    if let Err(sentence) = super::lint(&it.lint) {
        return Some(Fault::Unknown(sentence));
    }
    if NEVER.contains(&it.lint.as_str()) {
        return Some(Fault::Refused);
    }
    if it.reason.is_empty() {
        return Some(Fault::NoReason);
    }
    let until = it.until.as_deref()?;
    if !is_date(until) {
        return Some(Fault::NoDate(until.into()));
    }
    // Dates in this form sort as text.
    let over = options.today.as_deref().is_some_and(|today| today > until);
    over.then(|| Fault::Expired(until.into()))
}

/// Whether a text is `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, digits: usize| text.parse::<u16>().ok().filter(|_| text.len() == digits);
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|it| (1..=12).contains(&it))
        && number(day, 2).is_some_and(|it| (1..=31).contains(&it))
}

/// Whether a suppression is for a finding.
fn covers(it: &Written, found: &Diagnostic, manifests: &Manifests) -> bool {
    if lints::find(&it.lint).is_none_or(|lint| lint != found.lint) {
        return false;
    }
    match it.reach {
        Reach::Object(object) => found.object == Some(object),
        Reach::Lines(first, last) => {
            found.place.source == it.place.source && {
                let text = manifests.file(found.place.source).map_or("", |file| file.source.as_str());
                (first..=last).contains(&written::line(text, found.place.span.start))
            }
        }
    }
}

fn tell(it: &Written, fault: &Fault, severity: Severity) -> Diagnostic {
    let lint = &it.lint;
    let (message, help) = match fault {
        Fault::Unknown(sentence) => (sentence.clone(), "name the lint as findings do"),
        Fault::Refused => {
            (format!("`{lint}` cannot be accepted: no server takes the object"), "mend what it says")
        }
        Fault::NoReason => {
            (format!("`{lint}` is not accepted here: there is no reason"), "say why, after the lint")
        }
        Fault::NoDate(text) => {
            (format!("`{text}` is no date, so `{lint}` is not accepted here"), "write it as 2030-12-31")
        }
        Fault::Expired(date) => {
            (format!("`{lint}` was accepted here until {date}"), "mend what it finds, or accept it anew")
        }
        Fault::Unused => {
            (format!("`{lint}` is accepted here, but nothing of it is found"), "remove the suppression")
        }
    };
    let removal = it.removal.clone().filter(|_| matches!(fault, Fault::Unused | Fault::Expired(_)));
    Diagnostic {
        lint: &UNUSED_SUPPRESSION,
        severity,
        message,
        help: Some(help.into()),
        place: it.place,
        object: it.object(),
        field: it.field.clone(),
        because: Vec::new(),
        fixes: removal.into_iter().map(|step| Fix::safe("remove the suppression", vec![step])).collect(),
        cause: lint.clone(),
    }
}

impl Written {
    fn object(&self) -> Option<ObjectId> {
        match self.reach {
            Reach::Object(object) => Some(object),
            Reach::Lines(..) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn a_date_is_year_month_day() {
        assert!(is_date("2030-12-31"));
        assert!(["2030-13-01", "2030-1-01", "soon", "2030-12-31 "].iter().all(|it| !is_date(it)));
    }
}
