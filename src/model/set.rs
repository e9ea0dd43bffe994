//! Sets of small numbers as sorted runs of 64-bit words: classes of endpoints live in these.
//!
//! Classes of one namespace are neighbours, so a selector's set touches few words however many
//! classes there are, and "everything" costs one word for each 64.

/// A set of `u32`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Set {
    /// (word number, bits), by number, no empty word.
    words: Vec<(u32, u64)>,
}

impl Set {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { words: Vec::new() }
    }

    /// All numbers below `n`.
    #[must_use]
    pub fn below(n: u32) -> Self {
        let mut words: Vec<(u32, u64)> = (0..n / 64).map(|at| (at, u64::MAX)).collect();
        if !n.is_multiple_of(64) {
            words.push((n / 64, (1 << (n % 64)) - 1));
        }
        Self { words }
    }

    /// Adds `n`. Numbers that come in rising order cost constant time.
    pub fn insert(&mut self, n: u32) {
        let (at, bit) = (n / 64, 1 << (n % 64));
        match self.words.last_mut() {
            Some((last, bits)) if *last == at => *bits |= bit,
            Some((last, _)) if *last > at => match self.words.binary_search_by_key(&at, |word| word.0) {
                Ok(found) => {
                    if let Some(word) = self.words.get_mut(found) {
                        word.1 |= bit;
                    }
                }
                Err(gap) => self.words.insert(gap, (at, bit)),
            },
            _ => self.words.push((at, bit)),
        }
    }

    /// Whether `n` belongs.
    #[must_use]
    pub fn contains(&self, n: u32) -> bool {
        let found = self.words.binary_search_by_key(&(n / 64), |word| word.0);
        found.ok().and_then(|at| self.words.get(at)).is_some_and(|word| word.1 >> (n % 64) & 1 == 1)
    }

    /// Whether nothing belongs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many numbers belong.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.1.count_ones() as usize).sum()
    }

    /// The numbers, rising.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().flat_map(|(at, bits)| Bits(*bits).map(move |bit| at * 64 + bit))
    }

    /// What belongs to one of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        merge(self, other, |a, b| a | b)
    }

    /// What belongs to both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        // Walking the shorter side keeps narrow selectors cheap beside "everything".
        let (short, long) = if self.words.len() <= other.words.len() { (self, other) } else { (other, self) };
        if short.words.len() * 8 > long.words.len() {
            return merge(self, other, |a, b| a & b);
        }
        let hit = |(at, bits): &(u32, u64)| {
            let found = long.words.binary_search_by_key(at, |word| word.0).ok()?;
            let both = long.words.get(found)?.1 & bits;
            (both != 0).then_some((*at, both))
        };
        Self { words: short.words.iter().filter_map(hit).collect() }
    }

    /// What belongs to this one only.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        merge(self, other, |a, b| a & !b)
    }

    /// Whether all of this belongs to `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_empty()
    }

    /// Whether both share a number.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }
}

impl FromIterator<u32> for Set {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut set = Self::new();
        for n in numbers {
            set.insert(n);
        }
        set
    }
}

struct Bits(u64);

impl Iterator for Bits {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit)
    }
}

fn merge(a: &Set, b: &Set, f: impl Fn(u64, u64) -> u64) -> Set {
    let (mut left, mut right) = (a.words.iter().peekable(), b.words.iter().peekable());
    let mut words = Vec::new();
    loop {
        let (at, bits) = match (left.peek(), right.peek()) {
            (None, None) => return Set { words },
            (Some(l), Some(r)) if l.0 == r.0 => {
                let both = (l.0, f(l.1, r.1));
                left.next();
                right.next();
                both
            }
            (Some(l), r) if r.is_none_or(|r| l.0 < r.0) => {
                let only = (l.0, f(l.1, 0));
                left.next();
                only
            }
            (_, Some(r)) => {
                let only = (r.0, f(0, r.1));
                right.next();
                only
            }
            (Some(_), None) => return Set { words },
        };
        if bits != 0 {
            words.push((at, bits));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Set;
    use std::collections::BTreeSet;

    #[test]
    fn agrees_with_btreeset() {
        let mut seed = 7_u64;
        let mut next = |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % n
        };
        for round in 0..300 {
            let span = if round % 2 == 0 { 200 } else { 5000 };
            let (na, nb) = (next(60), next(8));
            let a: BTreeSet<u32> = (0..na).map(|_| next(span) as u32).collect();
            let b: BTreeSet<u32> = (0..nb).map(|_| next(span) as u32).collect();
            let (sa, sb): (Set, Set) = (a.iter().rev().copied().collect(), b.iter().copied().collect());
            let same = |s: &Set, t: Vec<u32>| assert_eq!(s.iter().collect::<Vec<_>>(), t);
            same(&sa.union(&sb), a.union(&b).copied().collect());
            same(&sa.intersection(&sb), a.intersection(&b).copied().collect());
            same(&sa.difference(&sb), a.difference(&b).copied().collect());
            assert_eq!(sa.len(), a.len());
            assert!((0..span as u32).all(|n| sa.contains(n) == a.contains(&n)));
        }
        assert_eq!(Set::below(130).len(), 130);
    }
}
