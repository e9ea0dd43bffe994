//! `cargo xtask test`: everything that can fail: formatting, clippy, the Rust tests, the built
//! modules, parity of the hosts, the npm package, and the playground in a browser.

use crate::build;
use crate::check;
use crate::parity;
use crate::play;
use crate::setup;
use crate::shell::{Outcome, execute, files, program, root, say};

/// Both halves, or the one that is named: `core` needs cargo alone, `hosts` everything else.
pub fn run(halves: &[String]) -> Outcome {
    let wanted = |half: &str| halves.is_empty() || halves.iter().any(|it| it == half);
    if let Some(other) = halves.iter().find(|it| !["core", "hosts"].contains(&it.as_str())) {
        return Err(format!("there is no half `{other}`: there are `core` and `hosts`"));
    }
    if wanted("core") {
        core()?;
    }
    if wanted("hosts") { hosts() } else { Ok(()) }
}

fn core() -> Outcome {
    say("formatting and clippy");
    execute(&mut program("cargo", &["fmt", "--all", "--check"]))?;
    execute(&mut program(
        "cargo",
        &["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"],
    ))?;
    setup::wasm_target()?;
    if setup::wasm_toolchain().is_some() {
        // Debian's compiler brings the wasm target, but no clippy that knows it.
        say("clippy passes over the bindings: the wasm target is another toolchain's");
    } else {
        bindings()?;
    }
    say("cargo test");
    execute(&mut program("cargo", &["test", "--quiet", "--workspace"]))
}

/// Clippy over each binding.
fn bindings() -> Outcome {
    for binding in ["js", "js-cli", "abi", "opa", "kubewarden"] {
        let features = format!("{binding},k8s-latest");
        let mut clippy =
            program("cargo", &["clippy", "--quiet", "--lib", "--target", "wasm32-unknown-unknown"]);
        clippy.args(["--no-default-features", "--features", &features, "--", "--deny", "warnings"]);
        execute(&mut clippy)?;
    }
    Ok(())
}

fn hosts() -> Outcome {
    build::make()?;
    // Whoever misses it says what is not tested.
    let _ = setup::install_browser();
    parity::run(&["--built".to_owned()])?;
    say("the command line in Node");
    execute(
        program("cargo", &["test", "--quiet", "--test", "cli", "the_npm_package"]).env("NETPOL_NPM", "node"),
    )?;
    for (name, version) in setup::RUNTIMES {
        let binary = match setup::runtime(name, version) {
            Ok(binary) => binary,
            Err(absent) => {
                say(&format!("the command line in {name} is not tested: {absent}"));
                continue;
            }
        };
        say(&format!("the command line in {name}"));
        let flags = if name == "deno" { " run -A" } else { "" };
        execute(
            program("cargo", &["test", "--quiet", "--test", "cli", "the_npm_package"])
                .env("NETPOL_NPM", format!("{}{flags}", binary.display())),
        )?;
    }
    for absent in [setup::opa(), setup::conftest()].into_iter().filter_map(Result::err) {
        say(&format!("tests of OPA's own programs are skipped: {absent}"));
    }
    say("the engine modules and the npm package");
    let tests = ["engines", "npm"].map(|folder| files(&root().join("tests").join(folder))).concat();
    execute(program("node", &["--no-warnings", "--test"]).args(tests.iter().filter(|file| is_test(file))))?;
    play::test()?;
    check::run()
}

fn is_test(file: &std::path::Path) -> bool {
    file.to_string_lossy().ends_with(".test.js")
}
