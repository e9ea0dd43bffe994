//! Fenced blocks of a Markdown text.

/// One fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    /// What stands after the three backticks.
    pub(crate) info: String,
    /// Its lines, each ended.
    pub(crate) text: String,
    /// The line after the opening one, from 0: where its text begins.
    pub(crate) first_line: usize,
}

/// The blocks of `markdown` in order. One blank before each line, as doc comments have it, is
/// taken off.
pub(crate) fn fences(markdown: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<Fence> = None;
    for (number, line) in markdown.lines().enumerate() {
        let line = line.strip_prefix(' ').filter(|_| markdown.starts_with(' ')).unwrap_or(line);
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Fence { info: info.into(), text: String::new(), first_line: number + 1 })
            }
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(fence), _) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fenced block is not closed:\n{markdown}");
    found
}
