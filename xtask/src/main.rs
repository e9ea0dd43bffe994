//! The project's own chores: `cargo xtask <command>`.

mod oracle;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <command>

commands:
  oracle   compares netpol with the API server's own code; needs Go (`cargo xtask oracle --help`)";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.first().map(String::as_str) {
        Some("oracle") => oracle::run(args.get(1..).unwrap_or_default()),
        _ => Err(USAGE.to_string()),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
