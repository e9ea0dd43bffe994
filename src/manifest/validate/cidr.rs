//! Address ranges as the server reads them: with the parser Go had before 1.17, which takes
//! leading zeros for decimal, and the stricter one that judges new values since 1.36.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range as `net.ParseCIDR` of old Go reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cidr {
    /// The address as written; IPv4 in its IPv6-mapped form, as Go keeps it.
    address: u128,
    /// 32 or 128: the family by the way it is written.
    width: u8,
    /// The prefix length.
    length: u8,
}

const MAPPED: u128 = 0xffff << 32;

/// Reads a range with the old parser.
pub(super) fn parse(text: &str) -> Option<Cidr> {
    let (address, length) = text.split_once('/')?;
    let (address, width) = match ipv4(address) {
        Some(it) => (MAPPED | u128::from(it), 32),
        None => (ipv6(address)?, 128),
    };
    let length = decimal(length).filter(|it| *it <= u32::from(width))?;
    Some(Cidr { address, width, length: u8::try_from(length).ok()? })
}

/// Go's `dtoi`: digits only, and not too many of them.
fn decimal(text: &str) -> Option<u32> {
    number(text, 10)
}

fn number(text: &str, radix: u32) -> Option<u32> {
    const BIG: u32 = 0xff_ffff;
    let mut value = 0;
    for it in text.chars() {
        value = value * radix + it.to_digit(radix)?;
        if value >= BIG {
            return None;
        }
    }
    (!text.is_empty()).then_some(value)
}

fn ipv4(text: &str) -> Option<u32> {
    let mut parts = text.split('.');
    let mut value = 0;
    for _ in 0..4 {
        value = value << 8 | decimal(parts.next()?).filter(|it| *it <= 0xff)?;
    }
    parts.next().is_none().then_some(value)
}

fn ipv6(text: &str) -> Option<u128> {
    let (head, tail) = match text.split_once("::") {
        // The pair of colons stands for one group at least, and only once.
        Some((_, tail)) if tail.contains("::") || tail.starts_with(':') => return None,
        Some((head, tail)) => (groups(head, false)?, Some(groups(tail, true)?)),
        None => (groups(text, true)?, None),
    };
    let count = head.len() + tail.as_ref().map_or(0, Vec::len);
    let fits = if tail.is_some() { count < 8 } else { count == 8 };
    if !fits {
        return None;
    }
    let tail = tail.unwrap_or_default();
    let gap = std::iter::repeat_n(0, 8 - count);
    Some(head.into_iter().chain(gap).chain(tail).fold(0, |all, group| all << 16 | u128::from(group)))
}

/// Groups of hexadecimal digits. At the end of an address an IPv4 address may stand for two.
fn groups(text: &str, end: bool) -> Option<Vec<u32>> {
    let mut out = Vec::new();
    if text.is_empty() {
        return Some(out);
    }
    let mut parts = text.split(':').peekable();
    while let Some(part) = parts.next() {
        if end && part.contains('.') && parts.peek().is_none() {
            let it = ipv4(part)?;
            out.extend([it >> 16, it & 0xffff]);
        } else {
            out.push(number(part, 16).filter(|it| *it <= 0xffff)?);
        }
        if out.len() > 8 {
            return None;
        }
    }
    Some(out)
}

/// An address of either family, as Go tells them apart: by value, not by the way it is written.
fn to_ip(address: u128) -> IpAddr {
    match u32::try_from(address & !MAPPED) {
        Ok(it) if address & MAPPED == MAPPED && address >> 48 == 0 => IpAddr::V4(Ipv4Addr::from(it)),
        _ => IpAddr::V6(Ipv6Addr::from(address)),
    }
}

impl Cidr {
    /// The first address of the range.
    fn network(self) -> u128 {
        let free = u32::from(self.width - self.length);
        self.address & !1u128.checked_shl(free).map_or(u128::MAX, |it| it - 1)
    }

    /// The network and its prefix length, in the family of the network's value.
    fn net(self) -> (IpAddr, u8) {
        let ip = to_ip(self.network());
        let mapped = ip.is_ipv4() && self.width == 128;
        (ip, if mapped { self.length.saturating_sub(96) } else { self.length })
    }

    /// Whether `inner` lies inside and is smaller, by the server's rule.
    pub(super) fn strictly_contains(self, inner: Self) -> bool {
        let inside = match (self.net(), to_ip(inner.network())) {
            ((IpAddr::V4(net), length), IpAddr::V4(it)) => {
                let free = 32 - u32::from(length);
                (u64::from(net.to_bits()) ^ u64::from(it.to_bits())) >> free == 0
            }
            ((IpAddr::V6(net), length), IpAddr::V6(it)) => {
                let free = 128 - u32::from(length);
                (net.to_bits() ^ it.to_bits()).checked_shr(free).unwrap_or(0) == 0
            }
            _ => false,
        };
        inside && self.length < inner.length
    }

    /// The range as Go prints it.
    fn canonical(self) -> String {
        let (ip, length) = self.net();
        format!("{ip}/{length}")
    }
}

/// The text as the strict parser reads it.
fn strict(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let digits = length.bytes().all(|it| it.is_ascii_digit());
    let leading = length.len() > 1 && length.starts_with('0');
    Some((address.parse().ok()?, length.parse().ok().filter(|_| digits && !leading)?))
}

