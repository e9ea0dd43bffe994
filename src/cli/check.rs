//! `netpol check`.

use super::host::{Host, Stream};
use super::inputs::{self, Inputs, Reading};
use super::settings::{self, Settings, all};
use super::{Exit, Failure, baseline, fix};
use crate::api::{self, Input, Report};
use crate::report::{self, Color};
use clap::ArgMatches;

pub(super) fn run(host: &mut dyn Host, matches: &ArgMatches) -> Result<Exit, Failure> {
    let settings = settings::read(host, matches)?;
    // A baseline that cannot be read is told before the work is done, not after.
    let known = match &settings.baseline {
        Some(path) if !matches.contains_id("write-baseline") => Some(baseline::read(host, path)?),
        _ => None,
    };
    let Some(read) = read(host, matches, &settings)? else { return Ok(Exit::Failed) };
    if matches.get_flag("fix") {
        return fix::run(host, matches, &settings, known.as_ref(), read);
    }
    let mut report = check(&read.input, &settings)?;
    report.summary.skipped += read.skipped;
    if let Some(path) = settings::text(matches, "write-baseline") {
        let count = baseline::write(host, path, &report)?;
        let s = if count == 1 { "" } else { "s" };
        host.print(Stream::Err, &format!("wrote {count} finding{s} to `{path}`\n"));
        return Ok(if read.failed { Exit::Failed } else { Exit::Clean });
    }
    if let Some(known) = &known {
        tell_gone(host, &settings, known.take_out(&mut report));
    }
    print(host, Stream::Out, &report, &read.input, &settings);
    Ok(exit(&report, &settings, read.failed))
}

/// What was read of the command line's paths.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) input: Input,
    /// Files that hold no object of their own.
    pub(super) skipped: u32,
    /// Whether something could not be read; it has been told.
    pub(super) failed: bool,
}

/// Reads what shall be judged and its context; none where nothing could be read.
pub(super) fn read(
    host: &mut dyn Host,
    matches: &ArgMatches,
    settings: &Settings,
) -> Result<Option<Read>, Failure> {
    let mut paths = all(matches, "paths");
    if paths.is_empty() {
        paths.clone_from(&settings.files);
    }
    if paths.is_empty() {
        paths.push(".".into());
    }
    let limit = settings.options.limits.bytes as u64;
    let reading = Reading { exclude: settings.exclude.clone(), limit };
    let judged = inputs::read(host, &paths, &reading)?;
    let context = match all(matches, "with") {
        paths if paths.is_empty() => Inputs::default(),
        paths => inputs::read(host, &paths, &reading)?,
    };
    judged.tell_failures(host);
    context.tell_failures(host);
    let failed = !(judged.failures.is_empty() && context.failures.is_empty());
    if failed && judged.sources.is_empty() {
        return Ok(None);
    }
    let input = Input { sources: judged.sources, with: context.sources };
    Ok(Some(Read { input, skipped: judged.skipped, failed }))
}

pub(super) fn check(input: &Input, settings: &Settings) -> Result<Report, Failure> {
    api::check(input, &settings.options).map_err(|error| Failure(error.message))
}

/// A baseline shrinks as findings are repaired; it should be written anew before they come back.
pub(super) fn tell_gone(host: &mut dyn Host, settings: &Settings, gone: u32) {
    let Some(path) = settings.baseline.as_ref().filter(|_| gone > 0) else { return };
    let what = if gone == 1 { "1 finding of it is" } else { &format!("{gone} findings of it are") };
    host.print(
        Stream::Err,
        &format!("the baseline `{path}` is out of date: {what} gone; `--write-baseline {path}` renews it\n"),
    );
}

pub(super) fn print(
    host: &mut dyn Host,
    stream: Stream,
    report: &Report,
    input: &Input,
    settings: &Settings,
) {
    let color = if host.color(stream) { Color::On } else { Color::Off };
    host.print(stream, &report::check(report, input, settings.format, color));
}

pub(super) fn exit(report: &Report, settings: &Settings, failed: bool) -> Exit {
    let summary = &report.summary;
    let counted = match settings.fail_on.as_str() {
        "error" => summary.errors,
        "warning" => summary.errors + summary.warnings,
        "info" => summary.errors + summary.warnings + summary.infos,
        _ => 0,
    };
    match (failed, counted) {
        (true, _) => Exit::Failed,
        (false, 0) => Exit::Clean,
        (false, _) => Exit::Findings,
    }
}
