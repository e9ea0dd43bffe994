//! What a kustomization says of its patches: files that hold parts of objects.

use crate::options::Limits;
use crate::syntax::{self, NodeId, Tree};

/// The names under which kustomize looks for its file.
pub(super) const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The paths of patches, as written: relative to the kustomization's directory.
pub(super) fn patches(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let parsed = syntax::parse(&text, &Limits::default());
    let tree = &parsed.tree;
    let mut found = Vec::new();
    for root in parsed.documents.iter().filter_map(|document| document.root) {
        for (field, of_maps) in
            [("patches", true), ("patchesJson6902", true), ("patchesStrategicMerge", false)]
        {
            let items = tree.get(root, field).map_or(&[][..], |list| tree.items(list));
            found.extend(items.iter().filter_map(|item| path(tree, *item, of_maps)));
        }
    }
    found
}

/// A path, not an inline patch.
fn path(tree: &Tree, item: NodeId, of_maps: bool) -> Option<String> {
    let text = if of_maps { tree.get_str(item, "path") } else { tree.as_str(item) };
    text.filter(|text| !text.contains('\n') && !text.contains("://")).map(String::from)
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_files_not_inline_patches() {
        let text = b"patches:\n- path: a.yaml\n- patch: |-\n    kind: X\npatchesStrategicMerge:\n- b.yaml\n- |-\n  kind: Y\n  x: 1\n";
        assert_eq!(super::patches(text), ["a.yaml", "b.yaml"]);
    }
}
