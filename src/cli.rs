//! The command line: one program over a small [`Host`], so that the native binary and `npx netpol`
//! cannot drift apart.
//!
//! Takes arguments and a host; gives an exit code: 0 clean, 1 findings, 2 could not run. Only the
//! host touches files, the terminal and the process.

mod args;
mod baseline;
mod check;
mod completions;
mod explain;
mod fix;
mod host;
mod ignored;
mod init;
mod inputs;
mod kustomize;
mod map;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod paths;
mod progress;
mod settings;
mod why;

pub use host::{Entry, Host, Stream, Trouble};
pub use init::TEMPLATE as INIT;
#[cfg(not(target_arch = "wasm32"))]
pub use native::Native;
pub use settings::configuration_keys;

use std::fmt;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to say.
    Clean = 0,
    /// Findings.
    Findings = 1,
    /// It could not run, or not on everything.
    Failed = 2,
}

/// Why a command could not run: one sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs the program with the arguments after its name.
pub fn run(host: &mut dyn Host, arguments: &[String]) -> Exit {
    let matches = match args::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refuse(host, &error),
    };
    let outcome = match matches.subcommand() {
        Some(("check", rest)) => check::run(host, rest),
        Some(("map", rest)) => map::run(host, rest),
        Some(("why", rest)) => why::run(host, rest),
        Some(("explain", rest)) => explain::run(host, rest),
        Some(("init", rest)) => init::run(host, rest),
        Some(("completions", rest)) => completions::run(host, rest),
        _ => Err(Failure("no command given; `netpol --help` lists them".into())),
    };
    outcome.unwrap_or_else(|failure| {
        host.print(Stream::Err, &format!("netpol: {failure}\n"));
        Exit::Failed
    })
}

/// Help and version go to standard output and are no failure; anything else is.
fn refuse(host: &mut dyn Host, error: &clap::Error) -> Exit {
    let text = error.render();
    if error.use_stderr() {
        let text = if host.color(Stream::Err) { text.ansi().to_string() } else { text.to_string() };
        host.print(Stream::Err, &text);
        return Exit::Failed;
    }
    let text = if host.color(Stream::Out) { text.ansi().to_string() } else { text.to_string() };
    host.print(Stream::Out, &text);
    Exit::Clean
}
