//! Selectors and peers as sets of classes, each computed once.
//!
//! Takes an inverted index from label to classes; gives {must, may} sets.

use super::selector::{Selector, Test};
use super::set::Set;
use super::truth::Between;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Labels to the numbers of what carries them.
#[derive(Debug, Default)]
pub struct Index {
    all: Arc<Set>,
    count: u32,
    keys: HashMap<String, Postings>,
}

#[derive(Debug, Default)]
struct Postings {
    values: BTreeMap<String, Set>,
    present: Set,
    unknown: Set,
}

impl Index {
    /// The index of `count` things numbered from 0.
    #[must_use]
    pub fn new(count: u32) -> Self {
        Self { all: Arc::new(Set::below(count)), count, keys: HashMap::new() }
    }

    /// Notes that a thing has a label. Things come in rising order.
    pub fn has(&mut self, thing: u32, key: &str, value: &str) {
        let postings = self.keys.entry(key.to_owned()).or_default();
        postings.present.insert(thing);
        match postings.values.get_mut(value) {
            Some(set) => set.insert(thing),
            None => {
                postings.values.insert(value.to_owned(), Set::from_iter([thing]));
            }
        }
    }

    /// Notes that it is unknown whether a thing has a label.
    pub fn may_have(&mut self, thing: u32, key: &str) {
        self.keys.entry(key.to_owned()).or_default().unknown.insert(thing);
    }

    /// The set of everything.
    #[must_use]
    pub fn everyone(&self) -> Set {
        (*self.all).clone()
    }

    /// Everything, for sure.
    #[must_use]
    pub fn everything(&self) -> Between<Set> {
        Between { must: Arc::clone(&self.all), may: Arc::clone(&self.all) }
    }

    /// How many things there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// What a selector selects.
    #[must_use]
    pub fn select(&self, selector: &Selector) -> Between<Set> {
        let mut selected: Option<Between<Set>> = None;
        for (key, test) in &selector.tests {
            let own = self.test(key, test);
            selected = Some(match selected {
                Some(so_far) => so_far.zip(&own, Set::intersection),
                None => own,
            });
        }
        selected.unwrap_or_else(|| self.everything())
    }

    fn test(&self, key: &str, test: &Test) -> Between<Set> {
        let none = Postings::default();
        let postings = self.keys.get(key).unwrap_or(&none);
        let valued = |values: &BTreeSet<String>| {
            let sets = values.iter().filter_map(|value| postings.values.get(value));
            sets.fold(Set::new(), |so_far, set| so_far.union(set))
        };
        let known = || self.all.difference(&postings.unknown);
        let must = match test {
            Test::In(values) => valued(values),
            Test::Present(values) => postings.present.difference(&valued(values)),
            Test::NotIn(values) => known().difference(&valued(values)),
            Test::Absent => known().difference(&postings.present),
        };
        if postings.unknown.is_empty() {
            return Between::exactly(must);
        }
        let may = must.union(&postings.unknown);
        Between::new(must, may)
    }
}
