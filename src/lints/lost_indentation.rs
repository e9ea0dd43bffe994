mod rebuild;

use super::{Context, Findings};
use crate::diagnostic::{Applicability, Fix, Place, Step};
use crate::field::FieldPath;
use crate::manifest::Object;
use crate::source::{SourceId, Span};

declare_lint! {
    /// A manifest whose lines have lost their indentation.
    ///
    /// ## Why
    /// Text copied from a web page often arrives with every line at the margin. YAML then reads
    /// `metadata` and `spec` as empty and everything below them as fields of their own, so the
    /// API server rejects it, and the messages speak of anything but the cause.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    /// name: web
    /// spec:
    /// podSelector: {}
    /// policyTypes:
    /// - Ingress
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes:
    ///   - Ingress
    /// ```
    ///
    /// ## Fix
    /// Unsafe: it rebuilds the nesting from what each field can hold, each line going to the
    /// innermost place that can take it. Read the result.
    pub LOST_INDENTATION = {
        name: "lost-indentation", code: "NP004", severity: Error,
        needs: [Object], fix: Unsafe, since: "0.1.0"
    }
}

/// Looks at every piece of text that says it is a NetworkPolicy and has no indented line.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (number, file) in cx.manifests.files.iter().enumerate() {
        if file.context || !file.source.has_places() {
            continue;
        }
        let source = SourceId(u32::try_from(number).unwrap_or(u32::MAX));
        for document in &file.parsed.documents {
            let text = document.span.of(file.source.as_str());
            let Some(first) = rebuild::first_misplaced(text) else { continue };
            let object =
                cx.manifests.objects.iter().find(|it| it.source == source && it.document == document.index);
            let at = |offset: usize, length: usize| {
                let start = document.span.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
                let end = start.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
                Place { source, span: Span::new(start, end) }
            };
            let fixed = rebuild::rebuild(text);
            report(out, object, at(first.offset, first.key.len()), first.key, fixed, at(0, text.len()));
        }
    }
}

fn report(
    out: &mut Findings<'_>,
    object: Option<&Object>,
    place: Place,
    key: &str,
    fixed: Option<String>,
    whole: Place,
) {
    let message =
        format!("the lines of this manifest have lost their indentation: `{key}` stands at the margin");
    let mut found = match object {
        Some(object) => out.add(&LOST_INDENTATION, object, &FieldPath::root(), message),
        None => out.add_at(&LOST_INDENTATION, place, message),
    };
    found.at(place);
    match fixed {
        Some(text) => found.help("indent what belongs below `metadata` and `spec`").fix(Fix {
            title: "rebuild the nesting".into(),
            applicability: Applicability::Unsafe,
            steps: vec![Step::Replace { place: whole, text }],
        }),
        None => found.help("copy the manifest again from its source, indentation included"),
    };
}
