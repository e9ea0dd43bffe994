//! `cargo xtask setup`: what the other commands need and cargo does not bring: the wasm target,
//! wasm-pack, wasm-bindgen and the npm packages of the tests. Tools go to `target/tools`, nothing
//! is installed for the user, except for the wasm target.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{Outcome, digest, execute, output, program, read, root, say, target, write};

const TARGET: &str = "wasm32-unknown-unknown";
const WASM_PACK: &str = "0.15.1";
/// The version that Cargo.toml pins for the library.
const WASM_BINDGEN: &str = "0.2.130";

/// Sets up everything.
pub fn run() -> Outcome {
    wasm_target()?;
    wasm_tools()?;
    npm()?;
    for absent in [opa(), conftest()].into_iter().filter_map(Result::err) {
        say(&format!("tests of OPA's own programs will be skipped: {absent}"));
    }
    if let Err(absent) = install_browser() {
        say(&format!("tests in a browser will be skipped: {absent}"));
    }
    say("everything needed is there");
    Ok(())
}

/// wasm-pack and the wasm-bindgen that it calls, in exactly the versions we test with.
pub fn wasm_tools() -> Outcome {
    cargo_tool("wasm-pack", "wasm-pack", WASM_PACK)?;
    cargo_tool("wasm-bindgen", "wasm-bindgen-cli", WASM_BINDGEN)
}

fn cargo_tool(binary: &str, package: &str, version: &str) -> Outcome {
    let present = output(&mut program(binary, &["--version"])).unwrap_or_default();
    if present.split_whitespace().any(|word| word == version) {
        return Ok(());
    }
    say(&format!("installing {package} {version} into target/tools (some minutes, once)"));
    let tools = target().join("tools");
    let tools = tools.to_string_lossy();
    let install = ["install", package, "--version", version, "--root", &tools];
    // The locked dependencies are the tested ones; where one is gone, the newest will do.
    execute(program("cargo", &install).arg("--locked")).or_else(|_| execute(&mut program("cargo", &install)))
}

/// The engine's own program, and the evaluation of wasm in it.
const OPA: (&str, &str) = ("github.com/open-policy-agent/opa", "v1.21.1");
const CONFTEST: (&str, &str) = ("github.com/open-policy-agent/conftest", "v0.71.1");

/// Whether there is Go here.
pub fn go() -> Outcome {
    output(&mut program("go", &["version"])).map(|_| ()).map_err(|_| "there is no Go here".to_owned())
}

/// The `opa` binary, which is also what tests/parity/hosts-go links.
pub fn opa() -> Outcome {
    go_tool("opa", OPA)
}

/// The `conftest` binary.
pub fn conftest() -> Outcome {
    go_tool("conftest", CONFTEST)
}

/// A program in `target/tools`, built from source where it is not there in this version.
fn go_tool(binary: &str, (package, version): (&str, &str)) -> Outcome {
    let tools = target().join("tools/bin");
    let stamp = tools.join(format!(".{binary}"));
    if tools.join(binary).exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == version) {
        return Ok(());
    }
    go()?;
    say(&format!("installing {binary} {version} into target/tools (some minutes, once)"));
    let mut install = program("go", &["install", "-tags", "opa_wasm", &format!("{package}@{version}")]);
    install.env("GOBIN", &tools).env("CGO_ENABLED", "0");
    output(&mut install).map_err(|fault| fault.lines().next().unwrap_or_default().to_owned())?;
    write(&stamp, version.as_bytes())
}

/// The JavaScript runtimes beside Node, each in the version we test with.
pub const RUNTIMES: [(&str, &str); 2] = [("bun", "1.4.5"), ("deno", "2.9.6")];

