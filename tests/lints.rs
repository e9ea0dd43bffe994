//! Every lint keeps what it promises: its documentation, its examples, its fixes.
//!
//! `UPDATE=1` rewrites what is generated: the pages under docs/lints and the findings in the
//! specs under tests/lints.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[path = "lints/corpus.rs"]
mod corpus;
#[path = "lints/docs.rs"]
mod docs;
#[path = "lints/examples.rs"]
mod examples;
#[path = "lints/laws.rs"]
mod laws;
#[path = "lints/markdown.rs"]
mod markdown;
#[path = "lints/registry.rs"]
mod registry;
#[path = "lints/run.rs"]
mod run;
#[path = "lints/specs.rs"]
mod specs;

use std::path::{Path, PathBuf};

/// A path in the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a generated file with what it should be, or writes it under `UPDATE=1`.
fn generated(path: &Path, want: &str) -> Result<(), String> {
    let have = std::fs::read_to_string(path).unwrap_or_default();
    if have == want {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, want).unwrap();
        return Ok(());
    }
    let line = have.lines().zip(want.lines()).take_while(|(a, b)| a == b).count() + 1;
    Err(format!("{} is out of date from line {line} on; run with UPDATE=1", path.display()))
}
