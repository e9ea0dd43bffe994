//! A document's text and tree, and what of the text the server's messages depend on.

use crate::syntax::scan::{has, is_break};
use crate::syntax::{Document, Tree};

/// One document and the source it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    /// The source's text.
    pub text: &'t str,
    /// The source's tree.
    pub tree: &'t Tree,
    /// The document.
    pub document: &'t Document,
}

impl<'t> Text<'t> {
    /// The document's own text.
    fn own(&self) -> &'t str {
        self.document.span.of(self.text)
    }

    /// Whether the document is read as JSON: then fields are met in the order written.
    #[must_use]
    pub fn is_json(&self) -> bool {
        let starts = |text: &str| text.trim_start().starts_with('{');
        // What is no JSON after all was read as YAML.
        starts(self.text)
            && starts(self.own())
            && serde_json::Deserializer::from_str(self.own())
                .into_iter::<serde::de::IgnoredAny>()
                .next()
                .is_some_and(|it| it.is_ok())
    }

    /// Whether a mapping may hold a key twice, by writing it again or by merging.
    #[must_use]
    pub fn may_double(&self) -> bool {
        // One byte is found fastest, and most texts do without it.
        let merges = |text: &str| has(text, b'<') && text.contains("<<");
        !self.document.duplicates.is_empty() || merges(self.own())
    }

    /// The line of an offset as go-yaml counts: from 1, within the piece of text it was given.
    #[must_use]
    pub fn line(&self, offset: u32) -> usize {
        let until = |end: usize| self.text.get(..end).unwrap_or_default();
        let before = until(self.document.span.start as usize);
        // A separator with nothing before it belongs to the piece; one that ends another does not.
        let mut opening = before.lines().rev().take_while(|line| line.starts_with("---")).count();
        if before.lines().count() > opening {
            opening = opening.saturating_sub(1);
        }
        let lines = until(offset as usize).get(before.len()..).unwrap_or_default();
        1 + opening + breaks(lines)
    }
}

/// How many line breaks of YAML 1.1 there are: a carriage return before a line feed is one with it.
fn breaks(text: &str) -> usize {
    text.matches(is_break).count() - text.matches("\r\n").count()
}
