//! `cargo xtask build`: every wasm module, linked for its host, reworked and optimised, into
//! `dist/`; the OPA bundle; the npm package's wasm and loaders in `pkg/dist`.

use std::fs;

use crate::arrange::arrange;
use crate::bundle;
use crate::check;
use crate::postlink::{self, Rework};
use crate::setup;
use crate::shell::{Outcome, digest, dist, execute, output, program, read, root, say, target, write};

/// One module for policy engines.
struct Engine {
    /// The cargo feature of its binding.
    feature: &'static str,
    /// The file in `dist/`.
    file: &'static str,
    link: &'static [&'static str],
    rework: Rework,
}

const ENGINES: &[Engine] = &[
    Engine { feature: "abi", file: "netpol.wasm", link: &[], rework: Rework::Plain },
    Engine {
        feature: "opa",
        file: "netpol.opa.wasm",
        link: &["-Clink-arg=--import-memory", "-Clink-arg=--export-memory"],
        rework: Rework::Opa,
    },
    Engine { feature: "kubewarden", file: "netpol.kubewarden.wasm", link: &[], rework: Rework::Kubewarden },
];

/// Builds everything and holds it against its contracts; or only the engine modules that are named
/// by their features.
pub fn run(wanted: &[String]) -> Outcome {
    if let Some(other) = wanted.iter().find(|it| !ENGINES.iter().any(|engine| engine.feature == *it)) {
        return Err(format!("there is no engine module `{other}`: there are `abi`, `opa` and `kubewarden`"));
    }
    if wanted.is_empty() {
        make()?;
        return check::run();
    }
    setup::wasm_target()?;
    setup::npm()?;
    for engine in ENGINES.iter().filter(|engine| wanted.iter().any(|it| engine.feature == it)) {
        build_engine(engine)?;
    }
    bundle::write()
}

/// Builds everything.
pub fn make() -> Outcome {
    setup::wasm_target()?;
    setup::wasm_tools()?;
    setup::npm()?;
    // Each build is the work of one thread for most of its time, in a folder of its own.
    std::thread::scope(|scope| {
        let engines =
            scope.spawn(|| ENGINES.iter().try_for_each(build_engine).and_then(|()| bundle::write()));
        let package = package().and_then(|()| command_line());
        engines.join().unwrap_or_else(|_| Err("building the engine modules panicked".to_owned())).and(package)
    })
}

fn cargo(command: &str) -> std::process::Command {
    let mut cargo = program(command, &[]);
    if let Some(toolchain) = setup::wasm_toolchain() {
        cargo.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    cargo
}

fn build_engine(engine: &Engine) -> Outcome {
    say(&format!("building dist/{}", engine.file));
    // A cdylib's file name does not tell features apart, so each set has its own folder.
    let folder = target().join("engines").join(engine.feature);
    let mut build = cargo("cargo");
    build.args([
        "rustc",
        "--quiet",
        "--package",
        "netpol",
        "--lib",
        "--crate-type",
        "cdylib",
        "--profile",
        "wasm",
    ]);
    build.args(["--target", "wasm32-unknown-unknown", "--no-default-features"]);
    build.args(["--features", &format!("{},k8s-latest", engine.feature)]);
    build.arg("--target-dir").arg(&folder).arg("--").args(engine.link);
    execute(&mut build)?;
    let linked = read(&folder.join("wasm32-unknown-unknown/wasm/netpol.wasm"))?;
    let finished = optimise(&postlink::rework(&linked, engine.rework)?)?;
    write(&dist().join(engine.file), &finished)
}

/// The npm package: wasm-pack's output, optimised, and its CommonJS twins.
fn package() -> Outcome {
    say("building pkg/dist");
    let mut build = cargo("wasm-pack");
    build.args([
        "--log-level",
        "warn",
        "build",
        "--target",
        "web",
        "--no-pack",
        "--no-gitignore",
        "--no-opt",
    ]);
    build.args(["--mode", "no-install", "--profile", "wasm", "--out-dir", "pkg/dist"]);
    execute(&mut build)?;
    let wasm = root().join("pkg/dist/netpol_bg.wasm");
    write(&wasm, &optimise(&read(&wasm)?)?)?;
    // Left there by a wasm-pack run without `--no-gitignore`, it would keep npm from packing the folder.
    let _ = fs::remove_file(root().join("pkg/dist/.gitignore"));
    execute(program("node", &["scripts/commonjs.js"]).current_dir(root().join("pkg")))
}

/// The package's command line: the program as a second wasm, over `pkg/bin/netpol.js`.
fn command_line() -> Outcome {
    say("building pkg/dist/cli");
    let folder = target().join("engines/js-cli");
    let mut build = cargo("cargo");
    build.args(["rustc", "--quiet", "--package", "netpol", "--lib", "--crate-type", "cdylib"]);
    build.args(["--profile", "wasm", "--target", "wasm32-unknown-unknown"]);
    build.args(["--no-default-features", "--features", "js-cli,k8s-latest", "--target-dir"]).arg(&folder);
    execute(&mut build)?;
    let mut bind = cargo("wasm-bindgen");
    bind.args(["--target", "nodejs", "--no-typescript", "--out-dir", "pkg/dist/cli", "--out-name", "netpol"]);
    bind.args(["--remove-name-section", "--remove-producers-section"]);
    // No wasm-opt: the large functions it makes take V8 twice as long to start with.
    execute(bind.arg(folder.join("wasm32-unknown-unknown/wasm/netpol.wasm")))?;
    // The package is of modules, and wasm-bindgen's loader for Node is not one.
    write(&root().join("pkg/dist/cli/package.json"), b"{\"type\": \"commonjs\"}\n")
}

/// How wasm-opt is called. With small functions inlined an evaluation costs 4% less, a module 0.1%
/// more, than with -Oz.
const OPTIMISE: [&str; 6] = [
    "-O3",
    "--flexible-inline-max-function-size=40",
    "--always-inline-max-function-size=8",
    "--converge",
    "--strip-debug",
    "--strip-producers",
];

/// wasm-opt's output, arranged; what wasm-opt made once of the same bytes is kept.
fn optimise(module: &[u8]) -> Outcome<Vec<u8>> {
    let folder = target().join("wasm-opt");
    let key = [module, OPTIMISE.concat().as_bytes()].concat();
    let key = digest(&key);
    let (before, after) = (folder.join(format!("{key}.before.wasm")), folder.join(format!("{key}.wasm")));
    if !after.exists() {
        write(&before, module)?;
        let tool = root().join("tests/node_modules/binaryen/bin/wasm-opt");
        let mut optimise = program("node", &["--no-warnings"]);
        optimise.arg(tool).args(OPTIMISE);
        output(optimise.arg(&before).arg("-o").arg(&after))?;
        let _ = fs::remove_file(&before);
    }
    arrange(&read(&after)?)
}
