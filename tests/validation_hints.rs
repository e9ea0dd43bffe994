//! Our own advice: each mistake that people make has a hint, and the first fix offered makes the
//! server accept the object.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use netpol::diagnostic::{Applicability, Fix};
use netpol::manifest::{Finding, FindingKind, Manifests, read};
use netpol::options::Options;
use netpol::source::Source;
use netpol::syntax::edit::{Operation, apply, render_all};

fn judged(text: &str) -> Manifests {
    read(&[Source::text("a.yaml", text)], &[], &Options::default())
}

fn invalid(manifests: &Manifests) -> Vec<&Finding> {
    manifests.findings.iter().filter(|it| it.kind == FindingKind::Invalid).collect()
}

fn fixed(text: &str, manifests: &Manifests, fix: &Fix) -> String {
    rendered(text, manifests, fix).unwrap_or_else(|| panic!("`{}` cannot be rendered for\n{text}", fix.title))
}

/// None where the text has something that no edit touches, such as a tag or an alias.
fn rendered(text: &str, manifests: &Manifests, fix: &Fix) -> Option<String> {
    let operations: Vec<Operation> = fix.steps.iter().filter_map(Operation::of).collect();
    let tree = &manifests.files[0].parsed.tree;
    let edits = render_all(text, tree, manifests.objects[0].root, &operations)?;
    Some(apply(text, &edits).unwrap())
}

fn policy(spec: &str) -> String {
    let spec = spec.replace('\n', "\n  ");
    format!("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\nspec:\n  {spec}\n")
}

/// A mistake in a spec, what the first fix makes of it, and whether that fix is safe.
const MISTAKES: [(&str, &str, bool); 31] = [
    // Misspelt.
    ("policyType: [Ingress]", "policyTypes: [Ingress]", true),
    ("policyType: Egress", "policyTypes:\n- Egress", true),
    ("Egress: [{}]", "egress: [{}]", true),
    ("podSelector:\n  matchLabel:\n    a: b", "podSelector:\n  matchLabels:\n    a: b", true),
    ("podSelector:\n  matchlabels: {a: b}", "podSelector:\n  matchLabels: {a: b}", true),
    // Misplaced.
    (
        "egress:\n- to:\n  - podSelector: {}\n    ports:\n    - port: 53",
        "egress:\n- to:\n  - podSelector: {}\n  ports:\n  - port: 53",
        true,
    ),
    (
        "egress:\n- to:\n  - podSelector: {}\n  - ports:\n    - port: 53",
        "egress:\n- to:\n  - podSelector: {}\n  ports:\n  - port: 53",
        false,
    ),
    (
        "ingress:\n- namespaceSelector: {}\n  podSelector: {}",
        "ingress:\n- from:\n  - namespaceSelector: {}\n    podSelector: {}",
        true,
    ),
    ("ingress:\n- to:\n  - podSelector: {}", "ingress:\n- from:\n  - podSelector: {}", false),
    (
        "ingress:\n- from:\n  - cidr: 10.0.0.0/8",
        "ingress:\n- from:\n  - ipBlock:\n      cidr: 10.0.0.0/8",
        true,
    ),
    ("ingress:\n- port: 80", "ingress:\n- ports:\n  - port: 80", true),
    ("ingress:\n- ports:\n  - name: web\n    port: 80", "ingress:\n- ports:\n  - port: 80", true),
    ("podSelector:\n  app: x", "podSelector:\n  matchLabels:\n    app: x", true),
    (
        "ingress:\n- from:\n  - namespaceSelector:\n      name: x",
        "ingress:\n- from:\n  - namespaceSelector:\n      matchLabels:\n        kubernetes.io/metadata.name: x",
        false,
    ),
    ("matchLabels:\n  a: b", "podSelector:\n  matchLabels:\n    a: b", true),
    // The wrong type.
    ("policyTypes: Ingress", "policyTypes:\n- Ingress", true),
    ("ingress:\n  from:\n  - podSelector: {}", "ingress:\n- from:\n  - podSelector: {}", true),
    ("podSelector:\n  matchLabels:\n  - a: b", "podSelector:\n  matchLabels:\n    a: b", true),
    ("ingress:\n- ports: [{port: 1, endPort: '2'}]", "ingress:\n- ports: [{port: 1, endPort: 2}]", true),
    // A rule broken.
    ("ingress:\n- ports: [{port: '80'}]", "ingress:\n- ports: [{port: 80}]", true),
    (
        "ingress:\n- ports:\n  - port: 8000-8010",
        "ingress:\n- ports:\n  - port: 8000\n    endPort: 8010",
        true,
    ),
    ("ingress:\n- ports: [{protocol: tcp}]", "ingress:\n- ports: [{protocol: TCP}]", true),
    ("policyTypes: [ingress]", "policyTypes: [Ingress]", true),
    ("policyTypes: ['Ingress, Egress']", "policyTypes: [Ingress, Egress]", true),
    (
        "podSelector:\n  matchExpressions: [{key: a, operator: Equals, values: [b]}]",
        "podSelector:\n  matchExpressions: [{key: a, operator: In, values: [b]}]",
        true,
    ),
    (
        "ingress:\n- from:\n  - ipBlock: {cidr: 203.0.113.5}",
        "ingress:\n- from:\n  - ipBlock: {cidr: 203.0.113.5/32}",
        true,
    ),
    (
        "ingress:\n- from:\n  - ipBlock: {cidr: 203.0.113.5/24}",
        "ingress:\n- from:\n  - ipBlock: {cidr: 203.0.113.0/24}",
        true,
    ),
    (
        "ingress:\n- from:\n  - ipBlock: {cidr: 10.00.0.0/8}",
        "ingress:\n- from:\n  - ipBlock: {cidr: 10.0.0.0/8}",
        true,
    ),
    ("ingress:\n- ports: [{port: 90, endPort: 80}]", "ingress:\n- ports: [{port: 80, endPort: 90}]", false),
    ("ingress:\n- from:\n  - podSelector:", "ingress:\n- from:\n  - podSelector: {}", false),
    (
        "ingress:\n- from:\n  - podSelector: {}\n    ipBlock:\n      cidr: 10.0.0.0/8",
        "ingress:\n- from:\n  - podSelector: {}\n  - ipBlock:\n      cidr: 10.0.0.0/8",
        false,
    ),
];

