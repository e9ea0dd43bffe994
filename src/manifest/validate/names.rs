//! The syntax of names, labels and ports: apimachinery's `util/validation`, without its regular
//! expressions. Each check hands the texts of what is wrong to a function, in order.

use super::Detail;
use crate::options::Minor;
use crate::syntax::scan::fitting;
use std::borrow::Cow;

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    prefix: &'static str,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// One text in all minors.
    Same(&'static str),
    /// More than so many bytes; before 1.35 called characters.
    LongLabel(u32),
    /// More than so many characters, as they are called everywhere else.
    Long(u32),
    /// Neither a name nor a prefixed name; named differently before 1.35.
    NoKey,
}

const LABEL_KEY: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DNS_LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const EMPTY: &str = "must be non-empty";

impl Wrong {
    const fn same(text: &'static str) -> Self {
        Self { prefix: "", what: What::Same(text) }
    }

    /// The text in the words of a minor.
    pub(super) fn text(&self, minor: Minor) -> Detail {
        let prefix = self.prefix;
        Some(match self.what {
            What::Same(text) if prefix.is_empty() => Cow::Borrowed(text),
            What::Same(text) => format!("{prefix}{text}").into(),
            What::LongLabel(most) => {
                let unit = if minor < Minor::V35 { "characters" } else { "bytes" };
                format!("{prefix}must be no more than {most} {unit}").into()
            }
            What::Long(most) => format!("must be no more than {most} characters").into(),
            What::NoKey => {
                let what = if minor < Minor::V35 { "qualified name" } else { "valid label key" };
                format!(
                    "a {what} {LABEL_KEY} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
                )
                .into()
            }
        })
    }
}

/// A label's key, which is also what annotations and finalizers are named by.
pub(super) fn label_key(text: &str, mut wrong: impl FnMut(Wrong)) {
    if !is_label_key(text) {
        every_fault(text, &mut wrong);
    }
}

fn every_fault(text: &str, mut wrong: impl FnMut(Wrong)) {
    let name = match text.split_once('/') {
        None => text,
        Some((_, name)) if name.contains('/') => {
            return wrong(Wrong { prefix: "", what: What::NoKey });
        }
        Some((first, name)) => {
            let part = |what| Wrong { prefix: "prefix part ", what };
            if first.is_empty() {
                wrong(part(What::Same(EMPTY)));
            } else {
                if first.len() > 253 {
                    wrong(part(What::LongLabel(253)));
                }
                if !is_subdomain(first) {
                    wrong(part(What::Same(SUBDOMAIN)));
                }
            }
            name
        }
    };
    let part = |what| Wrong { prefix: "name part ", what };
    if name.is_empty() {
        wrong(part(What::Same(EMPTY)));
    } else if name.len() > 63 {
        wrong(part(What::LongLabel(63)));
    }
    if !is_label(name) {
        wrong(part(What::Same(LABEL_KEY)));
    }
}

/// Whether nothing is wrong with a label's key.
fn is_label_key(text: &str) -> bool {
    let name = match text.as_bytes().get(fitting(text.as_bytes(), is_inner)) {
        Some(b'/') => match text.split_once('/') {
            Some((prefix, name)) if prefix.len() <= 253 && is_subdomain(prefix) => name,
            _ => return false,
        },
        _ => text,
    };
    name.len() <= 63 && is_label(name)
}

/// A label's value.
pub(super) fn label_value(text: &str, mut wrong: impl FnMut(Wrong)) {
    if text.len() > 63 {
        wrong(Wrong { prefix: "", what: What::LongLabel(63) });
    }
    if !text.is_empty() && !is_label(text) {
        wrong(Wrong::same(LABEL_VALUE));
    }
}

/// Whether a text can be a label's value.
pub(in crate::manifest) fn is_label_value(text: &str) -> bool {
    text.len() <= 63 && (text.is_empty() || is_label(text))
}

/// The name of most objects: a DNS subdomain.
pub(super) fn subdomain(text: &str, mut wrong: impl FnMut(Wrong)) {
    if text.len() > 253 {
        wrong(Wrong { prefix: "", what: What::Long(253) });
    }
    if !is_subdomain(text) {
        wrong(Wrong::same(SUBDOMAIN));
    }
}

/// The name of a namespace: a DNS label.
pub(super) fn dns_label(text: &str, mut wrong: impl FnMut(Wrong)) {
    if text.len() > 63 {
        wrong(Wrong { prefix: "", what: What::Long(63) });
    }
    if !is_dns_label(text) {
        wrong(Wrong::same(if is_subdomain(text) { "must not contain dots" } else { DNS_LABEL }));
    }
}

/// A name that can be part of a URL; `whole` unless more is to follow.
pub(super) fn path_segment(text: &str, whole: bool, mut wrong: impl FnMut(Wrong)) {
    match text {
        "." if whole => return wrong(Wrong::same("may not be '.'")),
        ".." if whole => return wrong(Wrong::same("may not be '..'")),
        _ => {}
    }
    if text.contains('/') {
        wrong(Wrong::same("may not contain '/'"));
    }
    if text.contains('%') {
        wrong(Wrong::same("may not contain '%'"));
    }
}

