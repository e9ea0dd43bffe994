//! The subjects of the policies of a namespace, and which of them select all that another selects.

use crate::model::Model;
use std::collections::{BTreeMap, BTreeSet};

/// Subjects, by the number of their selector. Those that ask for one value of a label are found by
/// it, so that policies of a thousand different pods are not held against each other.
pub(super) struct Subjects<'m> {
    by_value: BTreeMap<(&'m str, &'m str), BTreeSet<u32>>,
    others: BTreeSet<u32>,
}

impl<'m> Subjects<'m> {
    /// Takes note of these.
    pub(super) fn of(model: &'m Model<'_>, subjects: impl Iterator<Item = u32>) -> Self {
        let (by_value, others) = Default::default();
        let mut found = Self { by_value, others };
        for subject in subjects {
            let home = match model.parts.selector(subject).values().next() {
                Some(asked) => found.by_value.entry(asked).or_default(),
                None => &mut found.others,
            };
            home.insert(subject);
        }
        found
    }

    /// Those that select all that this one selects, itself among them.
    pub(super) fn wider(&self, model: &Model<'_>, subject: u32) -> Vec<u32> {
        let own = model.parts.selector(subject);
        // What selects nothing is selected by everything.
        let near: Vec<_> = if own.is_unsatisfiable() {
            self.by_value.values().collect()
        } else {
            own.values().filter_map(|asked| self.by_value.get(&asked)).collect()
        };
        let all = near.into_iter().chain([&self.others]).flatten().copied();
        all.filter(|other| own.implies(model.parts.selector(*other))).collect()
    }
}
