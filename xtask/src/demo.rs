//! `cargo xtask demo`: the main job, on the guide's policies.

use crate::shell::{Outcome, program, say};

pub fn run() -> Outcome {
    say("netpol check policies/guide");
    let check = ["run", "--quiet", "--package", "netpol", "--", "check", "policies/guide"];
    let mut check = program("cargo", &check);
    let status = check.status().map_err(|fault| format!("`cargo` cannot be run: {fault}"))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(1) => {
            say("exit code 1: there are findings");
            Ok(())
        }
        _ => Err(format!("`netpol check` failed with {status}")),
    }
}
