//! Every `netpol` command that the documentation shows is run, and every link in it leads somewhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README and everything under docs, generated pages included.
fn pages() -> Vec<PathBuf> {
    let names = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "pkg/README.md"];
    let mut found: Vec<PathBuf> = names.iter().map(|name| root().join(name)).collect();
    let mut open = vec![root().join("docs")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The lines of ```` ```sh ```` fences. A fence marked `sh,example` shows a setting that is not at
/// hand here (a cluster, an engine) and is not run.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(info) = line.trim_start().strip_prefix("```") {
            inside = !inside && info.trim() == "sh";
        } else if inside {
            found.push(line.split(" #").next().unwrap().trim().to_owned());
        }
    }
    found
}

#[test]
fn every_netpol_command_runs() {
    let mut run = 0;
    for page in pages() {
        for line in commands(&std::fs::read_to_string(&page).unwrap()) {
            let Some(arguments) = line.strip_prefix("netpol ") else { continue };
            // A pipe needs a shell; none of the pages should need one to make its point.
            assert!(!arguments.contains(['|', '>']), "{}: `{line}` needs a shell", page.display());
            let answer = Command::new(env!("CARGO_BIN_EXE_netpol"))
                .args(arguments.split_whitespace())
                .current_dir(root())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&answer.stderr);
            assert!(matches!(answer.status.code(), Some(0 | 1)), "{}: `{line}`: {said}", page.display());
            run += 1;
        }
    }
    assert!(run > 0);
}

/// The lines of CI recipes that run netpol from npm: the program must know their flags.
#[test]
fn every_recipe_runs() {
    let page = std::fs::read_to_string(root().join("pkg/README.md")).unwrap();
    let mut run = 0;
    for line in page.lines().filter(|line| line.contains("npx --yes netpol ")) {
        let arguments = line.split("npx --yes netpol ").nth(1).unwrap().split(" >").next().unwrap();
        let answer = Command::new(env!("CARGO_BIN_EXE_netpol"))
            .args(arguments.split_whitespace())
            .current_dir(root())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&answer.stderr);
        assert!(matches!(answer.status.code(), Some(0 | 1)), "`{line}`: {said}");
        let report: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
        assert!(report.is_object() || report.is_array(), "`{line}` prints no report");
        run += 1;
    }
    assert!(run >= 2, "the recipes for GitHub and GitLab are not there");
}

#[test]
fn every_xtask_command_exists() {
    let xtask = std::fs::read_to_string(root().join("xtask/src/main.rs")).unwrap();
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for rest in text.split("cargo xtask ").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            let known = name.is_empty() || xtask.contains(&format!("(\"{name}\""));
            assert!(known, "{}: there is no `cargo xtask {name}`", page.display());
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for rest in text.split("](").skip(1) {
            let target = rest.split([')', '#']).next().unwrap();
            if target.is_empty() || target.contains("://") || target.contains(' ') {
                continue;
            }
            let path = page.parent().unwrap().join(target);
            assert!(path.exists(), "{}: the link to {target} leads nowhere", page.display());
        }
    }
}
