//! What an update does not bring: the findings that the older version of the object had, known again
//! also where a change to a list gave their items other places.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{Finding, Report};
use crate::field::{FieldPath, Segment};
use crate::manifest::Manifests;
use crate::order::Gather;
use crate::syntax::{NodeId, Tree, edit};

/// For each finding of a report whether the older version had it too; of both what they are about.
pub(super) fn known(before: &(Report, Manifests), now: &(Report, Manifests)) -> Vec<bool> {
    let fingerprints: BTreeSet<String> =
        before.0.diagnostics.iter().map(|finding| finding.fingerprint.clone()).gather();
    let found = &now.0.diagnostics;
    let mut known: Vec<bool> =
        found.iter().map(|finding| fingerprints.contains(&finding.fingerprint)).collect();
    // Mostly nothing has moved.
    if known.iter().all(|it| *it) {
        return known;
    }
    let mut contents = BTreeMap::new();
    let items: BTreeSet<String> = items(before, &mut contents).into_iter().flatten().gather();
    for (known, item) in known.iter_mut().zip(self::items(now, &mut contents)) {
        *known |= item.is_some_and(|item| items.contains(&item));
    }
    known
}

/// What each finding about an item of a list is about. Taking the rule before it away gives it another
/// field and so another fingerprint, but not another one of these.
fn items((report, manifests): &(Report, Manifests), contents: &mut Numbers) -> Vec<Option<String>> {
    let [object] = manifests.objects.as_slice() else { return Vec::new() };
    let Some(file) = manifests.file(object.source) else { return Vec::new() };
    let mut seen = Seen { tree: &file.parsed.tree, contents, nodes: BTreeMap::new() };
    report.diagnostics.iter().map(|finding| seen.item(object.root, finding)).collect()
}

/// Texts, each once, and their numbers.
type Numbers = BTreeMap<String, usize>;

/// The contents of a tree, each node written once: thousands of findings may be about one rule.
struct Seen<'t> {
    tree: &'t Tree,
    contents: &'t mut Numbers,
    /// The number of the content of a node, or of all but a field of it.
    nodes: Numbers,
}

impl Seen<'_> {
    /// The lint, the field without places in lists, and the content of the outermost item: of the lists
    /// on the way only what is on it.
    fn item(&mut self, root: NodeId, finding: &Finding) -> Option<String> {
        let FieldPath(steps) = FieldPath::parse(finding.field.as_deref()?);
        let (mut node, mut inside) = (root, false);
        let mut item = finding.lint.to_owned();
        for step in &steps {
            node = match step {
                Segment::Index(at) => {
                    inside = true;
                    item.push_str("[]");
                    *self.tree.items(node).get(*at as usize)?
                }
                Segment::Field(name) | Segment::Key(name) => {
                    let beside = if inside { self.content(node, name) } else { 0 };
                    item.push_str(&format!(" {beside}.{name}"));
                    self.tree.get(node, name)?
                }
            };
        }
        inside.then(|| format!("{item} {}", self.content(node, "")))
    }

    /// The number of the content of a node without a field.
    fn content(&mut self, node: NodeId, without: &str) -> usize {
        let Self { tree, contents, nodes } = self;
        *nodes.entry(format!("{} {without}", node.0)).or_insert_with(|| {
            let mut value = edit::to_json(tree, node);
            if let Some(fields) = value.as_object_mut() {
                fields.remove(without);
            }
            let next = contents.len();
            *contents.entry(value.to_string()).or_insert(next)
        })
    }
}
