//! From paths on the command line to sources: files, directories walked, standard input.

use super::Failure;
use super::host::{Host, Stream};
use crate::source::Source;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::BTreeSet;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// The texts.
    pub(super) sources: Vec<Source>,
    /// Files of a walk that hold no Kubernetes object.
    pub(super) skipped: u32,
    /// What could not be read: one sentence each.
    pub(super) failures: Vec<String>,
}

const MANIFESTS: [&str; 3] = [".yaml", ".yml", ".json"];

/// Reads every path. What cannot be read becomes a sentence, and the rest is read all the same.
pub(super) fn read(host: &mut dyn Host, paths: &[String]) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        let path = tidy(path);
        if path == "-" {
            let bytes =
                host.read_stdin().map_err(|why| Failure(format!("cannot read standard input: {why}")))?;
            inputs.add("<stdin>", bytes, true);
            continue;
        }
        match host.stat(&path) {
            None => inputs.failures.push(format!("cannot read `{path}`: no such file or directory")),
            Some(entry) if entry.directory => walk(host, &path, &mut seen, &mut inputs),
            Some(_) if seen.insert(path.clone()) => match host.read(&path) {
                Ok(bytes) => inputs.add(&path, bytes, true),
                Err(why) => inputs.failures.push(format!("cannot read `{path}`: {why}")),
            },
            Some(_) => {}
        }
    }
    Ok(inputs)
}

impl Inputs {
    /// Takes a file's bytes. A file that a walk came upon and that cannot hold an object is only
    /// counted: a repository is full of other YAML.
    fn add(&mut self, path: &str, bytes: Vec<u8>, named: bool) {
        let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
        if !named && !(has(b"apiVersion") && has(b"kind")) {
            self.skipped = self.skipped.saturating_add(1);
            return;
        }
        match String::from_utf8(bytes) {
            Ok(text) => self.sources.push(Source::text(path, text)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                self.failures.push(format!("cannot read `{path}`: it is not UTF-8 text (byte {at})"));
            }
        }
    }

    /// Tells what could not be read.
    pub(super) fn tell_failures(&self, host: &mut dyn Host) {
        for failure in &self.failures {
            host.print(Stream::Err, &format!("netpol: {failure}\n"));
        }
    }
}

/// Walks a directory by name, hidden entries and what `.gitignore` files name left out.
fn walk(host: &mut dyn Host, root: &str, seen: &mut BTreeSet<String>, inputs: &mut Inputs) {
    let before = (inputs.sources.len(), inputs.failures.len());
    let mut found = 0_u32;
    let mut open: Vec<(String, Vec<Gitignore>)> = vec![(root.to_owned(), Vec::new())];
    while let Some((directory, mut ignores)) = open.pop() {
        let mut entries = match host.list(&directory) {
            Ok(entries) => entries,
            Err(why) => {
                inputs.failures.push(format!("cannot read `{directory}`: {why}"));
                continue;
            }
        };
        // Sorted backwards, for the stack turns the order round.
        entries.sort_by(|a, b| b.cmp(a));
        if entries.iter().any(|entry| entry.name == ".gitignore" && !entry.directory) {
            ignores.extend(gitignore(host, &directory));
        }
        let mut files = Vec::new();
        for entry in entries {
            let path = join(&directory, &entry.name);
            let ignored =
                ignores.iter().rev().map(|it| it.matched(&path, entry.directory)).find(|it| !it.is_none());
            if entry.name.starts_with('.') || ignored.is_some_and(|it| it.is_ignore()) {
                continue;
            }
            if entry.directory {
                open.push((path, ignores.clone()));
            } else if MANIFESTS.iter().any(|end| entry.name.ends_with(end)) {
                files.push(path);
            }
        }
        for path in files.into_iter().rev() {
            found += 1;
            if !seen.insert(path.clone()) {
                continue;
            }
            match host.read(&path) {
                Ok(bytes) => inputs.add(&path, bytes, false),
                Err(why) => inputs.failures.push(format!("cannot read `{path}`: {why}")),
            }
        }
    }
    if before == (inputs.sources.len(), inputs.failures.len())
        && !seen.iter().any(|path| path.starts_with(root))
    {
        let what = if found == 0 { "no .yaml, .yml or .json files" } else { "no Kubernetes objects" };
        inputs.failures.push(format!("there are {what} in `{root}`"));
    } else if before.0 == inputs.sources.len()
        && before.1 == inputs.failures.len()
        && inputs.sources.is_empty()
    {
        inputs.failures.push(format!("there are no Kubernetes objects in `{root}`"));
    }
}

fn gitignore(host: &mut dyn Host, directory: &str) -> Option<Gitignore> {
    let bytes = host.read(&join(directory, ".gitignore")).ok()?;
    let mut builder = GitignoreBuilder::new(directory);
    for line in String::from_utf8_lossy(&bytes).lines() {
        // A line that is no pattern is skipped, as git does.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok()
}

fn join(directory: &str, name: &str) -> String {
    match directory {
        "." => name.to_owned(),
        "/" => format!("/{name}"),
        _ => format!("{directory}/{name}"),
    }
}

/// `./a//b/` is `a/b`: one name for one file, however it was typed.
fn tidy(path: &str) -> String {
    let path = path.replace('\\', "/");
    let absolute = path.starts_with('/');
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".into(),
        (false, false) => parts.join("/"),
    }
}
