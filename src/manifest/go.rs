//! Values as Go prints them, since the server's messages quote what they reject.

use std::fmt::Write;

/// `%q`: a Go string literal.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            it if is_print(it) => out.push(it),
            it if it < ' ' || it == '\u{7f}' => {
                let _ = write!(out, "\\x{:02x}", u32::from(it));
            }
            it if it <= '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(it));
            }
            it => {
                let _ = write!(out, "\\U{:08x}", u32::from(it));
            }
        }
    }
    out.push('"');
    out
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

/// Go's `unicode.IsPrint`. Rust's debug form escapes the same general categories; marks it
/// escapes only at the start of a string.
pub(super) fn is_print(it: char) -> bool {
    if it.is_ascii() {
        return it == ' ' || it.is_ascii_graphic();
    }
    !['a', it].iter().collect::<String>().escape_debug().any(|it| it == '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_spelt_as_go_does() {
        assert_eq!(quote("a\"\\\t\u{1}\u{a0}é😀\u{301}"), "\"a\\\"\\\\\\t\\x01\\u00a0é😀\u{301}\"");
        assert_eq!(json_string("a<b>&\u{1}\n"), "\"a\\u003cb\\u003e\\u0026\\u0001\\n\"");
    }
}
