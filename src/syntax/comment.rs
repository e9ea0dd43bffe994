//! Comments, found beside the tree: the parser drops them.

use super::tree::{Parsed, Style, Value};
use crate::source::Span;

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// From its `#` to the end of its line, trailing white space excluded.
    pub span: Span,
    /// What it says: without the `#` and the white space around.
    pub text: &'t str,
    /// Whether it has its line for itself.
    pub own_line: bool,
}

/// The comments of a source in order: every `#` at a line's start or after white space that is no
/// part of a scalar. In a document that could not be read, scalars are unknown, and a `#` within
/// quotes may pass for a comment.
#[must_use]
pub fn comments<'t>(text: &'t str, parsed: &Parsed) -> Vec<Comment<'t>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut scalars = scalar_spans(text, parsed).into_iter().peekable();
    while let Some(hash) = text.get(at..).and_then(|rest| rest.find('#')).map(|step| at + step) {
        while scalars.next_if(|span| span.end as usize <= hash).is_some() {}
        if let Some(span) = scalars.peek()
            && span.start as usize <= hash
        {
            at = span.end as usize;
            continue;
        }
        let before = text.get(..hash).unwrap_or_default();
        if !before.is_empty() && !before.ends_with([' ', '\t', '\n', '\r', '\u{feff}']) {
            at = hash + 1;
            continue;
        }
        let rest = text.get(hash..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default().trim_end();
        let indent = before.trim_end_matches([' ', '\t', '\u{feff}']);
        at = hash + line.len().max(1);
        found.push(Comment {
            span: Span::new(offset(hash), offset(hash + line.len())),
            text: line.trim_start_matches('#').trim(),
            own_line: indent.is_empty() || indent.ends_with(['\n', '\r']),
        });
    }
    found
}

/// Where scalars stand, ascending. The header of a block scalar may carry a comment.
fn scalar_spans(text: &str, parsed: &Parsed) -> Vec<Span> {
    let mut spans: Vec<Span> = parsed
        .tree
        .nodes()
        .filter(|node| !matches!(node.value, Value::Sequence(_) | Value::Mapping(_)))
        .map(|node| match node.style {
            Style::BlockScalar => {
                let header = node.span.of(text).find(['\n', '\r']).map_or(0, offset);
                Span::new(node.span.start + header, node.span.end)
            }
            _ => node.span,
        })
        .filter(|span| span.start < span.end)
        .collect();
    crate::order::sort(&mut spans);
    spans
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use crate::options::Limits;

    #[test]
    fn a_hash_within_a_scalar_is_no_comment() {
        let text = "# top\na: x#y # one\nb: \"# no\"\nc: | # two\n  # no\n  z\n# three\nd: [1, # four\r\n 2]";
        let parsed = crate::syntax::parse(text, &Limits::default());
        let found = super::comments(text, &parsed);
        let told: Vec<_> = found.iter().map(|c| (c.text, c.own_line)).collect();
        let own = [("top", true), ("one", false), ("two", false), ("three", true), ("four", false)];
        assert_eq!(told, own);
        assert_eq!(found[4].span.of(text), "# four");
    }
}
