//! What an update does not bring: the findings that the older version of the object had, known again
//! also where a change to a list gave their items other places.

use serde_json::Value;
use std::collections::BTreeSet;

use crate::api::{Finding, Report};
use crate::field::{FieldPath, Segment};
use crate::manifest::Manifests;
use crate::order::Gather;
use crate::syntax::edit;

/// The findings of an older version.
#[derive(Default)]
pub(super) struct Known {
    fingerprints: BTreeSet<String>,
    items: Vec<Item>,
}

/// What a finding about an item of a list is about. Taking the rule before it away gives it another
/// field and so another fingerprint, but not another one of these.
#[derive(PartialEq)]
struct Item {
    lint: &'static str,
    /// The field, the first of each list on the way.
    field: String,
    /// As JSON the outermost item, and in the lists within it those on the way alone.
    written: String,
}

impl Known {
    /// Those of a report on these manifests.
    pub(super) fn of(report: &Report, manifests: &Manifests) -> Self {
        let found = || report.diagnostics.iter();
        Self {
            fingerprints: found().map(|finding| finding.fingerprint.clone()).gather(),
            items: found().filter_map(|finding| Item::of(finding, manifests)).collect(),
        }
    }

    /// Whether a finding about these manifests is among them.
    pub(super) fn has(&self, finding: &Finding, manifests: &Manifests) -> bool {
        self.fingerprints.contains(&finding.fingerprint)
            || !self.items.is_empty()
                && Item::of(finding, manifests).is_some_and(|item| self.items.contains(&item))
    }
}

impl Item {
    fn of(finding: &Finding, manifests: &Manifests) -> Option<Self> {
        let [object] = manifests.objects.as_slice() else { return None };
        let FieldPath(mut steps) = FieldPath::parse(finding.field.as_deref()?);
        let first = steps.iter().position(|step| matches!(step, Segment::Index(_)))? + 1;
        let (outer, inner) = steps.split_at(first);
        let tree = &manifests.file(object.source)?.parsed.tree;
        let found = tree.find(object.root, &FieldPath(outer.to_vec()));
        let mut value = found.whole.then(|| edit::to_json(tree, found.node))?;
        alone(&mut value, inner);
        for step in &mut steps {
            if let Segment::Index(at) = step {
                *at = 0;
            }
        }
        Some(Self { lint: finding.lint, field: FieldPath(steps).to_string(), written: value.to_string() })
    }
}

/// Takes out of every list on the way what is not on it.
fn alone(value: &mut Value, way: &[Segment]) {
    let Some((step, rest)) = way.split_first() else { return };
    let next = match (step, value) {
        (Segment::Index(at), Value::Array(items)) => {
            let at = *at as usize;
            items.truncate(at.saturating_add(1));
            items.drain(..at.min(items.len()));
            items.first_mut()
        }
        (Segment::Field(name) | Segment::Key(name), value) => value.get_mut(&**name),
        _ => None,
    };
    next.into_iter().for_each(|next| alone(next, rest));
}
