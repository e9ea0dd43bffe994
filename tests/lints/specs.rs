//! The literate specs: Markdown files beside this one. Each YAML block is checked and the
//! `findings` block after it holds what is found; a JSON block before it gives options. A file
//! named after a lint tells of that lint alone, any other of all.

use crate::markdown::{Fence, fences};
use crate::run::{check, findings, fixes, line, text};
use crate::{generated, repository};
use netpol::lints;
use serde_json::{Value, json};

#[test]
fn every_case_is_found_as_written() {
    let mut wrong = Vec::new();
    let mut cases = 0;
    for entry in std::fs::read_dir(repository("tests/lints")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "md") {
            continue;
        }
        let spec = std::fs::read_to_string(&path).unwrap();
        let (told, count) = retell(path.file_stem().unwrap().to_str().unwrap(), &spec);
        cases += count;
        wrong.extend(generated(&path, &told).err());
    }
    assert!(cases > 0, "there are no cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The spec with every `findings` block holding what is found now, and the number of its cases.
fn retell(name: &str, spec: &str) -> (String, usize) {
    let lint = lints::find(name).map(|lint| lint.name);
    let mut lines: Vec<String> = Vec::new();
    let source: Vec<&str> = spec.lines().collect();
    let mut copied = 0;
    let (mut options, mut found, mut cases) = (json!({}), None, 0);
    for fence in fences(spec) {
        match fence.info.as_str() {
            "json" => options = serde_json::from_str(&fence.text).unwrap(),
            "yaml" => found = Some(judge(lint, &fence, &std::mem::replace(&mut options, json!({})))),
            "findings" => {
                lines.extend(source[copied..fence.first_line].iter().map(ToString::to_string));
                lines.extend(found.take().unwrap_or_else(|| panic!("{name}: findings without a case")));
                copied = fence.first_line + fence.text.lines().count();
                cases += 1;
            }
            other => panic!("{name}: a block is `{other}`, expected `json`, `yaml` or `findings`"),
        }
    }
    assert!(found.is_none(), "{name}: the last case has no block of findings");
    lines.extend(source[copied..].iter().map(ToString::to_string));
    (lines.join("\n") + "\n", cases)
}

fn judge(lint: Option<&str>, case: &Fence, options: &Value) -> Vec<String> {
    let report = check("case.yaml", &case.text, options);
    let told = |it: &&Value| lint.is_none_or(|lint| text(it, "lint") == lint);
    findings(&report).iter().filter(told).flat_map(|it| [vec![line(it)], fixes(it)].concat()).collect()
}
