//! Who selects all that another selects, without holding each against each.

use std::collections::BTreeMap;

/// What selects pods, each found by one label value that it asks for: what selects all that another
/// selects asks for no value that the other does not ask for too.
pub(super) struct Subjects<'v, T> {
    by_value: BTreeMap<(&'v str, &'v str), Vec<T>>,
    others: Vec<T>,
}

impl<'v, T> Subjects<'v, T> {
    /// Takes note of these, each with a value that it asks for, if there is one.
    pub(super) fn of(subjects: impl Iterator<Item = (Option<(&'v str, &'v str)>, T)>) -> Self {
        let mut found = Self { by_value: BTreeMap::new(), others: Vec::new() };
        for (asked, subject) in subjects {
            let home = match asked {
                Some(asked) => found.by_value.entry(asked).or_default(),
                None => &mut found.others,
            };
            home.push(subject);
        }
        found
    }

    /// Groups among which are all that select whatever is selected by asking for these values; what
    /// selects nothing asks for `None`, and is selected by everything.
    pub(super) fn wider<'s>(
        &'s self,
        asked: Option<impl Iterator<Item = (&'s str, &'s str)>>,
    ) -> impl Iterator<Item = &'s [T]> {
        let all = asked.is_none().then(|| self.by_value.values());
        let near = asked.into_iter().flatten().filter_map(|asked| self.by_value.get(&asked));
        all.into_iter().flatten().chain(near).chain([&self.others]).map(Vec::as_slice)
    }
}
