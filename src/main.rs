//! The native program: the command line over the native host.

use netpol::cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    ExitCode::from(cli::run(&mut cli::Native, &arguments) as u8)
}
