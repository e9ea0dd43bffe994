//! Values as Go prints them, since the server's messages quote what they reject.

pub(super) use crate::syntax::go::{is_print, quote};
use std::borrow::Cow;
use std::fmt::Write;

/// `strings.ToLower` as far as the result is ASCII: two letters beside the capitals become so. What
/// is spelt with others is no name either way.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    let one = |letter: char| match letter {
        '\u{130}' => 'i',
        '\u{212a}' => 'k',
        letter => letter.to_ascii_lowercase(),
    };
    text.chars().map(one).collect()
}

/// A JSON string as Go's encoder writes it, which also escapes what HTML would read.
pub(super) fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => drop(write!(out, "\\u{:04x}", u32::from(it))),
            it if it < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(it));
            }
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

/// A JSON list of strings.
pub(super) fn json_strings<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let items: Vec<String> = texts.into_iter().map(json_string).collect();
    format!("[{}]", items.join(","))
}

/// `%#v` of a slice of strings of the Go type `of`.
pub(super) fn slice<'t>(of: &str, texts: impl IntoIterator<Item = &'t str>) -> String {
    let items: Vec<String> = texts.into_iter().map(quote).collect();
    format!("[]{of}{{{}}}", items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lowered_as_go_does() {
        assert_eq!(lower("Example.COM/\u{212a}\u{130}\u{c9}"), "example.com/ki\u{c9}");
    }

    #[test]
    fn strings_are_spelt_as_go_does() {
        assert_eq!(json_string("a<b>&\u{1}\n"), "\"a\\u003cb\\u003e\\u0026\\u0001\\n\"");
    }
}