/// A runtime's binary, from npm: the package of the platform holds it, and needs no script to run.
pub fn runtime(name: &str, version: &str) -> Outcome<PathBuf> {
    let folder = target().join("tools").join(format!("{name}-{version}"));
    let find = || {
        let scope = folder.join("node_modules").join(if name == "bun" { "@oven" } else { "@deno" });
        let packages = fs::read_dir(scope).into_iter().flatten().flatten().map(|it| it.path());
        packages.flat_map(|it| [it.join("bin").join(name), it.join(name)]).find(|it| it.is_file())
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    say(&format!("installing {name} {version} into target/tools"));
    let place = folder.to_string_lossy();
    let package = format!("{name}@{version}");
    let flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", &place];
    output(program("npm", &["install", &package]).args(flags))
        .map_err(|fault| fault.lines().next().unwrap_or_default().to_owned())?;
    find().ok_or_else(|| format!("the npm package {name} has no binary for this platform"))
}

/// The standard library for the wasm target: there already, else by rustup, else built from
/// Debian's sources of it.
pub fn wasm_target() -> Outcome {
    if has_target("rustc") {
        return Ok(());
    }
    say("adding the wasm target with rustup");
    if output(&mut program("rustup", &["target", "add", TARGET])).is_ok() && has_target("rustc") {
        return Ok(());
    }
    say("rustup cannot: building the wasm target from Debian's packages (about a minute, once)");
    if !has_target("/usr/bin/rustc") {
        debian_target()?;
    }
    if has_target("rustc") {
        return Ok(());
    }
    // A rustup toolchain cannot use Debian's library; Debian's own compiler stands in for it.
    output(&mut program("rustup", &["toolchain", "link", "debian-wasm", "/usr"]))?;
    Ok(())
}

fn has_target(rustc: &str) -> bool {
    let folder =
        output(&mut program(rustc, &["--print", "target-libdir", "--target", TARGET])).unwrap_or_default();
    fs::read_dir(folder.trim()).is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// The toolchain to build wasm with, where it is not the default one.
pub fn wasm_toolchain() -> Option<&'static str> {
    (!has_target("rustc") && has_target("/usr/bin/rustc")).then_some("debian-wasm")
}

fn debian_target() -> Outcome {
    let install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends rustc-web cargo-web rust-web-src rust-web-llvm lld";
    execute(&mut program("sh", &["-c", install]))?;
    let sysroot = output(&mut program("/usr/bin/rustc", &["--print", "sysroot"]))?;
    let version = output(&mut program("/usr/bin/rustc", &["-vV"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let rustlib = Path::new(sysroot.trim()).join("lib/rustlib");
    // Debian's compiler looks for a linker that Debian does not ship under this name.
    let link = rustlib.join(host).join("bin/rust-lld");
    execute(&mut program("ln", &["-sf", "/usr/bin/lld", &link.to_string_lossy()]))?;

    // An empty crate, built together with the standard library from its sources.
    let folder = target().join("debian-wasm");
    let manifest = "[package]\nname = \"empty\"\nedition = \"2021\"\n[profile.release]\npanic = \"abort\"\n[workspace]\n";
    write(&folder.join("Cargo.toml"), manifest.as_bytes())?;
    write(&folder.join("src/lib.rs"), b"")?;
    let mut build =
        program("/usr/bin/cargo", &["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort"]);
    build
        .current_dir(&folder)
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env("CARGO_TARGET_DIR", "target");
    execute(&mut build)?;
    let built = folder.join("target").join(TARGET).join("release/deps");
    let library = rustlib.join(TARGET).join("lib");
    for entry in fs::read_dir(&built).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty") {
            write(&library.join(&name), &read(&entry.path())?)?;
        }
    }
    Ok(())
}

/// The browser of the tests: the one that `CHROMIUM` names, else Debian's.
pub fn browser() -> Outcome<String> {
    let path = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".into());
    if Path::new(&path).exists() { Ok(path) } else { Err(format!("there is no browser at `{path}`")) }
}

/// Installs that browser where there is none and Debian's packages can be installed.
pub fn install_browser() -> Outcome {
    if browser().is_ok() || std::env::var_os("CHROMIUM").is_some() {
        return browser().map(|_| ());
    }
    say("installing Debian's chromium (a minute, once)");
    let install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium";
    output(&mut program("sh", &["-c", install]))
        .map_err(|fault| fault.lines().next().unwrap_or_default().to_owned())?;
    browser().map(|_| ())
}

/// The npm packages of tests/package.json (wasm-opt, TypeScript, the hosts of the parity run),
/// exactly as its lock file says.
pub fn npm() -> Outcome {
    let folder = root().join("tests");
    let lock = digest(&read(&folder.join("package-lock.json"))?);
    let stamp = folder.join("node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say("installing the npm packages of tests/package.json");
    execute(program("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    write(&stamp, lock.as_bytes())
}
