//! The commands and their flags.

use crate::report::Format;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};

/// The severities `--fail-on` takes.
pub(super) const FAIL_ON: [&str; 4] = ["error", "warning", "info", "never"];

/// The shells `completions` knows.
pub(super) const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// The whole command line.
pub(super) fn command() -> Command {
    Command::new("netpol")
        .no_binary_name(true)
        .bin_name("netpol")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Validates, lints and explains Kubernetes network policies")
        .after_help(
            "Exit codes: 0 clean, 1 findings, 2 could not run.\n\
             Configuration: .netpol.yaml, looked for from here up to the repository's root.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(check())
        .subcommand(map())
        .subcommand(why())
        .subcommand(explain())
        .subcommand(init())
        .subcommand(completions())
}

fn check() -> Command {
    Command::new("check")
        .visible_alias("lint")
        .about("Say what the API server would say of policies, and what an expert reviewer would")
        .arg(paths("Files, directories (walked, .gitignore respected), or - for standard input [default: .]"))
        .arg(context())
        .arg(choice("format", "FORMAT", &Format::NAMES, "How the answer looks [default: full]"))
        .arg(choice(
            "fail-on",
            "SEVERITY",
            &FAIL_ON,
            "The least severity that exits with 1 [default: warning]",
        ))
        .args(judging())
        .args(repairing())
        .args(baseline())
        .args(configuration())
}

fn map() -> Command {
    Command::new("map")
        .about("Say who can talk to whom, and what stands open to pods that do not exist yet")
        .arg(paths("Files, directories (walked, .gitignore respected), or - for standard input [default: .]"))
        .arg(context())
        .arg(choice("format", "FORMAT", &ANSWERS, "How the answer looks [default: text]"))
        .arg(flag("expand", "List every pair of endpoints that have an open port between them"))
        .arg(value("focus", "NAME", "Only what concerns this workload, pod, Service or namespace"))
        .args(world())
        .args(configuration())
}

fn why() -> Command {
    Command::new("why")
        .about("Say why a connection is allowed or denied, with the lines that decide it")
        .arg(Arg::new("from").value_name("SRC").required(true).help("A pod, workload, namespace, IP or CIDR"))
        .arg(
            Arg::new("to")
                .value_name("DST[:PORT[/PROTO]]")
                .required(true)
                .help("The same, or a Service; with a port and protocol if they matter"),
        )
        .arg(paths("Files, directories (walked, .gitignore respected), or - for standard input [default: .]"))
        .arg(context())
        .arg(choice("format", "FORMAT", &ANSWERS, "How the answer looks [default: text]"))
        .arg(choice("expect", "VERDICT", &["allow", "deny"], "Exit with 1 unless every answer is this"))
        .args(world())
        .args(configuration())
}

/// The forms of an answer that is no list of findings.
const ANSWERS: [&str; 2] = ["text", "json"];

fn context() -> Arg {
    value("with", "PATH", "Read PATH for context without judging it")
        .action(ArgAction::Append)
        .value_hint(ValueHint::AnyPath)
}

/// What decides what policies mean.
fn world() -> Vec<Arg> {
    vec![
        value("cni", "PLUGIN", "Take the choices of this network plugin as given [default: any]"),
        value("assume", "NAME=VALUE", "Take one choice of the network plugin as given")
            .action(ArgAction::Append),
        value("namespace", "NAME", "The namespace of objects that name none [default: default]").short('n'),
        value("limit-bytes", "N", "The most bytes read of one file [default: 67108864]")
            .value_parser(clap::value_parser!(u64)),
    ]
}

/// What decides how objects are judged.
fn judging() -> Vec<Arg> {
    let mut all = vec![value(
        "kubernetes",
        "VERSION",
        "Judge as this Kubernetes version does: 1.33 to 1.37 [default: any]",
    )];
    all.extend(world());
    all.extend([
        value("pack", "PACK", "Use this pack of lints [default: recommended]").action(ArgAction::Append),
        value("lint", "NAME=SEVERITY", "Give a lint another severity: off, info, warning or error")
            .action(ArgAction::Append),
        value("only", "LINT", "Run this lint and no other").action(ArgAction::Append),
    ]);
    all
}

fn repairing() -> [Arg; 3] {
    [
        flag("fix", "Repair what can be repaired without changing what is allowed"),
        flag("unsafe-fixes", "Repair, too, what may change what is allowed").requires("fix"),
        flag("dry-run", "Print what --fix would change, and change nothing").requires("fix"),
    ]
}

fn baseline() -> [Arg; 2] {
    [
        value("baseline", "FILE", "Leave out the findings that FILE holds").value_hint(ValueHint::FilePath),
        value("write-baseline", "FILE", "Write all findings to FILE, for --baseline")
            .value_hint(ValueHint::FilePath)
            .conflicts_with_all(["baseline", "fix"]),
    ]
}

fn configuration() -> [Arg; 2] {
    [
        value("config", "FILE", "Use this configuration instead of the nearest .netpol.yaml")
            .value_hint(ValueHint::FilePath),
        flag("no-config", "Use no configuration").conflicts_with("config"),
    ]
}

fn explain() -> Command {
    Command::new("explain")
        .about("Say what a lint finds, why it matters and how to repair it")
        .arg(Arg::new("lint").value_name("LINT").help("The lint's name or code; without it, all are listed"))
}

fn init() -> Command {
    Command::new("init")
        .about("Write a .netpol.yaml with every setting explained")
        .arg(Arg::new("directory").value_name("DIRECTORY").default_value(".").help("Where to write it"))
}

fn completions() -> Command {
    Command::new("completions").about("Print a shell's completion script").arg(
        Arg::new("shell")
            .value_name("SHELL")
            .required(true)
            .value_parser(PossibleValuesParser::new(SHELLS))
            .help("The shell"),
    )
}

fn paths(help: &'static str) -> Arg {
    Arg::new("paths").value_name("PATH").num_args(0..).value_hint(ValueHint::AnyPath).help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn value(name: &'static str, shape: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(shape).help(help)
}

fn choice(name: &'static str, shape: &'static str, values: &[&'static str], help: &'static str) -> Arg {
    value(name, shape, help).value_parser(PossibleValuesParser::new(values.iter().copied()))
}
