//! Text of users as it must be written in each format, so that no manifest can break out of its
//! place: a message may hold anything.

/// XML text and attribute values. Characters that XML 1.0 cannot hold become U+FFFD.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                out.push(char::REPLACEMENT_CHARACTER)
            }
            c => out.push(c),
        }
    }
    out
}

/// The text of a GitHub workflow command.
pub(super) fn workflow_text(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a GitHub workflow command.
pub(super) fn workflow_property(text: &str) -> String {
    workflow_text(text).replace(':', "%3A").replace(',', "%2C")
}

/// One line of Markdown inside a table cell: nothing in it is markup. Backticks stay, for they are
/// ours around what users wrote; inside a code span nothing is markup but the bar.
pub(super) fn markdown(text: &str) -> String {
    let text = super::concise::plain(text);
    // An odd backtick would open a code span that swallows the rest of the table.
    let balanced = text.matches('`').count().is_multiple_of(2);
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for c in text.chars() {
        match c {
            '`' if balanced => {
                code = !code;
                out.push(c);
            }
            '|' => out.push_str("\\|"),
            '&' if !code => out.push_str("&amp;"),
            '<' if !code => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '@' if !code => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A path as a relative URI reference (RFC 3986).
pub(super) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char)
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(xml("]]><a b=\"\u{1}\">\n"), "]]&gt;&lt;a b=&quot;\u{fffd}&quot;&gt;&#10;");
        assert_eq!(workflow_text("a\n::error::b%0A"), "a%0A::error::b%250A");
        assert_eq!(workflow_property("a,line=1::b"), "a%2Cline=1%3A%3Ab");
        assert_eq!(markdown("a|b <img> `x|*y`"), "a\\|b &lt;img> `x\\|*y`");
        assert_eq!(markdown("odd ` *b*"), "odd \\` \\*b\\*");
        assert_eq!(uri("a b/ü%:c"), "a%20b/%C3%BC%25%3Ac");
    }
}
