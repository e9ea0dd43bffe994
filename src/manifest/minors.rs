//! Sets of Kubernetes minors: which servers say a thing. Differences between versions are data on
//! the error, so that one judgement serves all versions.

use crate::options::{Kubernetes, Minor};
use std::fmt;

/// A set of [`Minor`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinorSet(u8);

impl MinorSet {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All supported ones.
    pub const ALL: Self = Self((1 << Minor::ALL.len()) - 1);

    /// `first` and every later one.
    #[must_use]
    pub const fn since(first: Minor) -> Self {
        Self(Self::ALL.0 & !((1 << first as u8) - 1))
    }

    /// Every one before `end`.
    #[must_use]
    pub const fn before(end: Minor) -> Self {
        Self((1 << end as u8) - 1)
    }

    /// What an option asks about.
    #[must_use]
    pub const fn asked(kubernetes: Kubernetes) -> Self {
        match kubernetes {
            Kubernetes::Any => Self::ALL,
            Kubernetes::Minor(minor) => Self(1 << minor as u8),
        }
    }

    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are in this.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The newest.
    #[must_use]
    pub fn newest(self) -> Option<Minor> {
        Minor::ALL.into_iter().rev().find(|it| self.covers(Self::asked(Kubernetes::Minor(*it))))
    }
}

/// `1.36, 1.37`
impl fmt::Display for MinorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for minor in Minor::ALL {
            if self.covers(Self::asked(Kubernetes::Minor(minor))) {
                write!(f, "{}{minor}", if first { "" } else { ", " })?;
                first = false;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_and_before_part_the_minors() {
        let (old, new) = (MinorSet::before(Minor::V36), MinorSet::since(Minor::V36));
        assert_eq!((old.to_string().as_str(), new.to_string().as_str()), ("1.33, 1.34, 1.35", "1.36, 1.37"));
        assert_eq!((old.or(new), old.and(new)), (MinorSet::ALL, MinorSet::NONE));
        assert_eq!(new.newest(), Some(Minor::NEWEST));
    }
}
