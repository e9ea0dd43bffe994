//! The project's own chores: `cargo xtask <command>`. One file a command; each says what it is
//! doing, sets up what it needs, and is quick when there is nothing left to do.

mod arrange;
mod build;
mod bundle;
mod check;
mod demo;
mod fuzz;
mod growth;
mod new_lint;
mod oracle;
mod parity;
mod play;
mod postlink;
mod setup;
mod shell;
mod test;

use std::process::ExitCode;

use shell::Outcome;

/// A command: its name, what it does, and the function that gets the rest of the command line.
type Command = (&'static str, &'static str, fn(&[String]) -> Outcome<ExitCode>);

const COMMANDS: &[Command] = &[
    ("demo", "check the guide's policies in policies/guide", |_| done(demo::run())),
    ("test", "run every test there is, or one half: core, hosts", |halves| done(test::run(halves))),
    ("setup", "install what the other commands need", |_| done(setup::run())),
    ("build", "build every wasm module, the OPA bundle and the npm package", |rest| done(build::run(rest))),
    ("check", "hold the built modules against their contracts and budgets", |_| done(check::run())),
    ("parity", "compare the answers of every host, byte for byte", |hosts| done(parity::run(hosts))),
    ("play", "build the playground and serve it", |rest| done(play::run(rest))),
    ("growth", "measure how time and memory grow with the input; needs NETPOL_DATA", growth::run),
    ("new-lint", "start a lint: its file, its registration, its spec", |rest| done(new_lint::run(rest))),
    ("fuzz", "read texts nobody would write, and tell of panics", fuzz::run),
    ("oracle", "compare netpol with the API server's own code; needs Go", oracle::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let found = arguments.split_first().and_then(|(name, rest)| {
        COMMANDS.iter().find(|command| command.0 == name).map(|command| (command.2, rest))
    });
    let Some((command, rest)) = found else {
        eprintln!("usage: cargo xtask <command>\n");
        for (name, purpose, _) in COMMANDS {
            eprintln!("  {name:<10} {purpose}");
        }
        return ExitCode::from(2);
    };
    command(rest).unwrap_or_else(|fault| {
        eprintln!("error: {fault}");
        ExitCode::from(2)
    })
}

fn done(outcome: Outcome) -> Outcome<ExitCode> {
    outcome.map(|()| ExitCode::SUCCESS)
}