/// Why a new value is refused that the old parser reads.
pub(super) fn too_sloppy(text: &str, cidr: Cidr) -> Option<&'static str> {
    match strict(text) {
        None => Some("must not have leading 0s in IP or prefix length"),
        Some((IpAddr::V6(it), _)) if it.to_ipv4_mapped().is_some() => {
            Some("must not have an IPv4-mapped IPv6 address")
        }
        Some(_) if cidr.network() != cidr.address => Some("must not have bits set beyond the prefix length"),
        Some(_) => None,
    }
}

/// What a range that is doubted may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manifest) struct Repairs {
    /// The range, as the server would write it.
    pub(in crate::manifest) network: String,
    /// The one address, where the text names one inside the range.
    pub(in crate::manifest) host: Option<String>,
}

/// What to write in place of a range that the old parser reads.
pub(in crate::manifest) fn repairs(text: &str) -> Option<Repairs> {
    let cidr = parse(text)?;
    let host = (cidr.address != cidr.network()).then(|| {
        let ip = to_ip(cidr.address);
        format!("{ip}/{}", if ip.is_ipv4() { 32 } else { 128 })
    });
    Some(Repairs { network: cidr.canonical(), host })
}

/// Whether every server takes a range.
pub(in crate::manifest) fn is_range(text: &str) -> bool {
    parse(text).is_some_and(|it| too_sloppy(text, it).is_none())
}

/// A warning about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// In the same words everywhere.
    Same(String),
    /// What is refused since 1.36, and was to be refused before: the value to write instead.
    NonStandard(String),
}

/// What the server warns of in a value.
pub(super) fn doubts(text: &str) -> Vec<Doubt> {
    let Some(cidr) = parse(text) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let quoted = crate::manifest::go::quote(text);
    let canonical = cidr.canonical();
    if cidr.address != cidr.network() {
        let single = format!("{}/{}", to_ip(cidr.address), cidr.width);
        out.push(Doubt::Same(format!(
            "CIDR value {quoted} is ambiguous in this context (should be \"{canonical}\" or \"{single}\"?)"
        )));
    }
    match strict(text) {
        None => out.push(Doubt::NonStandard(canonical)),
        Some((IpAddr::V6(it), _)) if it.to_ipv4_mapped().is_some() => out.push(Doubt::NonStandard(canonical)),
        Some((IpAddr::V6(it), length)) if out.is_empty() => {
            let canonical = format!("{it}/{length}");
            if canonical != text {
                out.push(Doubt::Same(format!(
                    "IPv6 CIDR value {quoted} should be in RFC 5952 canonical format (\"{canonical}\")"
                )));
            }
        }
        Some(_) => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_parser_reads_leading_zeros_as_decimal() {
        assert_eq!(parse("010.0.0.0/08").map(Cidr::canonical).as_deref(), Some("10.0.0.0/8"));
        assert_eq!(parse("0:0:00000db8::/64").map(Cidr::canonical).as_deref(), Some("0:0:db8::/64"));
        for bad in [
            "1.2.3.4",
            "",
            "192.168.0.0/+16",
            "192.168.0.0/-16",
            "10.0.0.0/33",
            "x/8",
            "1.2.3/8",
            "/8",
            "::1::/8",
            ":::/8",
            "1:2:3:4:5:6:7:8::/8",
            "10.0.0.0/",
            "fe80::1%eth0/64",
            "1:2:3:4:5:6:7/8",
            "1.2.3.4::/8",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn new_values_are_judged_strictly() {
        let judged = |text: &str| too_sloppy(text, parse(text).unwrap());
        for (text, why) in [
            ("10.0.0.0/8", None),
            ("2001:DB8:0::/64", None),
            ("010.0.0.0/8", Some("leading 0s")),
            ("::ffff:10.0.0.0/104", Some("IPv4-mapped")),
            ("10.0.0.1/8", Some("bits set")),
        ] {
            assert_eq!(judged(text).is_some(), why.is_some(), "{text}");
            assert!(judged(text).unwrap_or_default().contains(why.unwrap_or_default()), "{text}");
        }
    }

    #[test]
    fn doubts_name_the_value_to_write() {
        let ambiguous = "CIDR value \"192.0.2.8/24\" is ambiguous in this context \
                         (should be \"192.0.2.0/24\" or \"192.0.2.8/32\"?)";
        assert_eq!(doubts("192.0.2.8/24"), [Doubt::Same(ambiguous.into())]);
        assert_eq!(doubts("192.0.02.0/24"), [Doubt::NonStandard("192.0.2.0/24".into())]);
        assert_eq!(doubts("2001:db8::/64"), []);
        assert_eq!(doubts("2001:DB8::/64").len(), 1);
    }

    #[test]
    fn an_exception_is_inside_and_smaller() {
        let holds = |outer, inner| parse(outer).unwrap().strictly_contains(parse(inner).unwrap());
        assert!(holds("10.0.0.0/8", "10.1.0.0/16"));
        assert!(holds("0.0.0.0/0", "10.1.0.0/16"));
        assert!(holds("::/0", "2001:db8::/32"));
        assert!(!holds("10.0.0.0/8", "10.0.0.0/8"));
        assert!(!holds("10.0.0.0/8", "11.0.0.0/16"));
        assert!(!holds("10.0.0.0/8", "2001:db8::/32"));
    }
}
