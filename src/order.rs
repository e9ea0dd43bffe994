//! Ordered collections and stable sorting in little code.
//!
//! The standard library's sort is compiled anew for every type and comparison, at some kilobytes
//! each, and collecting into a BTreeMap or BTreeSet sorts, too. Here one sort serves all; where
//! speed counts more, `sort_unstable` of plain numbers stays.

use std::cmp::Ordering;
use std::mem::swap;

/// Sorts in the order of the items; equal ones stay in the order they have.
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts by what `key` gives; items with equal keys stay in the order they have.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// So many items are sorted where they stand; above, comparing each with each would show.
const FEW: usize = 8;

/// Sorts as `compare` says; equal items stay in the order they have.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if items.len() <= FEW {
        for end in 1..items.len() {
            // The last of these comes to its place among the others, which are in order.
            let mut at = end;
            while let (Some(before), Some(item)) = (items.get(at.wrapping_sub(1)), items.get(at))
                && compare(before, item).is_gt()
            {
                items.swap(at - 1, at);
                at -= 1;
            }
        }
        return;
    }
    let mut ranks = ranks(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    for at in 0..items.len() {
        // Each swap brings an item to its place.
        while let Some(rank) = ranks.get(at).copied().filter(|rank| *rank != at) {
            items.swap(at, rank);
            ranks.swap(at, rank);
        }
    }
}

/// What belongs to each key, in the order of the keys; the items of one keep theirs.
pub(crate) fn group<K: Ord, T>(mut items: Vec<(K, T)>) -> Vec<(K, Vec<T>)> {
    sort_by(&mut items, |a, b| a.0.cmp(&b.0));
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for (key, item) in items {
        match groups.last_mut() {
            Some((last, own)) if *last == key => own.push(item),
            _ => groups.push((key, vec![item])),
        }
    }
    groups
}

/// For each of `count` items, which place is its own.
fn ranks(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        for pair in sorted.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, compare, &mut merged);
        }
        swap(&mut sorted, &mut merged);
        merged.clear();
        width *= 2;
    }
    let mut ranks = vec![0; count];
    for (rank, item) in sorted.into_iter().enumerate() {
        if let Some(slot) = ranks.get_mut(item) {
            *slot = rank;
        }
    }
    ranks
}

/// Appends two sorted runs as one; of equal items the left one comes first.
fn merge(
    mut left: &[usize],
    mut right: &[usize],
    compare: &dyn Fn(usize, usize) -> Ordering,
    merged: &mut Vec<usize>,
) {
    // What is in order already is not compared one by one.
    if let (Some(last), Some(first)) = (left.last(), right.first())
        && compare(*last, *first).is_gt()
    {
        while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
            if compare(*a, *b).is_gt() {
                merged.push(*b);
                right = right_rest;
            } else {
                merged.push(*a);
                left = left_rest;
            }
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
}

/// Collects as `collect` does, item by item, without a sort.
pub(crate) trait Gather: Iterator + Sized {
    /// All items; of equal keys the last counts.
    fn gather<C: Default + Extend<Self::Item>>(self) -> C {
        let mut all = C::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> Gather for I {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(items: Vec<(u8, u32)>) {
            let (mut ours, mut theirs) = (items.clone(), items.clone());
            sort_by_key(&mut ours, |it| it.0 % 8);
            theirs.sort_by_key(|it| it.0 % 8);
            prop_assert_eq!(&ours, &theirs);
            sort(&mut ours);
            theirs.sort();
            prop_assert_eq!(ours, theirs);
        }
    }
}
