//! The invariants of ARCHITECTURE.md that a test can hold.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `folder`, with its path from the repository's root.
fn rust_files(folder: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root().join(folder)];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(!found.is_empty(), "no Rust files in {folder}");
    found
}

/// Lines of code: comments and what stands below `#[cfg(test)]` left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let tests = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    text[..tests]
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// The top module a file belongs to: `src/lints/syntax.rs` is `lints`.
fn module(file: &str) -> &str {
    file.trim_start_matches("src/").split('/').next().unwrap().trim_end_matches(".rs")
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let order: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    let rank = |name: &str| order.iter().position(|it| *it == name);
    let mut wrong = Vec::new();
    for (file, text) in rust_files("src") {
        let Some(own) = rank(module(&file)) else { continue };
        for (line, code) in code(&text) {
            for used in code.split("crate::").skip(1).filter(|_| !code.contains("$crate::")) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if rank(&name).is_some_and(|other| other > own) {
                    wrong.push(format!("{file}:{line} uses {name}, which comes later"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_does_nothing_but_compute() {
    let banned = [
        "std::fs",
        "std::env",
        "std::net::Tcp",
        "std::net::Udp",
        "std::process",
        "std::thread",
        "std::time",
        "SystemTime",
        "Instant::now",
        "LazyLock",
        "OnceLock",
        "thread_local",
        "static mut",
        "println!",
        "eprintln!",
        "HashSet",
        "RandomState",
    ];
    let mut wrong = Vec::new();
    for (file, text) in rust_files("src") {
        if file == "src/main.rs" || file == "src/cli/native.rs" || file.starts_with("src/bindings") {
            continue;
        }
        for (line, code) in code(&text) {
            for word in banned.iter().filter(|word| code.contains(*word)) {
                wrong.push(format!("{file}:{line} has {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_stands_only_in_the_bindings() {
    for (file, text) in rust_files("src") {
        let found = code(&text).any(|(_, line)| line.contains("unsafe ") || line.contains("unsafe{"));
        assert!(!found || file.starts_with("src/bindings"), "{file} has unsafe code");
    }
}

#[test]
fn floats_stand_only_where_yaml_scalars_are_read() {
    for (file, text) in rust_files("src") {
        let reads_scalars = file.starts_with("src/syntax/") || file == "src/manifest/decode.rs";
        if reads_scalars || file.starts_with("src/bindings") {
            continue;
        }
        for (line, code) in code(&text) {
            // A decoder must name the type to say that it takes none.
            let float = ["f32", "f64"].iter().any(|word| code.contains(word))
                && !code.contains("_f32")
                && !code.contains("_f64");
            assert!(!float, "{file}:{line} has a float");
        }
    }
}

#[test]
fn modules_say_what_they_are() {
    for (file, text) in rust_files("src") {
        assert!(!file.ends_with("/mod.rs"), "{file}: write foo.rs beside foo/");
        // A lint's file opens with its lint, whose documentation says it all.
        let lint = file.starts_with("src/lints/") && text.contains("declare_lint! {");
        assert!(lint || text.starts_with("//!"), "{file} does not open with a sentence on what it is");
    }
}

/// Files that earned their length.
const LONG: &[(&str, &str)] = &[];

#[test]
fn files_stay_readable() {
    for (file, text) in rust_files("src") {
        let length = code(&text).count();
        let earned = LONG.iter().any(|(name, _)| *name == file);
        assert!(length <= 500 || earned, "{file} has {length} lines of code: split it by what it does");
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let mut manifests: Vec<PathBuf> = vec![root().join("Cargo.toml"), root().join("xtask/Cargo.toml")];
    while let Some(manifest) = manifests.pop() {
        let text = std::fs::read_to_string(&manifest).unwrap();
        let mut inside = false;
        let mut before = "";
        for line in text.lines() {
            if line.starts_with('[') {
                inside = line.contains("dependencies");
            } else if inside && line.contains('=') && !line.starts_with('#') {
                assert!(
                    before.starts_with("# ") || before.contains('='),
                    "{}: `{line}` has no reason above it",
                    manifest.display()
                );
                assert!(before.starts_with("# "), "{}: `{line}` has no reason above it", manifest.display());
            }
            before = line;
        }
    }
}
