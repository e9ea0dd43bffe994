//! Where in an object a cursor stands, read from the indentation of the lines before it.

use crate::field::{FieldPath, Segment};

/// The cursor's place.
#[derive(Debug)]
pub(super) struct Spot {
    /// The mapping (or list) the cursor stands in.
    pub(super) path: FieldPath,
    /// The key before the cursor on its line; none where a key is being typed.
    pub(super) key: Option<String>,
    /// Keys written before in the same mapping.
    pub(super) siblings: Vec<String>,
    /// The column of the key, from 0.
    pub(super) column: usize,
    /// The byte where the typed word begins.
    pub(super) start: u32,
    /// The object's kind, where it is written before or at the margin.
    pub(super) kind: Option<String>,
}

/// One line: the columns of its dashes, then what stands behind them.
struct Line<'t> {
    dashes: Vec<usize>,
    column: usize,
    rest: &'t str,
}

impl<'t> Line<'t> {
    fn read(text: &'t str) -> Self {
        let mut rest = text.trim_start_matches(' ');
        let mut column = text.len() - rest.len();
        let mut dashes = Vec::new();
        while let Some(after) = rest.strip_prefix("- ").or_else(|| (rest == "-").then_some("")) {
            dashes.push(column);
            let trimmed = after.trim_start_matches(' ');
            column += rest.len() - trimmed.len();
            rest = trimmed;
        }
        Self { dashes, column, rest }
    }

    /// The key of the line, and what stands behind its colon.
    fn key(&self) -> Option<(&'t str, &'t str)> {
        let (key, value) = self.rest.split_once(": ").or_else(|| Some((self.rest.strip_suffix(':')?, "")))?;
        Some((key.trim_matches(['"', '\'']), value))
    }

    fn is_blank(&self) -> bool {
        self.rest.is_empty() && self.dashes.is_empty() || self.rest.starts_with('#')
    }
}

/// Reads the place at the end of `before`; none in a comment or behind a finished value.
pub(super) fn spot(before: &str) -> Option<Spot> {
    let (head, last) = before.rsplit_once('\n').unwrap_or(("", before));
    let document = head.rsplit("\n---").next().unwrap_or_default();
    let line = Line::read(last);
    if line.rest.starts_with('#') || line.rest.contains(" #") || line.rest.contains(['{', '[']) {
        return None;
    }
    let (key, word) = match line.key() {
        Some((key, value)) => (Some(key.to_owned()), value.trim_start()),
        None => (None, line.rest),
    };
    if word.contains(' ') {
        return None;
    }
    let above: Vec<Line<'_>> = document.lines().map(Line::read).filter(|it| !it.is_blank()).collect();
    let (path, siblings) = climb(&line, &above);
    let at_margin = |it: &&Line<'_>| it.column == 0;
    let kind = above.iter().filter(at_margin).find_map(|it| it.key().filter(|(key, _)| *key == "kind"));
    Some(Spot {
        path,
        key,
        siblings,
        column: line.column,
        start: u32::try_from(before.len() - word.len()).ok()?,
        kind: kind.map(|(_, value)| value.trim().to_owned()),
    })
}

/// What the next line up has to be.
#[derive(Clone, Copy)]
enum Wanted {
    /// A sibling at this column, or the parent left of it.
    Mapping(usize),
    /// The key whose list has its dashes at this column.
    List(usize),
}

/// Climbs from the cursor's line to the margin; gives the path and the keys beside the cursor.
fn climb(from: &Line<'_>, above: &[Line<'_>]) -> (FieldPath, Vec<String>) {
    let (mut steps, mut siblings) = (Vec::new(), Vec::new());
    let mut wanted = out_of(&from.dashes, from.column, &mut steps);
    for line in above.iter().rev() {
        let Some((key, _)) = line.key() else { continue };
        match wanted {
            Wanted::Mapping(column) if line.column == column => {
                if steps.is_empty() {
                    siblings.push(key.to_owned());
                }
                if !line.dashes.is_empty() {
                    wanted = out_of(&line.dashes, line.column, &mut steps);
                }
            }
            Wanted::Mapping(column) if line.column < column => {
                steps.push(Segment::Field(key.into()));
                wanted = out_of(&line.dashes, line.column, &mut steps);
            }
            Wanted::List(column) if line.column <= column => {
                steps.push(Segment::Field(key.into()));
                wanted = out_of(&line.dashes, line.column, &mut steps);
            }
            Wanted::Mapping(_) | Wanted::List(_) => {}
        }
    }
    steps.reverse();
    (FieldPath(steps), siblings)
}

/// Out of the mapping at `column`, through the dashes of its line.
fn out_of(dashes: &[usize], column: usize, steps: &mut Vec<Segment>) -> Wanted {
    match dashes.first() {
        Some(first) => {
            steps.extend(dashes.iter().map(|_| Segment::Index(0)));
            Wanted::List(*first)
        }
        None => Wanted::Mapping(column),
    }
}
