//! Rego's spelling of values to JSON text. OPA's own engine sends input and data as Rego text,
//! which is JSON but for Go's escapes inside strings (`\a`, `\v`, `\x7f`, `\U0001f600`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::syntax::scan::has;
use serde_json::value::RawValue;

/// What is shorter is read as it is: even an empty bundle's name and manifest are longer.
const LARGE: usize = 100;

/// The text as JSON; bytes that are not text become U+FFFD. No text at all is `null`.
pub(super) fn json(written: &[u8]) -> Cow<'_, str> {
    let text = crate::bindings::text(written);
    if text.is_empty() {
        return Cow::Borrowed("null");
    }
    // One byte is found fastest, and most input does without it.
    if !has(&text, b'\\') {
        return text;
    }
    if !text.contains(r"\a") && !text.contains(r"\v") && !text.contains(r"\x") && !text.contains(r"\U") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        match next {
            '\\' => escape(&mut rest, &mut out),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

/// The text of stored data without OPA's own part of it, if it has one. There it keeps every bundle
/// that it has loaded, this module's bytes among them, which would be read again by each
/// evaluation.
pub(super) fn without_system(written: &[u8]) -> Option<String> {
    if written.len() < LARGE {
        return None;
    }
    let text = json(written);
    let mut parts: BTreeMap<&str, &RawValue> = serde_json::from_str(&text).ok()?;
    parts.remove("system")?;
    serde_json::to_string(&parts).ok()
}

/// Copies one escape, after its backslash, as JSON writes it.
fn escape(rest: &mut std::str::Chars<'_>, out: &mut String) {
    match rest.next() {
        Some('a') => out.push_str("\\u0007"),
        Some('v') => out.push_str("\\u000b"),
        Some('x') => match code(rest, 2) {
            Some(byte @ 0..0x80) => out.push_str(&format!("\\u{byte:04x}")),
            // Go writes a byte that is not text like this.
            _ => out.push('\u{fffd}'),
        },
        Some('U') => out.push(code(rest, 8).and_then(char::from_u32).unwrap_or('\u{fffd}')),
        Some(other) => out.extend(['\\', other]),
        None => out.push('\\'),
    }
}

/// The number written in so many hexadecimal digits.
fn code(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<u32> {
    let written: String = rest.take(digits).collect();
    u32::from_str_radix(&written, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{json, without_system};

    #[test]
    fn json_stays_as_it_is() {
        let text = br#"{"a": ["\\x", 1.50, "\u00e9\n"]}"#;
        assert_eq!(json(text).as_bytes(), text);
    }

    #[test]
    fn escapes_of_go_become_those_of_json() {
        assert_eq!(
            json(br#"["\a\v", "\x7f\x01", "\U0001f600", "\xff", "\\a\""]"#),
            "[\"\\u0007\\u000b\", \"\\u007f\\u0001\", \"\u{1f600}\", \"\u{fffd}\", \"\\\\a\\\"\"]"
        );
    }

    #[test]
    fn the_engines_own_data_goes() {
        let module = "AGFzbQ".repeat(100);
        let data = format!(r#"{{"netpol": {{"options": {{}}}}, "system": {{"bundles": "{module}"}}}}"#);
        assert_eq!(without_system(data.as_bytes()).as_deref(), Some(r#"{"netpol":{"options": {}}}"#));
        assert_eq!(without_system(data.replace("system", "shop").as_bytes()), None);
        assert_eq!(without_system(b"{\"system\": "), None);
    }

    #[test]
    fn no_text_is_null() {
        assert_eq!(json(b""), "null");
    }
}
