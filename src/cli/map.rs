//! `netpol map`.

use super::host::{Host, Stream};
use super::settings;
use super::{Exit, Failure, check};
use crate::api;
use crate::report::{self, Format};
use clap::ArgMatches;

pub(super) fn run(host: &mut dyn Host, matches: &ArgMatches) -> Result<Exit, Failure> {
    let mut settings = settings::read(host, matches)?;
    settings.options.expand |= matches.get_flag("expand");
    if let Some(focus) = settings::text(matches, "focus") {
        settings.options.focus = Some(focus.into());
    }
    let Some(read) = check::read(host, matches, &settings)? else { return Ok(Exit::Failed) };
    let report = api::map(&read.input, &settings.options).map_err(|error| Failure(error.message))?;
    host.print(Stream::Out, &report::map(&report, format(matches)));
    Ok(if read.failed { Exit::Failed } else { Exit::Clean })
}

/// The form of an answer; a configured format is about findings and does not count here.
pub(super) fn format(matches: &ArgMatches) -> Format {
    if settings::text(matches, "format") == Some("json") { Format::Json } else { Format::Full }
}
