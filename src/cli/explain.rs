//! `netpol explain`.

use super::host::{Host, Stream};
use super::{Exit, Failure};
use crate::report;
use clap::ArgMatches;

pub(super) fn run(host: &mut dyn Host, matches: &ArgMatches) -> Result<Exit, Failure> {
    let name = matches.get_one::<String>("lint").map_or("", String::as_str);
    let page = report::explain(name).map_err(|error| Failure(error.message))?;
    host.print(Stream::Out, &page.text);
    Ok(Exit::Clean)
}