#[test]
fn the_first_fix_makes_the_server_accept_the_object() {
    for (wrong, right, safe) in MISTAKES {
        let text = policy(wrong);
        let manifests = judged(&text);
        let finding = *invalid(&manifests).first().unwrap_or_else(|| panic!("nothing found in\n{text}"));
        assert!(finding.help.is_some(), "no help for {}", finding.message);
        let fix = finding.fixes.first().unwrap_or_else(|| panic!("no fix for {}", finding.message));
        assert_eq!(fixed(&text, &manifests, fix), policy(right), "{}", fix.title);
        assert_eq!(fix.applicability == Applicability::Safe, safe, "{}", fix.title);
        let left = judged(&policy(right));
        assert_eq!(invalid(&left), [] as [&Finding; 0], "after {}", fix.title);
    }
}

#[test]
fn every_fix_removes_its_finding() {
    for (wrong, ..) in MISTAKES {
        let text = policy(wrong);
        let manifests = judged(&text);
        for finding in invalid(&manifests) {
            for fix in &finding.fixes {
                let after = judged(&fixed(&text, &manifests, fix));
                let left: Vec<&str> = invalid(&after).iter().map(|it| it.message.as_str()).collect();
                assert!(!left.contains(&finding.message.as_str()), "{} leaves {left:?}", fix.title);
            }
        }
    }
}

/// The same of every fix offered anywhere in the shared mutations.
#[test]
fn fixes_of_the_mutations_remove_their_findings() {
    let Some(folder) = std::env::var_os("NETPOL_DATA") else {
        println!("skipped: NETPOL_DATA is not set");
        return;
    };
    let folder = std::path::Path::new(&folder).join("validation/np");
    let mut offered = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let manifests = judged(&text);
        for finding in &manifests.findings {
            for fix in &finding.fixes {
                let Some(fixed) = rendered(&text, &manifests, fix) else { continue };
                offered += 1;
                let after = judged(&fixed);
                let told = after.findings.iter().any(|it| it.message == finding.message);
                assert!(!told, "{}: {}", fix.title, finding.message);
            }
        }
    }
    assert!(offered > 100, "only {offered} fixes");
}

#[test]
fn a_removed_version_is_replaced() {
    let text = policy("podSelector: {}").replace("networking.k8s.io/v1", "extensions/v1beta1");
    let manifests = judged(&text);
    let fix = &invalid(&manifests)[0].fixes[0];
    assert_eq!(fixed(&text, &manifests, fix), policy("podSelector: {}"));
}

#[test]
fn a_field_without_a_near_name_is_told_what_there_is() {
    let text = policy("ingress:\n- from:\n  - podSelector: {}\n    dnsName: x");
    let manifests = judged(&text);
    let help = invalid(&manifests)[0].help.clone().unwrap();
    assert!(help.ends_with("has `podSelector`, `namespaceSelector` and `ipBlock`"), "{help}");
}
