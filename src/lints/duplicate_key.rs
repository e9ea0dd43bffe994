use super::{Context, Findings};
use crate::diagnostic::Place;
use crate::manifest::Manifests;
use crate::source::SourceId;
use crate::syntax::{NodeId, Tree};

declare_lint! {
    /// A key written twice in one mapping.
    ///
    /// ## Why
    /// `kubectl` refuses it (strict decoding); a lenient client keeps the last and drops the
    /// others without a word. Two `ingress:` blocks look as if they added up: only the last
    /// one counts.
    ///
    /// ## Example
    /// ```yaml,finds
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {}
    ///   ingress:
    ///   - ports:
    ///     - port: 80
    /// ```
    /// Use instead:
    /// ```yaml,clean
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata:
    ///   name: web
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    ///   ingress:
    ///   - from:
    ///     - podSelector: {}
    ///   - ports:
    ///     - port: 80
    ///       protocol: TCP
    /// ```
    pub DUPLICATE_KEY = { name: "duplicate-key", code: "NP005", severity: Error, needs: [Object], fix: None, since: "0.1.0" }
}

/// Reports every key that its mapping already had, in documents that hold objects.
pub(super) fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (number, file) in cx.manifests.files.iter().enumerate().filter(|(_, file)| !file.context) {
        let source = SourceId(u32::try_from(number).unwrap_or(u32::MAX));
        let tree = &file.parsed.tree;
        for document in &file.parsed.documents {
            let is_asked =
                !document.duplicates.is_empty() && holds_objects(cx.manifests, source, document.index);
            let Some(root) = document.root.filter(|_| is_asked) else {
                continue;
            };
            for key in &document.duplicates {
                let name = tree.as_str(*key).unwrap_or_default();
                let place = |id| Place { source, span: tree.span(id) };
                let mut found = out.add_at(
                    &DUPLICATE_KEY,
                    place(*key),
                    format!("key `{name}` is written twice: `kubectl` refuses this, other clients keep only the last"),
                );
                found.cause(name).help("merge the two, or remove one");
                if let Some(first) = earlier(tree, root, *key) {
                    found.because(place(first), "written here before");
                }
            }
        }
    }
}

fn holds_objects(manifests: &Manifests, source: SourceId, document: u32) -> bool {
    manifests.objects.iter().any(|object| object.source == source && object.document == document)
}

/// The same key written before `key` in the mapping that holds it.
fn earlier(tree: &Tree, root: NodeId, key: NodeId) -> Option<NodeId> {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let entries = tree.entries(node);
        if entries.iter().any(|entry| entry.key == key) {
            let name = tree.as_str(key);
            return entries
                .iter()
                .map(|entry| entry.key)
                .find(|other| *other != key && tree.as_str(*other) == name);
        }
        // A node further down is nearer to `key` where spans nest, so only those are entered.
        let inside = |id: &NodeId| {
            tree.span(*id).start <= tree.span(key).start && tree.span(key).end <= tree.span(*id).end
        };
        open.extend(entries.iter().map(|entry| entry.value).filter(inside));
        open.extend(tree.items(node).iter().copied().filter(inside));
    }
    None
}