/// The name of a container's port.
pub(super) fn port_name(text: &str, mut wrong: impl FnMut(Wrong)) {
    if text.len() > 15 {
        wrong(Wrong { prefix: "", what: What::Long(15) });
    }
    if text.is_empty() || !text.bytes().all(|it| is_lower(it) || it == b'-') {
        wrong(Wrong::same("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"));
    }
    if !text.bytes().any(|it| it.is_ascii_lowercase()) {
        wrong(Wrong::same("must contain at least one letter (a-z)"));
    }
    if text.contains("--") {
        wrong(Wrong::same("must not contain consecutive hyphens"));
    }
    if text.starts_with('-') || text.ends_with('-') {
        wrong(Wrong::same("must not begin or end with a hyphen"));
    }
}

fn is_lower(it: u8) -> bool {
    it.is_ascii_lowercase() || it.is_ascii_digit()
}

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`
fn is_label(text: &str) -> bool {
    let ends = |it: Option<u8>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    ends(text.bytes().next())
        && ends(text.bytes().next_back())
        && fitting(text.as_bytes(), is_inner) == text.len()
}

fn is_inner(it: u8) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.')
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
fn is_dns_label(text: &str) -> bool {
    let ends = |it: Option<u8>| it.is_some_and(is_lower);
    ends(text.bytes().next())
        && ends(text.bytes().next_back())
        && text.bytes().all(|it| is_lower(it) || it == b'-')
}

/// DNS labels with dots between them.
fn is_subdomain(text: &str) -> bool {
    let mut before = b'.';
    for byte in text.bytes() {
        let fits = match byte {
            b'-' => before != b'.',
            b'.' => is_lower(before),
            _ => is_lower(byte),
        };
        if !fits {
            return false;
        }
        before = byte;
    }
    is_lower(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(check: impl FnOnce(&mut dyn FnMut(Wrong))) -> Vec<String> {
        let mut out = Vec::new();
        check(&mut |wrong| out.extend(wrong.text(Minor::NEWEST).map(String::from)));
        out
    }

    #[test]
    fn keys_have_a_name_and_perhaps_a_prefix() {
        let key = |text: &str| texts(|wrong| label_key(text, wrong));
        for good in ["a", "A.b_c-1", "example.com/a", &"x".repeat(63)] {
            assert_eq!(key(good), [] as [&str; 0], "{good}");
        }
        assert_eq!(key("/a"), ["prefix part must be non-empty"]);
        assert_eq!(key(&"x".repeat(64)), ["name part must be no more than 63 bytes"]);
        assert_eq!(key("").len(), 2);
        assert!(key("a/b/c")[0].starts_with("a valid label key must consist"));
        assert!(key("Ex.com/a")[0].starts_with("prefix part a lowercase RFC 1123 subdomain"));
    }

    #[test]
    fn values_may_be_empty() {
        let value = |text: &str| texts(|wrong| label_value(text, wrong)).len();
        assert_eq!(["", "a", "-a", "a b", &"x".repeat(64)].map(value), [0, 0, 1, 1, 1]);
    }

    #[test]
    fn port_names_are_judged_in_every_way() {
        let name = |text: &str| texts(|wrong| port_name(text, wrong));
        assert_eq!(name("http-2"), [] as [&str; 0]);
        assert_eq!(name("80"), ["must contain at least one letter (a-z)"]);
        assert_eq!(name("-A--").len(), 4);
    }

    #[test]
    fn namespaces_have_no_dots() {
        let name = |text: &str| texts(|wrong| dns_label(text, wrong));
        assert_eq!(name("a.b"), ["must not contain dots"]);
        assert!(name("A")[0].starts_with("a lowercase RFC 1123 label"));
    }

    #[test]
    fn good_keys_are_those_with_nothing_wrong() {
        for prefix in ["", "/", "a/", "A/", "a.b/", "a./", "a/b/", &format!("{}/", "a".repeat(254))] {
            for name in ["", "a", "-a", "A_b", "a/b", "\u{e9}", &"x".repeat(63), &"x".repeat(64)] {
                let text = [prefix, name].concat();
                let mut wrong = 0;
                every_fault(&text, |_| wrong += 1);
                assert_eq!(is_label_key(&text), wrong == 0, "{text}");
            }
        }
    }

    #[test]
    fn subdomains_are_labels_with_dots_between() {
        let parts = ["", "a", "0", "-", ".", "A", "a-", "-a", "a-b", "\u{e9}"];
        for first in parts {
            for second in parts {
                for third in parts {
                    let text = [first, second, third].concat();
                    assert_eq!(is_subdomain(&text), text.split('.').all(is_dns_label), "{text}");
                }
            }
        }
    }

    #[test]
    fn older_minors_count_characters() {
        let mut seen = Vec::new();
        label_value(&"x".repeat(64), |wrong| seen.extend(Minor::ALL.map(|it| wrong.text(it).unwrap())));
        let old = "must be no more than 63 characters";
        let new = "must be no more than 63 bytes";
        assert_eq!(seen, [old, old, new, new, new]);
    }
}
