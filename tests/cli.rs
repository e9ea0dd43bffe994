//! Transcripts: command lines with what they print and how they end, run through the real program.
//!
//! Each `tests/cli/*.md` is one case. A fence whose info is a language and a name writes a file
//! (`bytes` reads `\xff`, `\0` and `\n`); a fence of four backticks and `console` holds shell
//! lines after `$ `, what they print, standard error after `! `, and `? 2` for an exit code that
//! is not 0. `UPDATE=1` writes what the native program says. The same transcripts run through
//! the npm package in the JavaScript runtime that `NETPOL_NPM` names (`node`, `bun`,
//! `deno run -A`): both must say the same, byte for byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "cli")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// How the program is started.
struct Door {
    name: &'static str,
    /// A directory that holds the program as `netpol`.
    bin: PathBuf,
}

#[test]
fn the_native_program() {
    let bin = scratch("bin-native");
    link(Path::new(env!("CARGO_BIN_EXE_netpol")), &bin.join("netpol"));
    transcripts(&Door { name: "native", bin }, env::var_os("UPDATE").is_some());
}

#[test]
fn the_npm_package() {
    let Some(runtime) = env::var("NETPOL_NPM").ok() else {
        eprintln!("skipped: NETPOL_NPM is not set; `cargo xtask test` sets it once the package is built");
        return;
    };
    let bin = scratch("bin-npm");
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg/bin/netpol.js");
    let script = format!("#!/bin/sh\nexec {runtime} {} \"$@\"\n", package.display());
    fs::write(bin.join("netpol"), script).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(bin.join("netpol")).status().unwrap().success());
    transcripts(&Door { name: "npm", bin }, false);
}

fn transcripts(door: &Door, update: bool) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut cases: Vec<PathBuf> = fs::read_dir(&directory).unwrap().map(|it| it.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|it| it == "md"));
    cases.sort();
    let (mut lines, mut wrong) = (0, Vec::new());
    for path in &cases {
        let expected = fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy();
        let (actual, count) = replay(&expected, door, &name);
        lines += count;
        if actual == expected {
            continue;
        }
        if update {
            fs::write(path, &actual).unwrap();
        } else {
            wrong.push(format!("{}\n{}", path.display(), difference(&expected, &actual)));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 rewrites these transcripts:\n{}", wrong.join("\n"));
    assert!(lines >= 40, "only {lines} command lines");
}

/// A case with what its command lines print now, and how many there are.
fn replay(case: &str, door: &Door, name: &str) -> (String, usize) {
    let place = scratch(&format!("{}-{name}", door.name));
    // The root of a repository: no configuration of the machine above it counts.
    fs::create_dir(place.join(".git")).unwrap();
    let mut out = String::new();
    let mut commands = 0;
    let mut lines = case.split_inclusive('\n');
    while let Some(line) = lines.next() {
        out.push_str(line);
        let ticks = line.chars().take_while(|c| *c == '`').count();
        if ticks < 3 {
            continue;
        }
        let (fence, info) = line.trim_end().split_at(ticks);
        let body: Vec<&str> = lines.by_ref().take_while(|line| line.trim_end() != fence).collect();
        if info == "console" {
            for command in body.iter().filter_map(|line| line.strip_prefix("$ ")) {
                commands += 1;
                out.push_str(&run(command.trim_end(), door, &place));
            }
        } else {
            write_file(&place, info, &body.concat());
            out.push_str(&body.concat());
        }
        out.push_str(fence);
        out.push('\n');
    }
    (out, commands)
}

fn write_file(place: &Path, info: &str, text: &str) {
    let (kind, name) = info.split_once(' ').expect("a fence names its file");
    let path = place.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let bytes = if kind == "bytes" { unescape(text.trim_end()) } else { text.as_bytes().to_vec() };
    fs::write(path, bytes).unwrap();
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let escape = if c == '\\' { chars.next() } else { None };
        match escape {
            Some('x') => {
                let hex: String = chars.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            Some('0') => bytes.push(0),
            Some('n') => bytes.push(b'\n'),
            Some('r') => bytes.push(b'\r'),
            Some(other) => panic!("no escape `\\{other}`"),
            None => bytes.extend(c.to_string().bytes()),
        }
    }
    bytes
}

/// One command line with what it prints.
fn run(command: &str, door: &Door, place: &Path) -> String {
    let path = format!("{}:{}", door.bin.display(), env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(place)
        .env("PATH", path)
        .env_remove("NO_COLOR")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut text = format!("$ {command}\n");
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        writeln!(text, "{line}").unwrap();
    }
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        writeln!(text, "{}", format!("! {line}").trim_end()).unwrap();
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => writeln!(text, "? {code}").unwrap(),
        None => writeln!(text, "? killed").unwrap(),
    }
    text
}

/// An empty directory of that name.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn link(program: &Path, name: &Path) {
    std::os::unix::fs::symlink(program, name).unwrap();
}

/// The first lines that differ.
fn difference(expected: &str, actual: &str) -> String {
    let (expected, actual): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let at = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let show =
        |lines: &[&str]| lines.iter().skip(at).take(12).map(|it| format!("    {it}\n")).collect::<String>();
    format!("line {}, expected:\n{}got:\n{}", at + 1, show(&expected), show(&actual))
}
