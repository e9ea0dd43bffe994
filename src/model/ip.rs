//! Addresses of both families, and the address space cut once along every bound that matters.

use crate::order;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address as a number within its family; IPv4 sorts before IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Addr {
    /// Whether it is IPv6.
    pub v6: bool,
    /// Its value.
    pub value: u128,
}

impl Addr {
    /// Reads an address; an IPv4 address mapped into IPv6 counts as IPv4, as on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<IpAddr>().ok().map(Self::from)
    }

    /// The highest address of its family.
    #[must_use]
    pub const fn last(v6: bool) -> Self {
        Self { v6, value: if v6 { u128::MAX } else { u32::MAX as u128 } }
    }

    /// The lowest address of a family.
    #[must_use]
    pub const fn first(v6: bool) -> Self {
        Self { v6, value: 0 }
    }

    /// The range of every CIDR that it lies in, the narrowest first.
    pub fn cidrs(self) -> impl Iterator<Item = Range> {
        let bits = if self.v6 { 128 } else { 32 };
        (0..=bits).map(move |host| {
            let mask = 1_u128.checked_shl(host).map_or(u128::MAX, |size| size - 1);
            let at = |value| Self { v6: self.v6, value };
            Range { first: at(self.value & !mask), last: at(self.value | mask) }
        })
    }

    fn next(self) -> Option<Self> {
        (self != Self::last(self.v6)).then(|| Self { value: self.value + 1, ..self })
    }

    fn before(self) -> Option<Self> {
        (self.value > 0).then(|| Self { value: self.value - 1, ..self })
    }
}

impl From<IpAddr> for Addr {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self { v6: false, value: u32::from(ip).into() },
            IpAddr::V6(ip) => Self { v6: true, value: ip.into() },
        }
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v6 {
            return Ipv6Addr::from(self.value).fmt(f);
        }
        Ipv4Addr::from(u32::try_from(self.value).unwrap_or(u32::MAX)).fmt(f)
    }
}

/// Addresses from the first to the last, of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The lowest.
    pub first: Addr,
    /// The highest.
    pub last: Addr,
}

impl Range {
    /// Every address of a family.
    #[must_use]
    pub const fn family(v6: bool) -> Self {
        Self { first: Addr::first(v6), last: Addr::last(v6) }
    }

    /// One address.
    #[must_use]
    pub const fn one(addr: Addr) -> Self {
        Self { first: addr, last: addr }
    }

    /// Reads a CIDR, masking host bits, as every evaluator does. Leading zeros are read as
    /// decimal digits, which is how Go's legacy parser takes what validation lets through.
    #[must_use]
    pub fn cidr(text: &str) -> Option<Self> {
        let (ip, length) = text.split_once('/')?;
        let addr = Addr::parse(ip).or_else(|| decimal_quad(ip))?;
        let wide: u32 = if addr.v6 { 128 } else { 32 };
        let length: u32 = length.parse().ok()?;
        // `::ffff:10.0.0.0/104` is `10.0.0.0/8` in Go's reading.
        let mapped = !addr.v6 && ip.contains(':');
        let length = if mapped { length.checked_sub(96)? } else { length };
        if length > wide {
            return None;
        }
        let mask = u128::MAX.checked_shr(128 - wide + length).unwrap_or(0);
        let mask = if addr.v6 { mask } else { mask & u128::from(u32::MAX) };
        let at = |value| Addr { v6: addr.v6, value };
        Some(Self { first: at(addr.value & !mask), last: at(addr.value | mask) })
    }

    /// Reads an address, a CIDR, or `first-last`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains('/') {
            return Self::cidr(text);
        }
        let Some((first, last)) = text.split_once('-') else {
            return Addr::parse(text).map(Self::one);
        };
        let range = Self { first: Addr::parse(first)?, last: Addr::parse(last)? };
        (range.first.v6 == range.last.v6 && range.first <= range.last).then_some(range)
    }

    /// Whether an address lies within.
    #[must_use]
    pub fn contains(self, addr: Addr) -> bool {
        self.first <= addr && addr <= self.last
    }

    /// What both share.
    #[must_use]
    pub fn overlap(self, other: Self) -> Option<Self> {
        let both = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        (self.first.v6 == other.first.v6 && both.first <= both.last).then_some(both)
    }
}

impl fmt::Display for Range {
    /// `first-last`, always in full: the form in which answers name external endpoints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

fn decimal_quad(text: &str) -> Option<Addr> {
    let mut value = 0_u128;
    let mut parts = 0;
    for part in text.split('.') {
        let number: u8 = part
            .trim_start_matches('0')
            .parse()
            .or_else(|e| if part.is_empty() { Err(e) } else { Ok(0) })
            .ok()?;
        if !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        value = value << 8 | u128::from(number);
        parts += 1;
    }
    (parts == 4).then_some(Addr { v6: false, value })
}

/// An `ipBlock`: its CIDR without its `except` ranges, as rising ranges that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block {
    /// What it covers.
    pub ranges: Vec<Range>,
}

impl Block {
    /// The block of these texts; what cannot be read covers and excepts nothing.
    #[must_use]
    pub fn read(cidr: &str, except: &[String]) -> Self {
        let Some(whole) = Range::cidr(cidr) else { return Self::default() };
        let mut holes: Vec<Range> = except.iter().filter_map(|it| Range::cidr(it)?.overlap(whole)).collect();
        crate::order::sort(&mut holes);
        let mut ranges = Vec::new();
        let mut from = Some(whole.first);
        for hole in holes {
            let Some(first) = from else { break };
            ranges
                .extend(hole.first.before().filter(|last| first <= *last).map(|last| Range { first, last }));
            from = hole.last.next().map_or_else(|| None, |next| Some(next.max(first)));
        }
        ranges
            .extend(from.filter(|first| *first <= whole.last).map(|first| Range { first, last: whole.last }));
        Self { ranges }
    }

