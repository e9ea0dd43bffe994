//! From paths on the command line to sources: files, directories walked, standard input.

use super::Failure;
use super::host::{Host, Stream, Trouble};
use super::ignored::Patterns;
use super::kustomize;
use super::paths::{absolute, join, parent, tidy};
use super::progress::Progress;
use crate::source::Source;
use std::collections::BTreeSet;

/// The name under which standard input is told of.
pub(super) const STDIN: &str = "<stdin>";

/// How to read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// What the configuration leaves out of walks.
    pub(super) exclude: Vec<Patterns>,
    /// The most bytes read of one file.
    pub(super) limit: u64,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// The texts.
    pub(super) sources: Vec<Source>,
    /// Files of a walk that hold no Kubernetes object of their own.
    pub(super) skipped: u32,
    /// What could not be read: one sentence each.
    pub(super) failures: Vec<String>,
}

const MANIFESTS: [&str; 3] = [".yaml", ".yml", ".json"];

/// Reads every path. What cannot be read becomes a sentence, and the rest is read all the same.
pub(super) fn read(host: &mut dyn Host, paths: &[String], reading: &Reading) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::default();
    let mut seen = BTreeSet::new();
    let mut progress = Progress::start(host);
    let cwd = host.cwd();
    for path in paths {
        let path = tidy(path, &cwd);
        if path == "-" {
            inputs.stdin(host, reading.limit, &mut seen);
            continue;
        }
        match host.stat(&path) {
            Err(why) => inputs.fail(&path, &why),
            Ok(entry) if entry.directory => {
                Walk { host, reading, cwd: &cwd, progress: &mut progress }.run(&path, &mut seen, &mut inputs);
            }
            Ok(_) if seen.insert(path.clone()) => match host.read(&path, reading.limit) {
                Ok(bytes) => inputs.add(&path, bytes),
                Err(why) => inputs.fail(&path, &why),
            },
            Ok(_) => {}
        }
    }
    progress.end(host);
    Ok(inputs)
}

impl Inputs {
    fn fail(&mut self, path: &str, why: &Trouble) {
        self.failures.push(format!("cannot read `{path}`: {why}"));
    }

    fn stdin(&mut self, host: &mut dyn Host, limit: u64, seen: &mut BTreeSet<String>) {
        if !seen.insert("-".into()) {
            return;
        }
        match host.read_stdin(limit) {
            // A pipe whose first half failed must not pass for a clean run.
            Ok(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => {
                self.failures.push("there is nothing on standard input".into());
            }
            Ok(bytes) => self.add(STDIN, bytes),
            Err(why) => self.failures.push(format!("cannot read standard input: {why}")),
        }
    }

    fn add(&mut self, path: &str, bytes: Vec<u8>) {
        match text(bytes) {
            Ok(text) => self.sources.push(Source::text(path, text)),
            Err(why) => self.failures.push(format!("cannot read `{path}`: {why}")),
        }
    }

    /// Tells what could not be read.
    pub(super) fn tell_failures(&self, host: &mut dyn Host) {
        for failure in &self.failures {
            host.print(Stream::Err, &format!("netpol: {failure}\n"));
        }
    }
}

/// Bytes as text, or why they are none.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, String> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if utf16 {
        return Err("it is UTF-16 text; save it as UTF-8".into());
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(format!("it is no text (byte {at} is zero)"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("it is not UTF-8 text (byte {at})")
    })
}

/// Whether bytes may hold a Kubernetes object: a repository is full of other YAML.
fn may_hold_object(bytes: &[u8]) -> bool {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    has(b"apiVersion") && has(b"kind")
}

/// A walk over a directory.
struct Walk<'a> {
    host: &'a mut dyn Host,
    reading: &'a Reading,
    cwd: &'a str,
    progress: &'a mut Progress,
}

/// What a walk came upon.
#[derive(Default)]
struct Found {
    files: Vec<String>,
    /// Files that kustomizations name as patches: parts of objects, to be judged by no one.
    patches: BTreeSet<String>,
    /// Whether something was left out.
    ignored: bool,
}

