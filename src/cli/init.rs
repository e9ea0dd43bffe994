//! `netpol init`: a configuration with every setting explained.

use super::host::{Host, Stream, Trouble};
use super::paths::{join, tidy};
use super::{Exit, Failure, settings};
use clap::ArgMatches;

/// What is written. Every line is a comment, so that the file changes nothing until edited.
pub const TEMPLATE: &str = include_str!("init/netpol.yaml");

pub(super) fn run(host: &mut dyn Host, matches: &ArgMatches) -> Result<Exit, Failure> {
    let directory = tidy(settings::text(matches, "directory").unwrap_or("."), &host.cwd());
    let path = join(&directory, settings::FILE);
    host.create(&path, TEMPLATE.as_bytes(), false).map_err(|why| match why {
        Trouble::Exists => Failure(format!("`{path}` exists already; it is left as it is")),
        why => Failure(format!("cannot write `{path}`: {why}")),
    })?;
    host.print(Stream::Err, &format!("wrote `{path}`\n"));
    Ok(Exit::Clean)
}
