//! `netpol completions`.

use super::host::{Host, Stream};
use super::{Exit, Failure, args};
use clap::ArgMatches;
use clap_complete::{Shell, generate};

pub(super) fn run(host: &mut dyn Host, matches: &ArgMatches) -> Result<Exit, Failure> {
    let shell = match super::settings::text(matches, "shell") {
        Some("bash") => Shell::Bash,
        Some("elvish") => Shell::Elvish,
        Some("fish") => Shell::Fish,
        Some("powershell") => Shell::PowerShell,
        _ => Shell::Zsh,
    };
    let mut script = Vec::new();
    generate(shell, &mut args::command(), "netpol", &mut script);
    host.print(Stream::Out, &String::from_utf8_lossy(&script));
    Ok(Exit::Clean)
}
