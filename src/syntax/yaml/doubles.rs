//! Keys written twice.

use super::super::tree::{Entry, NodeId, Tree};

/// Notes the keys written again. Merged keys are not written.
pub(in crate::syntax) fn find_doubles(tree: &Tree, entries: &[Entry], found: &mut Vec<NodeId>) {
    /// Below this comparing all pairs is cheaper than sorting.
    const FEW: usize = 12;
    if entries.len() <= FEW {
        for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.merged) {
            let key = tree.as_str(entry.key);
            let before = entries.iter().take(at).filter(|entry| !entry.merged);
            if before.into_iter().any(|other| tree.as_str(other.key) == key) {
                found.push(entry.key);
            }
        }
        return;
    }
    let mut keys: Vec<(Option<&str>, NodeId)> = entries
        .iter()
        .filter(|entry| !entry.merged)
        .map(|entry| (tree.as_str(entry.key), entry.key))
        .collect();
    // Stable: among equal keys the first written stays first.
    crate::order::sort_by_key(&mut keys, |(key, _)| *key);
    let mut doubles: Vec<NodeId> = keys
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a.0 == b.0 => Some(b.1),
            _ => None,
        })
        .collect();
    crate::order::sort(&mut doubles);
    found.extend(doubles);
}
