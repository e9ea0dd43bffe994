//! `netpol check --fix`: repaired texts written back, or shown as a patch.

use super::baseline::Baseline;
use super::check::{Read, check, exit, print, tell_gone};
use super::host::{Host, Stream};
use super::inputs::STDIN;
use super::settings::Settings;
use super::{Exit, Failure};
use crate::api::{self, Fixed, Input, Permitted};
use crate::report;
use crate::source::{Content, Source};
use clap::ArgMatches;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn run(
    host: &mut dyn Host,
    matches: &ArgMatches,
    settings: &Settings,
    known: Option<&Baseline>,
    read: Read,
) -> Result<Exit, Failure> {
    let permitted = Permitted {
        unsafe_fixes: matches.get_flag("unsafe-fixes"),
        except: known.map_or(BTreeSet::new(), |known| known.fingerprints().cloned().collect()),
    };
    let fixed =
        api::fix(&read.input, &settings.options, &permitted).map_err(|error| Failure(error.message))?;
    for refused in &fixed.refused {
        host.print(Stream::Err, &format!("netpol: `{}` is not repaired: {}\n", refused.path, refused.reason));
    }
    if !fixed.settled {
        host.print(Stream::Err, "netpol: ten passes were not enough; run it again to repair what is left\n");
    }
    if matches.get_flag("dry-run") {
        return Ok(show(host, settings, &read, &fixed));
    }
    let piped = read.input.sources.iter().any(|source| source.path == STDIN);
    let (failed, stands) = write(host, &read.input, &fixed);
    let mut report = if failed { check(&stands, settings)? } else { fixed.report.clone() };
    report.summary.skipped += read.skipped;
    if let Some(known) = known {
        // What is repaired leaves the baseline out of date; that is no news here.
        known.take_out(&mut report);
    }
    // Standard output carries the repaired text where standard input carried the broken one.
    let stream = if piped { Stream::Err } else { Stream::Out };
    print(host, stream, &report, &stands, settings);
    tell(host, "repaired", &fixed, failed);
    Ok(exit(&report, settings, read.failed || failed))
}

/// The patch that `--fix` would apply.
fn show(host: &mut dyn Host, settings: &Settings, read: &Read, fixed: &Fixed) -> Exit {
    let before: BTreeMap<&str, &Source> =
        read.input.sources.iter().map(|source| (source.path.as_str(), source)).collect();
    for file in &fixed.files {
        if let Some(before) = before.get(file.path.as_str()) {
            host.print(Stream::Out, &report::patch(&file.path, before.as_str(), &file.text));
        }
    }
    tell(host, "would repair", fixed, false);
    tell_gone(host, settings, 0);
    match (read.failed, fixed.files.is_empty()) {
        (true, _) => Exit::Failed,
        (false, false) => Exit::Findings,
        (false, true) => exit(&fixed.report, settings, false),
    }
}

/// Writes each repaired file. Gives whether something could not be written, and the input as it
/// now stands.
fn write(host: &mut dyn Host, input: &Input, fixed: &Fixed) -> (bool, Input) {
    let mut stands = input.clone();
    let mut failed = false;
    for source in &mut stands.sources {
        let new = fixed.files.iter().find(|file| file.path == source.path);
        if source.path == STDIN {
            host.print(Stream::Out, new.map_or(source.as_str(), |file| file.text.as_str()));
        }
        let Some(new) = new else { continue };
        if source.path != STDIN
            && let Err(why) = host.replace(&source.path, source.as_str().as_bytes(), new.text.as_bytes())
        {
            host.print(
                Stream::Err,
                &format!("netpol: cannot write `{}`: {why}; it is as it was\n", source.path),
            );
            failed = true;
            continue;
        }
        source.content = Content::Text(new.text.clone());
    }
    (failed, stands)
}

fn tell(host: &mut dyn Host, did: &str, fixed: &Fixed, failed: bool) {
    let (findings, files) = (fixed.applied.len(), fixed.files.len());
    if failed {
        return;
    }
    let counted = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    let text = match findings {
        0 => "nothing to repair\n".to_owned(),
        _ => format!("{did} {} in {}\n", counted(findings, "finding"), counted(files, "file")),
    };
    host.print(Stream::Err, &text);
}
