//! `.netpol.yaml`: found, read, and joined with the flags, which win over it.

use super::Failure;
use super::host::{Host, Trouble};
use super::ignored::Patterns;
use super::inputs;
use super::paths::{absolute, join, parent, relative, tidy};
use crate::api::ApiError;
use crate::call::options::{self, FIELDS};
use crate::call::reader::{Part, Reader};
use crate::config::{self, unknown};
use crate::diagnostic::Severity;
use crate::lints;
use crate::options::{Cni, Kubernetes, Level, Minor, Options};
use crate::report::Format;
use clap::ArgMatches;

/// The name of the configuration.
pub(super) const FILE: &str = ".netpol.yaml";

/// A configuration longer than this is none.
const MOST: u64 = 1 << 20;

/// Keys of the configuration that are no options of the core.
const KEYS: [&str; 5] = ["files", "exclude", "baseline", "failOn", "format"];

/// Options that are no settings: an editor's unit, an engine's request, a flag of `map`.
const NOT_KEYS: [&str; 3] = ["positions", "focus", "expand"];

/// The keys of the configuration.
pub fn configuration_keys() -> impl Iterator<Item = &'static str> {
    FIELDS.into_iter().filter(|key| !NOT_KEYS.contains(key)).chain(KEYS)
}

/// What a run of `check` goes by.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) options: Options,
    /// The paths judged where the command line names none.
    pub(super) files: Vec<String>,
    pub(super) exclude: Vec<Patterns>,
    pub(super) baseline: Option<String>,
    pub(super) fail_on: String,
    pub(super) format: Format,
}

/// Reads the configuration, if there is one, and lays the flags over it.
pub(super) fn read(host: &mut dyn Host, matches: &ArgMatches) -> Result<Settings, Failure> {
    let mut settings = match find(host, matches)? {
        Some(path) => of_file(host, &path)?,
        None => Settings {
            options: Options::default(),
            files: Vec::new(),
            exclude: Vec::new(),
            baseline: None,
            fail_on: "warning".into(),
            format: Format::Full,
        },
    };
    if settings.options.today.is_none() {
        settings.options.today = Some(host.today());
    }
    lay_over(&mut settings, matches)?;
    Ok(settings)
}

/// The nearest configuration from the working directory up to the repository's root; outside a
/// repository only the working directory counts, for what lies above is another's.
fn find(host: &mut dyn Host, matches: &ArgMatches) -> Result<Option<String>, Failure> {
    if matches.get_flag("no-config") {
        return Ok(None);
    }
    let cwd = host.cwd();
    if let Some(path) = matches.get_one::<String>("config") {
        return Ok(Some(tidy(path, &cwd)));
    }
    let mut nearest = None;
    let mut at = cwd.clone();
    loop {
        if nearest.is_none() && host.stat(&join(&at, FILE)).is_ok_and(|it| !it.directory) {
            nearest = Some(at.clone());
        }
        if host.stat(&join(&at, ".git")).is_ok() {
            break;
        }
        match parent(&at) {
            Some(up) => at = up,
            None => {
                nearest = nearest.filter(|it| *it == cwd);
                break;
            }
        }
    }
    Ok(nearest.map(|directory| join(&relative(&cwd, &directory), FILE)))
}

fn of_file(host: &mut dyn Host, path: &str) -> Result<Settings, Failure> {
    let fail = |why: String| Failure(format!("cannot read `{path}`: {why}"));
    let bytes = host.read(path, MOST).map_err(|why| match why {
        Trouble::TooLarge(most) => fail(format!("it holds more than {most} bytes")),
        why => fail(why.to_string()),
    })?;
    let text = inputs::text(bytes).map_err(fail)?;
    let reader = Reader::yaml(&text).map_err(|(at, why)| Failure(format!("{path}:{at}: {why}")))?;
    of_part(host, path, &reader.root())
        .map_err(|error| Failure(format!("{path}:{}: {}", reader.line_and_column(&error.at), error.message)))
}

