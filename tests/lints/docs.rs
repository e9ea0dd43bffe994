//! The pages under docs/lints are what `netpol explain` says.

use crate::{generated, repository};
use netpol::diagnostic::FixKind;
use netpol::lints::ALL;
use netpol::report::explain;
use std::fmt::Write;

#[test]
fn pages_are_up_to_date() {
    let mut wrong = Vec::new();
    for rule in ALL {
        let page = explain(rule.lint.name).unwrap().text;
        wrong.extend(generated(&repository(&format!("docs/lints/{}.md", rule.lint.name)), &page).err());
    }
    wrong.extend(generated(&repository("docs/lints/README.md"), &index()).err());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_page_is_left_behind() {
    for entry in std::fs::read_dir(repository("docs/lints")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = ["README.md", "corpus.md"].contains(&name.as_str())
            || ALL.iter().any(|rule| name == format!("{}.md", rule.lint.name));
        assert!(known, "docs/lints/{name} belongs to no lint");
    }
}

fn index() -> String {
    let mut text = String::from(
        "# Lints\n\nWhat `netpol check` finds. `netpol explain <lint>` prints the same pages.\n\n\
         | code | lint | severity | fix | finds |\n|---|---|---|---|---|\n",
    );
    for lint in ALL.iter().map(|rule| rule.lint) {
        let fix = match lint.fix {
            FixKind::None => "",
            FixKind::Safe => "safe",
            FixKind::Unsafe => "unsafe",
            FixKind::Mixed => "safe or unsafe",
        };
        let summary = lint.summary().split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        let (code, name, severity) = (lint.code, lint.name, lint.severity.name());
        writeln!(text, "| {code} | [{name}]({name}.md) | {severity} | {fix} | {summary} |").unwrap();
    }
    text
}
