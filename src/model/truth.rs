//! Three-valued truth and the pairs {must, may} that carry it through sets.

use std::sync::Arc;

/// What an input can say of a statement. The order makes `and` the minimum and `or` the maximum,
/// which is Kleene's strong logic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// Certainly not.
    No,
    /// The input cannot tell.
    Unknown,
    /// Certainly.
    Yes,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// One of both holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// It does not hold.
    #[must_use]
    pub const fn negate(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }

    /// Whether it certainly holds.
    #[must_use]
    pub fn must(self) -> bool {
        self == Self::Yes
    }

    /// Whether it may hold.
    #[must_use]
    pub fn may(self) -> bool {
        self != Self::No
    }

    /// The value whose two bounds these are.
    #[must_use]
    pub const fn between(must: bool, may: bool) -> Self {
        match (must, may) {
            (true, _) => Self::Yes,
            (false, true) => Self::Unknown,
            (false, false) => Self::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(it: bool) -> Self {
        if it { Self::Yes } else { Self::No }
    }
}

/// A set known within bounds: what is certainly in it and what may be. Where both are equal they
/// share one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Between<T> {
    /// What certainly belongs.
    pub must: Arc<T>,
    /// What may belong; holds all of `must`.
    pub may: Arc<T>,
}

impl<T: PartialEq> Between<T> {
    /// A set that is wholly known.
    #[must_use]
    pub fn exactly(it: T) -> Self {
        let it = Arc::new(it);
        Self { must: Arc::clone(&it), may: it }
    }

    /// A set of these bounds.
    #[must_use]
    pub fn new(must: T, may: T) -> Self {
        if must == may { Self::exactly(must) } else { Self { must: Arc::new(must), may: Arc::new(may) } }
    }

    /// Whether nothing about it is open.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        Arc::ptr_eq(&self.must, &self.may) || self.must == self.may
    }

    /// Both bounds under one monotone function.
    #[must_use]
    pub fn map<U: PartialEq>(&self, f: impl Fn(&T) -> U) -> Between<U> {
        if Arc::ptr_eq(&self.must, &self.may) {
            Between::exactly(f(&self.must))
        } else {
            Between::new(f(&self.must), f(&self.may))
        }
    }

    /// Both bounds of two sets under one monotone function.
    #[must_use]
    pub fn zip<U, V: PartialEq>(&self, other: &Between<U>, f: impl Fn(&T, &U) -> V) -> Between<V> {
        if Arc::ptr_eq(&self.must, &self.may) && Arc::ptr_eq(&other.must, &other.may) {
            Between::exactly(f(&self.must, &other.must))
        } else {
            Between::new(f(&self.must, &other.must), f(&self.may, &other.may))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};

    #[test]
    fn kleene_tables() {
        let all = [No, Unknown, Yes];
        let and: Vec<_> = all.iter().flat_map(|a| all.map(|b| a.and(b))).collect();
        let or: Vec<_> = all.iter().flat_map(|a| all.map(|b| a.or(b))).collect();
        assert_eq!(and, [No, No, No, No, Unknown, Unknown, No, Unknown, Yes]);
        assert_eq!(or, [No, Unknown, Yes, Unknown, Unknown, Yes, Yes, Yes, Yes]);
        assert_eq!(all.map(super::Truth::negate), [Yes, Unknown, No]);
    }
}
