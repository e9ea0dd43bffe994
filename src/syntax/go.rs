//! Strings as Go quotes them, since the messages of the server and of its YAML reader quote what
//! they refuse.

use std::fmt::Write;

/// `%q`, `strconv.Quote`: a Go string literal.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(text.chars(), &mut out);
    out
}

/// As [`quote`], after what `out` holds.
pub(crate) fn write_quoted(text: impl Iterator<Item = char>, out: &mut String) {
    out.push('"');
    for it in text {
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
            it if it < ' ' || it == '\u{7f}' => drop(write!(out, "\\x{:02x}", u32::from(it))),
            it if it <= '\u{ffff}' => drop(write!(out, "\\u{:04x}", u32::from(it))),
            it => drop(write!(out, "\\U{:08x}", u32::from(it))),
        }
    }
    out.push('"');
}

/// Go's `unicode.IsPrint`. Rust's debug form escapes the same general categories, but those of a
/// newer Unicode, and marks at the start of a string.
pub(crate) fn is_print(it: char) -> bool {
    if it.is_ascii() {
        return it == ' ' || it.is_ascii_graphic();
    }
    let is_newer = NEWER.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(it)));
    !is_newer && !['a', it].iter().collect::<String>().escape_debug().any(|it| it == '\\')
}

/// What Unicode 15.1 to 17 assigned: Go's tables end at 15.0.
#[rustfmt::skip]
const NEWER: [(u32, u32); 90] = [
    (0x88f, 0x88f), (0x897, 0x897), (0xc5c, 0xc5c), (0xcdc, 0xcdc), (0x1acf, 0x1add),
    (0x1ae0, 0x1aeb), (0x1b4e, 0x1b4f), (0x1b7f, 0x1b7f), (0x1c89, 0x1c8a), (0x20c1, 0x20c1),
    (0x2427, 0x2429), (0x2b96, 0x2b96), (0x2ffc, 0x2fff), (0x31e4, 0x31e5), (0x31ef, 0x31ef),
    (0xa7cb, 0xa7cf), (0xa7d2, 0xa7d2), (0xa7d4, 0xa7d4), (0xa7da, 0xa7dc), (0xa7f1, 0xa7f1),
    (0xfbc3, 0xfbd2), (0xfd90, 0xfd91), (0xfdc8, 0xfdce), (0x105c0, 0x105f3), (0x10940, 0x10959),
    (0x10d40, 0x10d65), (0x10d69, 0x10d85), (0x10d8e, 0x10d8f), (0x10ec2, 0x10ec7), (0x10ed0, 0x10ed8),
    (0x10efa, 0x10efc), (0x11380, 0x11389), (0x1138b, 0x1138b), (0x1138e, 0x1138e), (0x11390, 0x113b5),
    (0x113b7, 0x113c0), (0x113c2, 0x113c2), (0x113c5, 0x113c5), (0x113c7, 0x113ca), (0x113cc, 0x113d5),
    (0x113d7, 0x113d8), (0x113e1, 0x113e2), (0x116d0, 0x116e3), (0x11b60, 0x11b67), (0x11bc0, 0x11be1),
    (0x11bf0, 0x11bf9), (0x11db0, 0x11ddb), (0x11de0, 0x11de9), (0x11f5a, 0x11f5a), (0x13460, 0x143fa),
    (0x16100, 0x16139), (0x16d40, 0x16d79), (0x16ea0, 0x16eb8), (0x16ebb, 0x16ed3), (0x16ff2, 0x16ff6),
    (0x187f8, 0x187ff), (0x18cff, 0x18cff), (0x18d09, 0x18d1e), (0x18d80, 0x18df2), (0x1cc00, 0x1ccfc),
    (0x1cd00, 0x1ceb3), (0x1ceba, 0x1ced0), (0x1cee0, 0x1cef0), (0x1e5d0, 0x1e5fa), (0x1e5ff, 0x1e5ff),
    (0x1e6c0, 0x1e6de), (0x1e6e0, 0x1e6f5), (0x1e6fe, 0x1e6ff), (0x1f6d8, 0x1f6d8), (0x1f777, 0x1f77a),
    (0x1f8b2, 0x1f8bb), (0x1f8c0, 0x1f8c1), (0x1f8d0, 0x1f8d8), (0x1fa54, 0x1fa57), (0x1fa89, 0x1fa8a),
    (0x1fa8e, 0x1fa8f), (0x1fabe, 0x1fabe), (0x1fac6, 0x1fac6), (0x1fac8, 0x1fac8), (0x1facd, 0x1facd),
    (0x1fadc, 0x1fadc), (0x1fadf, 0x1fadf), (0x1fae9, 0x1faea), (0x1faef, 0x1faef), (0x1fbcb, 0x1fbef),
    (0x1fbfa, 0x1fbfa), (0x2b73a, 0x2b73f), (0x2cea2, 0x2cead), (0x2ebf0, 0x2ee5d), (0x323b0, 0x33479),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_spelt_as_go_does() {
        assert_eq!(
            quote("a\"\\\t\u{1}\u{7f}\u{80}\u{a0}é😀\u{301}\u{e0001}"),
            "\"a\\\"\\\\\\t\\x01\\x7f\\u0080\\u00a0é😀\u{301}\\U000e0001\""
        );
    }

    /// Counted with Go 1.26; another number means that Rust learnt another Unicode.
    #[test]
    fn as_many_characters_print_as_in_go() {
        let all = '\0'..=char::MAX;
        assert_eq!(all.filter(|it| is_print(*it)).count(), 148_998);
    }
}
