//! Who selects all that another selects, without holding each against each.

use std::collections::BTreeMap;

/// The value of a label.
type Asked<'v> = (&'v str, &'v str);

/// What selects pods, by its place in a list, found by one label value that it asks for: what selects
/// all that another selects asks for no value that the other does not ask for too.
pub(super) struct Subjects<'v> {
    by_value: BTreeMap<Asked<'v>, Vec<usize>>,
    others: Vec<usize>,
}

impl<'v> Subjects<'v> {
    /// Takes note of a list, of each a value that it asks for, if there is one.
    pub(super) fn of(list: &[Option<Asked<'v>>]) -> Self {
        let mut found = Self { by_value: BTreeMap::new(), others: Vec::new() };
        for (place, asked) in list.iter().enumerate() {
            let home = match asked {
                Some(asked) => found.by_value.entry(*asked).or_default(),
                None => &mut found.others,
            };
            home.push(place);
        }
        found
    }

    /// Groups among which are all that select whatever is selected by asking for these values; what
    /// selects nothing asks for `None`, and is selected by everything.
    pub(super) fn wider<'s>(&'s self, asked: Option<&[Asked<'s>]>) -> Vec<&'s [usize]> {
        let mut near = vec![self.others.as_slice()];
        match asked {
            Some(asked) => {
                let groups = asked.iter().filter_map(|asked| self.by_value.get(asked));
                near.extend(groups.map(Vec::as_slice));
            }
            None => near.extend(self.by_value.values().map(Vec::as_slice)),
        }
        near
    }
}
