//! Folders, other programs, and telling the user what is going on.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// Done, or one sentence that says why not.
pub type Outcome<T = ()> = Result<T, String>;

/// Says what is being done, on standard error.
pub fn say(what: &str) {
    eprintln!("\x1b[1m→ {what}\x1b[0m");
}

/// The top of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Where the finished modules and the bundle go.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// A program to be run at the top of the repository, which finds our own tools first.
pub fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root()).env("PATH", path());
    // Cargo tells its children about the package it runs; a build of ours must not notice.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR") {
            command.env_remove(name);
        }
    }
    command
}

fn path() -> OsString {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(target().join("tools/bin")).chain(std::env::split_paths(&inherited));
    std::env::join_paths(folders).unwrap_or(inherited)
}

/// Runs a program to its end, with our own input and output.
pub fn execute(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|fault| cannot_run(command, &fault))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed with {status}", line(command))) }
}

/// Runs a program quietly and gives what it printed; its complaints go into the error.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|fault| cannot_run(command, &fault))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(format!("`{}` failed with {}\n{}", line(command), output.status, String::from_utf8_lossy(&printed)))
}

fn cannot_run(command: &Command, fault: &std::io::Error) -> String {
    format!("`{}` cannot be run: {fault}", command.get_program().display())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The bytes of a file.
pub fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|fault| format!("cannot read `{}`: {fault}", path.display()))
}

/// Writes a file, and its folder where there is none.
pub fn write(path: &Path, bytes: &[u8]) -> Outcome {
    let told = |fault| format!("cannot write `{}`: {fault}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(told)?;
    }
    fs::write(path, bytes).map_err(told)
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file under a folder, in the order of their paths.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
