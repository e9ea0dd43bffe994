//! Writing to a disk that will not have it: nothing is lost, and the reason is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(all(feature = "cli", unix))]

use netpol::cli::{Host, Native, Trouble};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const POLICY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec:\n  podSelector: {}\n";

/// An empty directory of that name.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-disk").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let place = scratch("changed");
    let file = place.join("a.yaml");
    fs::write(&file, "someone else's").unwrap();
    let replaced = Native.replace(file.to_str().unwrap(), b"as it was read", b"repaired");
    assert_eq!(replaced, Err(Trouble::Changed));
    assert_eq!(fs::read_to_string(&file).unwrap(), "someone else's");
    assert_eq!(names(&place), ["a.yaml"]);
}

#[test]
fn a_full_disk_costs_nothing() {
    let place = scratch("full");
    let mount = |arguments: &[&str]| Command::new("mount").args(arguments).arg(&place).output();
    if !mount(&["-t", "tmpfs", "-o", "size=16k", "tmpfs"]).is_ok_and(|it| it.status.success()) {
        eprintln!("skipped: a tmpfs can be mounted by root alone");
        return;
    }
    let file = place.join("a.yaml");
    fs::write(&file, POLICY).unwrap();
    // Writes until the device is full.
    let _ = fs::write(place.join("fill"), vec![0; 1 << 16]);
    let output = Command::new(env!("CARGO_BIN_EXE_netpol"))
        .args(["check", "--no-config", "--only", "implied-policy-types", "--fix"])
        .arg(&file)
        .output()
        .unwrap();
    let (left, text) = (names(&place), fs::read_to_string(&file).unwrap());
    assert!(Command::new("umount").arg(&place).status().unwrap().success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("no space left on the device; it is as it was"), "{told}");
    assert_eq!(
        (output.status.code(), left, text.as_str()),
        (Some(2), vec!["a.yaml".into(), "fill".into()], POLICY)
    );
}
