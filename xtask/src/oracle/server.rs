//! Builds and asks the Go program of `tests/oracle`, one build for each Kubernetes minor.
//!
//! Takes a minor and questions; gives one answer for each question. Knows nothing of netpol.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The minors the oracle is built for, and the release that stands for each.
pub const RELEASES: [(&str, &str); 5] =
    [("1.33", "1.33.13"), ("1.34", "1.34.10"), ("1.35", "1.35.8"), ("1.36", "1.36.2"), ("1.37", "1.37.2")];

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Builds the oracle for a minor; gives the path of the program.
pub fn build(minor: &str) -> Result<PathBuf, String> {
    let release = RELEASES
        .into_iter()
        .find_map(|(it, release)| (it == minor).then_some(release))
        .ok_or_else(|| format!("no oracle for Kubernetes `{minor}`"))?;
    let folder = root().join("target/oracle").join(minor);
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    write(&folder.join("go.mod"), &go_mod(release, &folder)?)?;
    let source = root().join("tests/oracle/main.go");
    let text = fs::read_to_string(&source).map_err(|e| format!("{}: {e}", source.display()))?;
    write(&folder.join("main.go"), &text)?;
    let built = go(&folder).args(["build", "-o", "oracle", "."]).status().map_err(no_go)?;
    if built.success() {
        Ok(folder.join("oracle"))
    } else {
        Err(format!("the oracle for {minor} does not build"))
    }
}

/// Asks every question; gives the answers in the same order.
pub fn ask(program: &Path, flags: &[&str], questions: &[Value]) -> Result<Vec<Value>, String> {
    let mut child = Command::new(program)
        .args(flags)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    let stdin = child.stdin.take().ok_or("the oracle has no stdin")?;
    let stdout = child.stdout.take().ok_or("the oracle has no stdout")?;
    let answers = std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut stdin = BufWriter::new(stdin);
            for question in questions {
                // A program that died is noticed by its missing answers.
                if writeln!(stdin, "{question}").is_err() {
                    break;
                }
            }
        });
        BufReader::new(stdout)
            .lines()
            .map(|line| {
                let line = line.map_err(|e| e.to_string())?;
                serde_json::from_str(&line).map_err(|e| format!("the oracle said `{line}`: {e}"))
            })
            .collect::<Result<Vec<Value>, String>>()
    })?;
    let status = child.wait().map_err(|e| e.to_string())?;
    if !status.success() || answers.len() != questions.len() {
        return Err(format!(
            "the oracle answered {} of {} questions ({status})",
            answers.len(),
            questions.len()
        ));
    }
    Ok(answers)
}

/// A module on one release of Kubernetes. Its own go.mod replaces the staging modules by folders
/// that the module proxy does not serve; here each is replaced by its published twin.
fn go_mod(release: &str, folder: &Path) -> Result<String, String> {
    write(&folder.join("go.mod"), "module oracle\n")?;
    let out = go(folder)
        .args(["mod", "download", "-json", &format!("k8s.io/kubernetes@v{release}")])
        .output()
        .map_err(no_go)?;
    let found: Value = serde_json::from_slice(&out.stdout).unwrap_or_default();
    let path = found["GoMod"].as_str().ok_or_else(|| {
        format!("cannot download Kubernetes {release}: {}", String::from_utf8_lossy(&out.stderr))
    })?;
    let upstream = fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
    let staging = release.replacen("1.", "v0.", 1);
    // The language version and the runtime settings decide details (time and number parsing).
    let mut text = String::from("module oracle\n\n");
    for line in upstream.lines().filter(|it| it.starts_with("go ") || it.starts_with("godebug ")) {
        text.push_str(&format!("{line}\n\n"));
    }
    text.push_str(&format!("require k8s.io/kubernetes v{release}\n\nreplace (\n"));
    for line in upstream.lines() {
        if let Some((module, _)) = line.trim().split_once(" => ./staging/") {
            text.push_str(&format!("\t{module} => {module} {staging}\n"));
        }
    }
    text.push_str(")\n");
    Ok(text)
}

fn go(folder: &Path) -> Command {
    let mut command = Command::new("go");
    // -mod=mod lets the build complete go.mod and go.sum, which are generated and not kept.
    command.current_dir(folder).env("GOFLAGS", "-mod=mod -trimpath -buildvcs=false");
    command
}

fn no_go(error: std::io::Error) -> String {
    format!("cannot run `go`: {error}")
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}
