use super::invalid::INVALID;
use super::syntax::SYNTAX;
use super::{Context, Findings};
use crate::diagnostic::{Diagnostic, Place};
use crate::manifest::{Body, File, Object};
use crate::source::{SourceId, Span};
use crate::syntax::{Document, NodeId, Tree};
use std::collections::{BTreeMap, BTreeSet};

declare_lint! {
    /// A template, which is no manifest yet.
    ///
    /// ## Why
    /// What `{{ … }}`, `{% … %}` or `${…}` stands for is known only once the template is
    /// rendered, so nothing can be said of the policy before. Check what the template renders to:
    /// one finding for each chart or directory gives the command.
    ///
    /// What the reader or the API server would say of the raw text is not told.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: {{ .Release.Name }}-web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: shop-web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    pub UNRENDERED_TEMPLATE = {
        name: "unrendered-template", code: "NP011", severity: Info,
        needs: [Object], fix: None, since: "0.1.0"
    }
}

/// The documents of an input that are templates.
type Templates = BTreeSet<(SourceId, u32)>;

/// Reports every chart or directory that holds templates, at the first of them.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut folders: BTreeMap<&str, Vec<(&str, SourceId)>> = BTreeMap::new();
    for (source, _) in templates(cx) {
        let Some(file) = cx.file(source).filter(|file| !file.context) else { continue };
        let path = file.source.path.as_str();
        let files = folders.entry(folder(path)).or_default();
        if files.last() != Some(&(path, source)) {
            files.push((path, source));
        }
    }
    for (folder, mut files) in folders {
        crate::order::sort(&mut files);
        if let Some((path, source)) = files.first() {
            report(cx, folder, path, *source, files.len(), out);
        }
    }
}

/// Takes out what was said of the raw text of templates.
pub(super) fn silence(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let about_text = |it: &Diagnostic| it.lint == &SYNTAX || it.lint == &INVALID;
    if !found.iter().any(about_text) {
        return;
    }
    let templates = templates(cx);
    found.retain(|it| !about_text(it) || !templates.contains(&(it.place.source, document_of(cx, it.place))));
}

fn document_of(cx: &Context<'_>, place: Place) -> u32 {
    let documents = cx.file(place.source).map_or(&[][..], |file| &file.parsed.documents);
    let holds = |it: &&Document| it.span.start <= place.span.start && place.span.start <= it.span.end;
    documents.iter().find(holds).map_or(0, |it| it.index)
}

fn templates(cx: &Context<'_>) -> Templates {
    let mut found = Templates::new();
    for (number, file) in cx.manifests.files.iter().enumerate().filter(|(_, file)| file.source.has_places()) {
        let source = SourceId(u32::try_from(number).unwrap_or(u32::MAX));
        let broken = file.parsed.documents.iter().filter(|it| it.root.is_none());
        let text = file.source.as_str();
        found.extend(broken.filter(|it| braces(it.span.of(text)).is_some()).map(|it| (source, it.index)));
    }
    // Most files hold nothing that a template could be made of, escaped or not.
    let may_hold = |file: &File| ["{{", "$", "\\"].iter().any(|it| file.source.as_str().contains(it));
    let files: Vec<bool> = cx.manifests.files.iter().map(may_hold).collect();
    let policies = cx.manifests.objects.iter().filter(|it| {
        matches!(it.body, Body::NetworkPolicy(_) | Body::ClusterPolicy(_))
            && files.get(it.source.0 as usize) == Some(&true)
    });
    found.extend(policies.filter(|it| holds_template(cx, it)).map(|it| (it.source, it.document)));
    found
}

/// Whether a text of the object is to be filled in.
fn holds_template(cx: &Context<'_>, object: &Object) -> bool {
    let Some(tree) = cx.file(object.source).map(|file| &file.parsed.tree) else { return false };
    let mut found = false;
    walk(tree, object.root, &mut |text| found |= template(text).is_some());
    found
}

/// Calls `see` with every key and text below a node.
fn walk(tree: &Tree, node: NodeId, see: &mut impl FnMut(&str)) {
    tree.as_str(node).into_iter().for_each(&mut *see);
    tree.items(node).iter().for_each(|item| walk(tree, *item, see));
    for entry in tree.entries(node) {
        tree.as_str(entry.key).into_iter().for_each(&mut *see);
        walk(tree, entry.value, see);
    }
}

/// The first part of a text that is to be filled in.
fn template(text: &str) -> Option<Span> {
    braces(text).or_else(|| variable(text))
}

/// `{{ … }}` or `{% … %}` on one line, and not `${{ … }}`, which some pipelines fill in.
fn braces(text: &str) -> Option<Span> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        for (open, close) in [("{{", "}}"), ("{%", "%}")] {
            let Some((before, after)) = line.split_once(open) else { continue };
            let comment = before.trim_start().starts_with('#');
            if let Some(length) = after.find(close).filter(|_| !comment && !before.ends_with('$')) {
                return Some(span(at + before.len(), length + 4));
            }
        }
        at += line.len();
    }
    None
}

/// `${NAME}`
fn variable(text: &str) -> Option<Span> {
    let (before, after) = text.split_once("${")?;
    let name = after.split_once('}')?.0;
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
    is_name.then(|| span(before.len(), name.len() + 3))
}

fn span(start: usize, length: usize) -> Span {
    let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span::new(clamp(start), clamp(start.saturating_add(length)))
}

/// The chart a file belongs to, or its directory.
fn folder(path: &str) -> &str {
    if path.starts_with("templates/") {
        return ".";
    }
    path.split_once("/templates/")
        .map(|(chart, _)| chart)
        .or_else(|| path.rsplit_once('/').map(|(folder, _)| folder))
        .unwrap_or(".")
}

fn report(
    cx: &Context<'_>,
    folder: &str,
    path: &str,
    source: SourceId,
    files: usize,
    out: &mut Findings<'_>,
) {
    let Some(file) = cx.file(source) else { return };
    let text = file.source.as_str();
    let (place, marker) = if file.source.has_places() {
        let Some(place) = template(text) else { return };
        (place, place.of(text).to_owned())
    } else {
        // How the text of an object in memory is laid out means nothing: its values count, in order.
        let mut first = None;
        for root in file.parsed.documents.iter().filter_map(|it| it.root) {
            let mut see =
                |text: &str| first = first.take().or_else(|| Some(template(text)?.of(text).to_owned()));
            walk(&file.parsed.tree, root, &mut see);
        }
        let Some(marker) = first else { return };
        (Span::default(), marker)
    };
    let chart = path.starts_with("templates/") || path.contains("/templates/");
    let many = match files {
        1 => String::new(),
        n => format!(" ({n} files of `{folder}`)"),
    };
    let help = match marker.as_str() {
        _ if chart => format!("check what it renders to: `helm template {folder} | netpol check -`"),
        it if it.starts_with('$') => {
            format!("check what it renders to: `envsubst < {path} | netpol check -`")
        }
        _ => "render it, and check the result: `netpol check -` reads it from standard input".into(),
    };
    let place = Place { source, span: place };
    out.add_at(
        &UNRENDERED_TEMPLATE,
        place,
        format!("`{marker}` makes this a template, not a manifest{many}"),
    )
    .cause(folder)
    .help(help);
}