    /// Whether an address lies within.
    #[must_use]
    pub fn contains(&self, addr: Addr) -> bool {
        self.from(addr).is_some_and(|own| own.contains(addr))
    }

    /// Whether all of `range` lies within.
    #[must_use]
    pub fn covers(&self, range: Range) -> bool {
        self.from(range.first).is_some_and(|own| own.contains(range.first) && range.last <= own.last)
    }

    /// Whether all of another block lies within; what covers nothing lies nowhere.
    #[must_use]
    pub fn covers_block(&self, other: &Self) -> bool {
        !other.ranges.is_empty() && other.ranges.iter().all(|range| self.covers(*range))
    }

    /// Whether a part of `range` lies within.
    #[must_use]
    pub fn meets(&self, range: Range) -> bool {
        self.from(range.first).is_some_and(|own| own.overlap(range).is_some())
    }

    /// The first range that does not end before an address.
    fn from(&self, addr: Addr) -> Option<&Range> {
        self.ranges.get(self.ranges.partition_point(|own| own.last < addr))
    }
}

/// The address space of both families, cut along every bound given: within a piece, no block
/// tells two addresses apart.
#[derive(Clone, Debug, Default)]
pub struct Space {
    /// The first address of each piece, rising.
    starts: Vec<Addr>,
}

impl Space {
    /// Cuts along the bounds of these ranges.
    #[must_use]
    pub fn cut<'a>(ranges: impl Iterator<Item = &'a Range>) -> Self {
        let mut starts = vec![Addr::first(false), Addr::first(true)];
        for range in ranges {
            starts.push(range.first);
            starts.extend(range.last.next());
        }
        order::sort(&mut starts);
        starts.dedup();
        Self { starts }
    }

    /// How many pieces there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none: only before anything was cut.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The piece an address lies in.
    #[must_use]
    pub fn piece(&self, addr: Addr) -> usize {
        self.starts.partition_point(|start| *start <= addr).saturating_sub(1)
    }

    /// The pieces that a range along the bounds consists of.
    #[must_use]
    pub fn pieces(&self, range: Range) -> std::ops::RangeInclusive<usize> {
        self.piece(range.first)..=self.piece(range.last)
    }

    /// The addresses of a piece.
    #[must_use]
    pub fn range(&self, piece: usize) -> Range {
        let first = self.starts.get(piece).copied().unwrap_or(Addr::first(false));
        let next = self.starts.get(piece + 1).filter(|next| next.v6 == first.v6);
        Range { first, last: next.and_then(|next| next.before()).unwrap_or(Addr::last(first.v6)) }
    }
}

/// Joins neighbouring ranges; the input rises.
#[must_use]
pub fn join(ranges: &[Range]) -> Vec<Range> {
    let mut out: Vec<Range> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if last.last.next() == Some(range.first) => last.last = range.last,
            _ => out.push(*range),
        }
    }
    out
}

/// Distinct blocks and their ids.
#[derive(Clone, Debug, Default)]
pub struct Blocks {
    /// By id.
    pub list: Vec<Block>,
    ids: BTreeMap<Block, u32>,
}

impl Blocks {
    /// The id of a block.
    pub fn id(&mut self, block: Block) -> u32 {
        if let Some(id) = self.ids.get(&block) {
            return *id;
        }
        let id = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(block.clone());
        self.ids.insert(block, id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::{Addr, Block, Range, Space};

    fn block(cidr: &str, except: &[&str]) -> String {
        let except: Vec<String> = except.iter().map(ToString::to_string).collect();
        let ranges = Block::read(cidr, &except).ranges;
        ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn blocks_in_both_families() {
        assert_eq!(block("10.1.2.3/8", &[]), "10.0.0.0-10.255.255.255");
        assert_eq!(block("0.0.0.0/0", &["10.0.0.0/8"]), "0.0.0.0-9.255.255.255 11.0.0.0-255.255.255.255");
        assert_eq!(block("::/0", &["8000::/1"]), "::-7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        assert_eq!(block("fd00::1/128", &[]), "fd00::1-fd00::1");
        assert_eq!(block("10.0.0.0/8", &["10.0.0.0/9", "10.128.0.0/9"]), "");
        assert_eq!(block("10.0.0.0/8", &["::/0"]), "10.0.0.0-10.255.255.255");
        assert_eq!(block("010.000.001.009/32", &[]), "10.0.1.9-10.0.1.9");
    }

    #[test]
    fn covering_walks_over_touching_ranges() {
        let block = Block::read("10.0.0.0/8", &["10.64.0.0/10".into()]);
        let covers = |text: &str| block.covers(Range::parse(text).unwrap());
        assert!(covers("10.0.0.0/10") && covers("10.128.0.0/9") && !covers("10.0.0.0/9"));
    }

    #[test]
    fn the_space_is_cut_at_bounds_only() {
        let ranges = ["10.0.0.0/8", "10.1.0.0/16", "fd00::/8"].map(|text| Range::cidr(text).unwrap());
        let space = Space::cut(ranges.iter());
        assert_eq!(space.len(), 5 + 3);
        let covered: Vec<Range> = (0..space.len()).map(|at| space.range(at)).collect();
        assert_eq!(super::join(&covered), [Range::family(false), Range::family(true)]);
        assert_eq!(space.piece(Addr::parse("10.1.2.3").unwrap()), 2);
    }
}