fn of_part(host: &dyn Host, path: &str, root: &Part<'_>) -> Result<Settings, ApiError> {
    let keys: Vec<&str> = configuration_keys().collect();
    root.object(&keys)?;
    let cwd = host.cwd();
    let directory = parent(&absolute(&cwd, path)).unwrap_or_else(|| "/".into());
    // Paths of the configuration are relative to it, not to where the user stands.
    let here = |written: &str| match written {
        "-" => "-".to_owned(),
        _ => relative(&cwd, &absolute(&directory, written)),
    };
    let exclude = root.field("exclude").strings()?;
    let (fail_on, format) = (root.field("failOn"), root.field("format"));
    Ok(Settings {
        options: options::fields(root)?,
        files: root.field("files").strings()?.iter().map(|file| here(file)).collect(),
        exclude: vec![Patterns::read(&directory, exclude.iter().map(String::as_str))],
        baseline: root.field("baseline").optional_string()?.map(here),
        fail_on: match fail_on.optional_string()? {
            None => "warning".into(),
            Some(text) if super::args::FAIL_ON.contains(&text) => text.to_owned(),
            Some(text) => {
                let known = super::args::FAIL_ON.join("`, `");
                return Err(fail_on.fault(format!("`{text}` is no severity to fail on: there are `{known}`")));
            }
        },
        format: match format.optional_string()? {
            None => Format::Full,
            Some(text) => Format::parse(text).map_err(|message| format.fault(message))?,
        },
    })
}

/// The flags, over what the configuration says.
fn lay_over(settings: &mut Settings, matches: &ArgMatches) -> Result<(), Failure> {
    let options = &mut settings.options;
    if let Some(version) = text(matches, "kubernetes") {
        options.kubernetes = kubernetes(version)?;
    }
    if let Some(cni) = text(matches, "cni") {
        options.cni = Cni::parse(cni)
            .ok_or_else(|| Failure(unknown("network plugin profile", cni, Cni::ALL.map(|(name, _)| name))))?;
    }
    if let Some(namespace) = text(matches, "namespace") {
        options.namespace = namespace.into();
    }
    let packs = all(matches, "pack");
    if !packs.is_empty() {
        options.packs = packs;
    }
    for pair in all(matches, "assume") {
        let (name, value) =
            pair.split_once('=').ok_or_else(|| Failure(format!("`--assume {pair}` must be NAME=VALUE")))?;
        options.assume.insert(name.into(), value.into());
    }
    for pair in all(matches, "lint") {
        let (name, level) =
            pair.split_once('=').ok_or_else(|| Failure(format!("`--lint {pair}` must be NAME=SEVERITY")))?;
        options.lints.insert(name.into(), severity(level)?);
    }
    only(options, &all(matches, "only"))?;
    if let Some(bytes) = matches.get_one::<u64>("limit-bytes") {
        options.limits.bytes = usize::try_from(*bytes).unwrap_or(usize::MAX);
    }
    if let Some(fail_on) = text(matches, "fail-on") {
        settings.fail_on = fail_on.into();
    }
    if let Some(format) = text(matches, "format").filter(|it| *it != "text") {
        settings.format = Format::parse(format).map_err(Failure)?;
    }
    if let Some(baseline) = text(matches, "baseline") {
        settings.baseline = Some(baseline.into());
    }
    Ok(())
}

/// Turns off what is not in `names`, if any are.
fn only(options: &mut Options, names: &[String]) -> Result<(), Failure> {
    let mut kept = Vec::new();
    for name in names {
        kept.push(config::lint(name).map_err(Failure)?.name);
    }
    for lint in lints::ALL.iter().map(|rule| rule.lint).filter(|_| !names.is_empty()) {
        if !kept.contains(&lint.name) {
            options.lints.insert(lint.name.into(), Level::Off);
        }
    }
    Ok(())
}

fn kubernetes(version: &str) -> Result<Kubernetes, Failure> {
    if version == "any" {
        return Ok(Kubernetes::Any);
    }
    Minor::parse(version).map(Kubernetes::Minor).ok_or_else(|| {
        let known = Minor::ALL.map(|minor| minor.to_string()).join("`, `");
        Failure(format!("no Kubernetes version `{version}`: there are `any`, `{known}`"))
    })
}

fn severity(text: &str) -> Result<Level, Failure> {
    match (text, Severity::parse(text)) {
        ("off", _) => Ok(Level::Off),
        (_, Some(severity)) => Ok(Level::On(severity)),
        _ => Err(Failure(format!("`{text}` is no severity: there are `off`, `info`, `warning`, `error`"))),
    }
}

/// A flag's value.
pub(super) fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    // Not every command has every flag.
    matches.try_get_one::<String>(name).ok().flatten().map(String::as_str)
}

/// All values of a flag.
pub(super) fn all(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.try_get_many::<String>(name).ok().flatten().map_or(Vec::new(), |values| values.cloned().collect())
}