impl Walk<'_> {
    fn run(&mut self, root: &str, seen: &mut BTreeSet<String>, inputs: &mut Inputs) {
        let mut found = Found::default();
        self.find(root, &mut found, inputs);
        let before = (inputs.sources.len(), inputs.failures.len());
        let mut again = false;
        for path in &found.files {
            if !seen.insert(path.clone()) {
                again = true;
                continue;
            }
            if found.patches.contains(&absolute(self.cwd, path)) {
                inputs.skipped = inputs.skipped.saturating_add(1);
                continue;
            }
            self.progress.step(self.host, "reading", path);
            match self.host.read(path, self.reading.limit) {
                Ok(bytes) if !may_hold_object(&bytes) => inputs.skipped = inputs.skipped.saturating_add(1),
                Ok(bytes) => inputs.add(path, bytes),
                Err(why) => inputs.fail(path, &why),
            }
        }
        if before == (inputs.sources.len(), inputs.failures.len()) && !again {
            let what =
                if found.files.is_empty() { ".yaml, .yml or .json files" } else { "Kubernetes objects" };
            let but = if found.ignored { ", beside what is ignored" } else { "" };
            inputs.failures.push(format!("there are no {what} in `{root}`{but}"));
        }
    }

    /// The files under `root` in the order of their paths; hidden entries and what `.gitignore`
    /// files or the configuration name are left out.
    fn find(&mut self, root: &str, found: &mut Found, inputs: &mut Inputs) {
        let mut open: Vec<(String, Vec<Patterns>)> = vec![(root.to_owned(), self.above(root))];
        while let Some((directory, mut ignores)) = open.pop() {
            let mut entries = match self.host.list(&directory) {
                Ok(entries) => entries,
                Err(why) => {
                    inputs.fail(&directory, &why);
                    continue;
                }
            };
            // Sorted backwards, for the stack turns the order round.
            entries.sort_by(|a, b| b.cmp(a));
            if entries.iter().any(|entry| entry.name == ".gitignore" && !entry.directory) {
                ignores.extend(self.gitignore(&directory));
            }
            let mut files = Vec::new();
            for entry in entries {
                let path = join(&directory, &entry.name);
                if entry.name.starts_with('.') {
                    continue;
                }
                let whole = absolute(self.cwd, &path);
                if ignores.iter().rev().find_map(|it| it.matched(&whole, entry.directory)) == Some(true) {
                    found.ignored = true;
                } else if entry.directory {
                    open.push((path, ignores.clone()));
                } else {
                    if kustomize::NAMES.contains(&entry.name.as_str())
                        && let Ok(bytes) = self.host.read(&path, self.reading.limit)
                    {
                        let base = absolute(self.cwd, &directory);
                        found
                            .patches
                            .extend(kustomize::patches(&bytes).iter().map(|patch| absolute(&base, patch)));
                    }
                    if MANIFESTS.iter().any(|end| entry.name.ends_with(end)) {
                        files.push(path);
                    }
                }
            }
            found.files.extend(files.into_iter().rev());
        }
    }

    /// What the directories above `root` leave out, up to the repository's root.
    fn above(&mut self, root: &str) -> Vec<Patterns> {
        let mut above = Vec::new();
        let mut at = absolute(self.cwd, root);
        while self.host.stat(&join(&at, ".git")).is_err() {
            let Some(up) = parent(&at) else {
                // No repository: only what lies inside the walk speaks.
                above.clear();
                break;
            };
            at = up;
            above.extend(self.gitignore(&at));
        }
        above.reverse();
        // The configuration's word comes last but for the ignore files inside the walk.
        above.extend(self.reading.exclude.iter().cloned());
        above
    }

    fn gitignore(&mut self, directory: &str) -> Option<Patterns> {
        let bytes = self.host.read(&join(directory, ".gitignore"), self.reading.limit).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        Some(Patterns::read(&absolute(self.cwd, directory), text.lines()))
    }
}
