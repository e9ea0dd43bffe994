//! The examples in the documentation are run: one that must be found, one that must not.

use crate::markdown::fences;
use crate::run::{check, findings, line, text};
use netpol::lints::ALL;
use serde_json::json;

#[test]
fn what_an_example_shows_is_found() {
    for lint in ALL.iter().map(|rule| rule.lint) {
        let examples: Vec<_> = fences(lint.docs).into_iter().filter(|it| it.info == "yaml,finds").collect();
        assert!(!examples.is_empty(), "{} has no example that must be found", lint.name);
        for example in examples {
            let report = check("example.yaml", &example.text, &json!({}));
            let found = findings(&report).iter().any(|it| text(it, "lint") == lint.name);
            assert!(found, "{} does not find its example:\n{}", lint.name, example.text);
        }
    }
}

#[test]
fn what_to_use_instead_is_clean() {
    for lint in ALL.iter().map(|rule| rule.lint) {
        let examples: Vec<_> = fences(lint.docs).into_iter().filter(|it| it.info == "yaml,clean").collect();
        assert!(!examples.is_empty(), "{} does not show what to use instead", lint.name);
        for example in examples {
            let report = check("example.yaml", &example.text, &json!({}));
            let wrong =
                |it: &&serde_json::Value| text(it, "lint") == lint.name || text(it, "severity") != "info";
            let found: Vec<String> = findings(&report).iter().filter(wrong).map(line).collect();
            assert!(found.is_empty(), "{}: its clean example yields {found:#?}\n{}", lint.name, example.text);
        }
    }
}
