//! Patterns of `.gitignore` files, matched as git does. Of our own rather than a crate's: a
//! regular expression engine would be most of the program's size, and most of its start.

/// The patterns of one file, or of a list in the configuration.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    /// The directory they are relative to, absolute.
    base: String,
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    negated: bool,
    directories_only: bool,
    /// Whether it is matched from the base, or against names at any depth.
    anchored: bool,
    parts: Vec<Vec<char>>,
}

impl Patterns {
    /// Reads patterns, one a line, relative to the absolute directory `base`.
    pub(super) fn read<'l>(base: &str, lines: impl Iterator<Item = &'l str>) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), patterns: lines.filter_map(pattern).collect() }
    }

    /// Whether an absolute path is ignored, or (`false`) expressly not; none where no pattern
    /// speaks of it. The last that matches decides.
    pub(super) fn matched(&self, path: &str, directory: bool) -> Option<bool> {
        let inside = path.strip_prefix(self.base.as_str())?.strip_prefix('/')?;
        let parts: Vec<Vec<char>> = inside.split('/').map(|part| part.chars().collect()).collect();
        let last = self.patterns.iter().rev().find(|it| it.matches(&parts, directory))?;
        Some(!last.negated)
    }
}

impl Pattern {
    fn matches(&self, path: &[Vec<char>], directory: bool) -> bool {
        if self.directories_only && !directory {
            return false;
        }
        match (self.anchored, self.parts.as_slice(), path.last()) {
            (false, [part], Some(name)) => glob(part, name),
            (true, parts, _) => parts_match(parts, path),
            _ => false,
        }
    }
}

fn pattern(line: &str) -> Option<Pattern> {
    let line = line.trim_end_matches(['\r', '\n']);
    // Blanks at the end count only where the last is escaped.
    let trimmed = line.trim_end_matches(' ');
    let line = if trimmed.ends_with('\\') { line } else { trimmed };
    let (negated, line) = match line.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (directories_only, line) = match line.strip_suffix('/') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let anchored = line.contains('/');
    let parts: Vec<Vec<char>> =
        line.trim_start_matches('/').split('/').map(|part| part.chars().collect()).collect();
    Some(Pattern { negated, directories_only, anchored, parts })
}

/// Matches part by part; `**` stands for any number of directories, at the end for everything inside.
fn parts_match(parts: &[Vec<char>], path: &[Vec<char>]) -> bool {
    let Some((part, rest)) = parts.split_first() else { return path.is_empty() };
    if part.as_slice() == ['*', '*'] {
        if rest.is_empty() {
            return !path.is_empty();
        }
        return (0..path.len()).any(|skip| path.get(skip..).is_some_and(|path| parts_match(rest, path)));
    }
    path.split_first().is_some_and(|(name, below)| glob(part, name) && parts_match(rest, below))
}

/// `*`, `?`, `[a-z]`, `[!a]` and `\` within one name. Goes back to the last `*` only, so that the
/// time is at most the product of both lengths.
fn glob(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        let step = match (pattern.get(p), name.get(n)) {
            (Some('*'), _) => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            (None, None) => return true,
            (Some(_), Some(c)) => one(pattern, p, *c),
            _ => None,
        };
        match (step, star) {
            (Some(next), _) => (p, n) = (next, n + 1),
            (None, Some((at, from))) if from < name.len() => {
                star = Some((at, from + 1));
                (p, n) = (at + 1, from + 1);
            }
            _ => return false,
        }
    }
}

/// Where the pattern goes on after matching one character; none where it does not match.
fn one(pattern: &[char], at: usize, c: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '\\' => (pattern.get(at + 1) == Some(&c)).then_some(at + 2),
        '[' => class(pattern, at + 1, c),
        other => (*other == c).then_some(at + 1),
    }
}

fn class(pattern: &[char], from: usize, c: char) -> Option<usize> {
    let negated = matches!(pattern.get(from), Some('!' | '^'));
    let start = from + usize::from(negated);
    let (mut at, mut found) = (start, false);
    loop {
        let first = *pattern.get(at)?;
        if first == ']' && at > start {
            return (found != negated).then_some(at + 1);
        }
        let (first, next) = if first == '\\' { (*pattern.get(at + 1)?, at + 2) } else { (first, at + 1) };
        let last = match (pattern.get(next), pattern.get(next + 1)) {
            (Some('-'), Some(last)) if *last != ']' => Some(*last),
            _ => None,
        };
        found |= (first..=last.unwrap_or(first)).contains(&c);
        at = if last.is_some() { next + 2 } else { next };
    }
}

#[cfg(test)]
mod tests {
    use super::Patterns;

    fn ignored(patterns: &str, path: &str, directory: bool) -> Option<bool> {
        Patterns::read("/r", patterns.lines()).matched(&format!("/r/{path}"), directory)
    }

    #[test]
    fn patterns_match_as_gits() {
        // The last field: whether `git check-ignore` ignores the path.
        let cases = [
            ("*.yaml", "a/b.yaml", false, Some(true)),
            ("/b.yaml", "a/b.yaml", false, None),
            ("build/", "x/build", true, Some(true)),
            ("build/", "x/build", false, None),
            ("a/*.yaml", "a/b.yaml", false, Some(true)),
            ("a/*.yaml", "a/c/b.yaml", false, None),
            ("a/**/b", "a/b", false, Some(true)),
            ("a/**/b", "a/x/y/b", false, Some(true)),
            ("**/b", "a/x/b", false, Some(true)),
            ("a/**", "a/x", false, Some(true)),
            ("a/**", "a", true, None),
            ("*\n!keep.yaml", "keep.yaml", false, Some(false)),
            ("# x\n\\#x", "#x", false, Some(true)),
            ("[!a-c]?", "dx", false, Some(true)),
            ("[!a-c]?", "bx", false, None),
            ("*a*b*", "xxaxxbxx", false, Some(true)),
            ("*a*b*", "xxbxxa", false, None),
            ("x  ", "x", false, Some(true)),
        ];
        for (patterns, path, directory, expected) in cases {
            assert_eq!(ignored(patterns, path, directory), expected, "{patterns:?} on {path:?}");
        }
    }

    #[test]
    fn a_path_outside_is_not_spoken_of() {
        assert_eq!(Patterns::read("/r", ["*"].into_iter()).matched("/rx/a", false), None);
    }
}
