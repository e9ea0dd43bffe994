use super::{Context, Findings};
use crate::diagnostic::Severity;
use crate::field::FieldPath;
use crate::manifest::Object;
use crate::order::{self, Gather};
use std::collections::BTreeSet;

declare_lint! {
    /// The same kind, namespace and name twice.
    ///
    /// ## Why
    /// Applied together, the last one replaces the others, and their rules are gone without a
    /// word. Within one file that is an error, and evaluation goes by the last.
    ///
    /// Files of one directory that define the same objects may be alternatives: one warning for
    /// the directory. The same object in two directories usually means two clusters or overlays;
    /// netpol never merges those: one warning asks for one of them.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Egress]
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: web, namespace: shop}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    /// ```
    pub DUPLICATE_OBJECT = {
        name: "duplicate-object", code: "NP006", severity: Error,
        needs: [Policies], fix: None, since: "0.1.0"
    }
}

/// What makes two objects one in a cluster: API group, kind, namespace (none for cluster-scoped
/// kinds), name.
type Identity<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Two places of one object; the second counts.
type Double<'a> = (&'a Object, &'a Object);

/// Tells of doubles within a file each by itself, of two files once, of directories once for all.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut all = Vec::new();
    for object in cx.manifests.objects.iter().filter(|it| !it.name.is_empty()) {
        if cx.file(object.source).is_some_and(|file| !file.context) {
            all.push((identity(cx, object), object));
        }
    }
    let mut beside = Vec::new();
    let mut apart: Vec<Double<'_>> = Vec::new();
    for (_, objects) in order::group(all) {
        for pair in objects.windows(2) {
            let [one, other] = pair else { continue };
            if one.source == other.source {
                within(cx, one, other, out);
            } else if directory(cx, one) == directory(cx, other) {
                beside.push((directory(cx, one), (*one, *other)));
            } else {
                apart.push((*one, *other));
            }
        }
    }
    for (_, doubles) in order::group(beside) {
        side_by_side(cx, &doubles, out);
    }
    across(cx, &apart, out);
}

fn identity<'a>(cx: &'a Context<'_>, object: &'a Object) -> Identity<'a> {
    let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
    let namespace = if object.is_namespaced() { cx.namespace(object) } else { "" };
    (group, object.kind.as_str(), namespace, object.name.as_str())
}

fn name() -> FieldPath {
    FieldPath::root().field("metadata").field("name")
}

fn within(cx: &Context<'_>, one: &Object, other: &Object, out: &mut Findings<'_>) {
    let (_, kind, namespace, own) = identity(cx, one);
    let slash = if namespace.is_empty() { "" } else { "/" };
    let message = format!("{kind} `{namespace}{slash}{own}` is given again below: only the last one counts");
    out.add(&DUPLICATE_OBJECT, one, &name(), message)
        .because(cx.manifests.place(other, &name()), "given again here")
        .help("merge the two, or give one another name");
}

fn side_by_side(cx: &Context<'_>, doubles: &[Double<'_>], out: &mut Findings<'_>) {
    let Some((one, other)) = doubles.first() else { return };
    let message = match doubles.len() {
        1 => {
            "this object is given in another file of the directory too: applied together, the last one counts"
                .into()
        }
        n => format!(
            "{n} objects are given in more than one file of the directory: applied together, the last ones count"
        ),
    };
    out.add(&DUPLICATE_OBJECT, other, &name(), message)
        .severity(Severity::Warning)
        .because(cx.manifests.place(one, &name()), "given here first")
        .help("check the files one at a time if they are alternatives; else merge what they share");
}

fn across(cx: &Context<'_>, apart: &[Double<'_>], out: &mut Findings<'_>) {
    let Some((one, other)) = apart.first() else { return };
    let directories: BTreeSet<&str> =
        apart.iter().flat_map(|(one, other)| [directory(cx, one), directory(cx, other)]).gather();
    let listed: Vec<String> = directories.iter().take(4).map(|it| format!("`{it}`")).collect();
    let more = if directories.len() > 4 { ", …" } else { "" };
    let things =
        if apart.len() == 1 { "this object is".into() } else { format!("{} objects are", apart.len()) };
    let message = format!("{things} given in more than one directory: {}{more}", listed.join(", "));
    out.add(&DUPLICATE_OBJECT, other, &name(), message)
        .severity(Severity::Warning)
        .because(cx.manifests.place(one, &name()), "and here")
        .help("one input is one cluster: give one of the directories at a time");
}

fn directory<'a>(cx: &Context<'a>, object: &Object) -> &'a str {
    let path = cx.file(object.source).map_or("", |file| file.source.path.as_str());
    path.rsplit_once('/').map_or(".", |(directory, _)| directory)
}
