//! Text that another program wrote, or will rewrite: to repair it there would be undone.

/// Why a template is not repaired.
pub(super) const TEMPLATE: &str = "it is a template; repair it by hand, for its text is no manifest yet";

/// Why the document around `offset` must not be edited: it was rendered, or is a template.
pub(super) fn origin(text: &str, offset: usize) -> Option<String> {
    let document = document(text, offset)?;
    let rendered = document.lines().find_map(|line| line.strip_prefix("# Source: "));
    if let Some(file) = rendered.map(str::trim).filter(|file| file.contains('/')) {
        return Some(format!("it was rendered from `{file}`; repair that file"));
    }
    document.contains("{{").then(|| TEMPLATE.to_owned())
}

/// The lines between the `---` before and after an offset.
fn document(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    let start = match before.rfind("\n---") {
        Some(at) => at + 1,
        None => 0,
    };
    let rest = text.get(start..)?;
    let inside = offset - start;
    let end = rest.match_indices("\n---").map(|(at, _)| at).find(|at| *at >= inside);
    rest.get(..end.unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn names_the_rendered_file_of_its_own_document() {
        let text = "---\n# Source: chart/templates/a.yaml\na: 1\n---\nb: 2\n";
        let at = |needle| origin(text, text.find(needle).unwrap());
        assert_eq!(
            at("a: 1").as_deref(),
            Some("it was rendered from `chart/templates/a.yaml`; repair that file")
        );
        assert_eq!(at("b: 2"), None);
    }

    #[test]
    fn a_template_is_none_of_ours() {
        assert!(origin("a: {{ .Values.a }}\n", 0).is_some());
    }
}
