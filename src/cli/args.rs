//! The commands and their flags.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

/// The whole command line.
pub(super) fn command() -> Command {
    Command::new("netpol")
        .no_binary_name(true)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Validates, lints and explains Kubernetes network policies")
        .after_help("Exit codes: 0 clean, 1 findings, 2 could not run.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(check())
        .subcommand(explain())
}

fn check() -> Command {
    Command::new("check")
        .visible_alias("lint")
        .about("Say what the API server would say of policies, and what an expert reviewer would")
        .arg(paths())
        .arg(value("with", "PATH", "Read PATH for context without judging it").action(ArgAction::Append))
        .arg(
            choice("format", "FORMAT", &crate::report::Format::NAMES, "How the answer looks")
                .default_value("full"),
        )
        .arg(
            choice(
                "fail-on",
                "SEVERITY",
                &["error", "warning", "info", "never"],
                "The least severity that exits with 1",
            )
            .default_value("warning"),
        )
        .arg(
            value("kubernetes", "VERSION", "Judge as this Kubernetes version does: 1.33 to 1.37, or any")
                .default_value("any"),
        )
        .arg(value("cni", "PLUGIN", "Take the choices of this network plugin as given").default_value("any"))
        .arg(
            value("namespace", "NAME", "The namespace of objects that name none")
                .short('n')
                .default_value("default"),
        )
        .arg(
            value("lint", "NAME=SEVERITY", "Give a lint another severity: off, info, warning or error")
                .action(ArgAction::Append),
        )
        .arg(
            value("limit-bytes", "N", "The most bytes read of one file")
                .value_parser(clap::value_parser!(u64)),
        )
}

fn explain() -> Command {
    Command::new("explain")
        .about("Say what a lint finds, why it matters and how to repair it")
        .arg(Arg::new("lint").value_name("LINT").required(true).help("The lint's name or code"))
}

fn paths() -> Arg {
    Arg::new("paths")
        .value_name("PATH")
        .num_args(0..)
        .default_value(".")
        .help("Files, directories (walked, .gitignore respected), or - for standard input")
}

fn value(name: &'static str, shape: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(shape).help(help)
}

fn choice(name: &'static str, shape: &'static str, values: &[&'static str], help: &'static str) -> Arg {
    value(name, shape, help).value_parser(PossibleValuesParser::new(values.iter().copied()))
}
