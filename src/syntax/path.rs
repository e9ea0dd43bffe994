//! Following a field path down a tree.

use super::tree::{NodeId, Tree};
use crate::field::{FieldPath, Segment};

/// Where a path leads in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The deepest node on the path that exists.
    pub node: NodeId,
    /// The key under which that node stands, if it is a field.
    pub key: Option<NodeId>,
    /// Whether the whole path exists.
    pub whole: bool,
}

impl Tree {
    /// Follows `path` down from `root` as far as it goes.
    #[must_use]
    pub fn find(&self, root: NodeId, path: &FieldPath) -> Found {
        let mut found = Found { node: root, key: None, whole: true };
        for step in &path.0 {
            let next = match step {
                Segment::Field(name) | Segment::Key(name) => {
                    self.entry(found.node, name).map(|entry| (entry.value, Some(entry.key)))
                }
                Segment::Index(at) => self.items(found.node).get(*at as usize).map(|id| (*id, None)),
            };
            match next {
                Some((node, key)) => found = Found { node, key, whole: true },
                None => {
                    return Found { whole: false, ..found };
                }
            }
        }
        found
    }
}
