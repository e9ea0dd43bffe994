//! `netpol check`.

use super::host::{Host, Stream};
use super::{Exit, Failure, inputs};
use crate::api::{self, Input};
use crate::config::unknown;
use crate::diagnostic::Severity;
use crate::options::{Cni, Kubernetes, Level, Minor, Options};
use crate::report::{self, Color, Format};
use clap::ArgMatches;

pub(super) fn run(host: &mut dyn Host, matches: &ArgMatches) -> Result<Exit, Failure> {
    let options = options(host, matches)?;
    let format = Format::parse(text(matches, "format")).map_err(Failure)?;
    let judged = inputs::read(host, &all(matches, "paths"))?;
    let context = inputs::read(host, &all(matches, "with"))?;
    judged.tell_failures(host);
    context.tell_failures(host);
    let failed = !(judged.failures.is_empty() && context.failures.is_empty());
    if failed && judged.sources.is_empty() {
        return Ok(Exit::Failed);
    }
    let input = Input { sources: judged.sources, with: context.sources };
    let mut report = api::check(&input, &options).map_err(|error| Failure(error.message))?;
    report.summary.skipped += judged.skipped;
    let color = if host.color(Stream::Out) { Color::On } else { Color::Off };
    host.print(Stream::Out, &report::check(&report, &input, format, color));
    let counted = match text(matches, "fail-on") {
        "error" => report.summary.errors,
        "warning" => report.summary.errors + report.summary.warnings,
        "info" => report.summary.errors + report.summary.warnings + report.summary.infos,
        _ => 0,
    };
    Ok(match (failed, counted) {
        (true, _) => Exit::Failed,
        (false, 0) => Exit::Clean,
        (false, _) => Exit::Findings,
    })
}

fn options(host: &dyn Host, matches: &ArgMatches) -> Result<Options, Failure> {
    let mut options = Options {
        today: Some(host.today()),
        namespace: text(matches, "namespace").into(),
        ..Options::default()
    };
    options.kubernetes = match text(matches, "kubernetes") {
        "any" => Kubernetes::Any,
        version => Kubernetes::Minor(Minor::parse(version).ok_or_else(|| {
            let known = Minor::ALL.map(|minor| minor.to_string()).join(", ");
            Failure(format!("no Kubernetes version `{version}`: there are any, {known}"))
        })?),
    };
    let cni = text(matches, "cni");
    options.cni = Cni::parse(cni)
        .ok_or_else(|| Failure(unknown("network plugin profile", cni, Cni::ALL.map(|(name, _)| name))))?;
    for pair in all(matches, "lint") {
        let (name, level) =
            pair.split_once('=').ok_or_else(|| Failure(format!("`--lint {pair}` must be NAME=SEVERITY")))?;
        let level = match level {
            "off" => Level::Off,
            other => Level::On(Severity::parse(other).ok_or_else(|| {
                Failure(format!("`{other}` is no severity: there are off, info, warning, error"))
            })?),
        };
        options.lints.insert(name.into(), level);
    }
    if let Some(bytes) = matches.get_one::<u64>("limit-bytes") {
        options.limits.bytes = usize::try_from(*bytes).unwrap_or(usize::MAX);
    }
    Ok(options)
}

fn text<'m>(matches: &'m ArgMatches, name: &str) -> &'m str {
    matches.get_one::<String>(name).map_or("", String::as_str)
}

fn all(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.get_many::<String>(name).map_or(Vec::new(), |values| values.cloned().collect())
}
