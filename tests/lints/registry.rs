//! The list of lints agrees with the files, and codes and names keep their form.

use crate::repository;
use netpol::diagnostic::FixKind;
use netpol::lints::ALL;

#[test]
fn codes_are_unique_and_in_order() {
    let codes: Vec<&str> = ALL.iter().map(|rule| rule.lint.code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(codes, sorted);
    assert!(codes.iter().all(|code| code.len() == 5 && code.starts_with("NP")));
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let mut names: Vec<&str> = ALL.iter().map(|rule| rule.lint.name).collect();
    assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')), "{names:?}");
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn every_lint_file_is_registered_and_named_after_its_lint() {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(repository("src/lints")).unwrap() {
        let path = entry.unwrap().path();
        let declares =
            |text: String| text.lines().any(|line| line.trim_start().starts_with("declare_lint! {"));
        if path.extension().is_some_and(|it| it == "rs") && declares(std::fs::read_to_string(&path).unwrap())
        {
            files.push(path.file_stem().unwrap().to_str().unwrap().replace('_', "-"));
        }
    }
    files.sort_unstable();
    let mut names: Vec<&str> = ALL.iter().map(|rule| rule.lint.name).collect();
    names.sort_unstable();
    assert_eq!(files, names);
}

#[test]
fn every_lint_documents_itself() {
    for lint in ALL.iter().map(|rule| rule.lint) {
        let has = |heading: &str| lint.docs.lines().any(|line| line.trim() == heading);
        assert!(
            !lint.summary().is_empty() && !lint.summary().starts_with('#'),
            "{} has no summary",
            lint.name
        );
        assert!(has("## Why"), "{} does not say why", lint.name);
        assert!(has("## Example"), "{} shows no example", lint.name);
        assert_eq!(has("## Fix"), lint.fix != FixKind::None, "{}: the section `## Fix`", lint.name);
    }
}
