//! What a repair changes in a file, as a unified diff that `patch` and `git apply` take.

use super::concise::plain;
use imara_diff::{Algorithm, Diff, InternedInput, Interner, Token, UnifiedDiffConfig, UnifiedDiffPrinter};
use std::fmt::{Result, Write};

/// The unified diff between two texts of one file; empty where they are the same.
#[must_use]
pub fn patch(path: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let lines = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &lines);
    diff.postprocess_lines(&lines);
    let printer = Lines(&lines.interner);
    let hunks = diff.unified_diff(&printer, UnifiedDiffConfig::default(), &lines);
    let path = plain(path);
    format!("--- {path}\n+++ {path}\n{hunks}")
}

struct Lines<'a>(&'a Interner<&'a str>);

impl Lines<'_> {
    fn line(&self, f: &mut impl Write, sign: char, token: Token) -> Result {
        let line = self.0[token];
        match line.strip_suffix('\n') {
            Some(line) => writeln!(f, "{sign}{line}"),
            None => writeln!(f, "{sign}{line}\n\\ No newline at end of file"),
        }
    }
}

impl UnifiedDiffPrinter for Lines<'_> {
    fn display_header(&self, mut f: impl Write, before: u32, after: u32, had: u32, has: u32) -> Result {
        // An empty side is named by the line before it.
        let start = |at: u32, lines: u32| if lines == 0 { at } else { at + 1 };
        writeln!(f, "@@ -{},{had} +{},{has} @@", start(before, had), start(after, has))
    }

    fn display_context_token(&self, mut f: impl Write, token: Token) -> Result {
        self.line(&mut f, ' ', token)
    }

    fn display_hunk(&self, mut f: impl Write, before: &[Token], after: &[Token]) -> Result {
        before.iter().try_for_each(|token| self.line(&mut f, '-', *token))?;
        after.iter().try_for_each(|token| self.line(&mut f, '+', *token))
    }
}

#[cfg(test)]
mod tests {
    use super::patch;

    #[test]
    fn says_where_a_last_line_break_is_missing() {
        assert_eq!(
            patch("a", "x\ny", "x\ny\n"),
            "--- a\n+++ a\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+y\n"
        );
    }
}
