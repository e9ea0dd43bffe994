//! What a scalar means: YAML 1.1's implicit types as go-yaml resolves them, and numbers in the
//! spelling Go's JSON encoder gives them.

/// A resolved scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    /// `null` and its spellings.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits 64 bits, in decimal.
    Int(Box<str>),
    /// An integer above the signed range: a value like any other, but no key.
    Uint(u64),
    /// A float; infinities and NaN have no JSON form, yet are fine as keys.
    Float(f64),
    /// Text: the scalar's own.
    Text,
    /// Text other than the scalar's own: decoded base64.
    Decoded(Box<str>),
}

impl Scalar {
    fn tag(&self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Int(_) | Self::Uint(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Text | Self::Decoded(_) => "!!str",
        }
    }
}

const LONG_PREFIX: &str = "tag:yaml.org,2002:";

/// Resolves a scalar whose type is open (plain, or tagged). `tag` is empty where none is written.
/// The error is go-yaml's, without its `yaml: `.
pub(super) fn resolve(tag: &str, text: &str) -> Result<Scalar, String> {
    let short = tag.strip_prefix(LONG_PREFIX);
    match (tag, short) {
        ("", _) => Ok(implicit(text)),
        (_, Some("str")) => Ok(Scalar::Text),
        (_, Some("binary")) => binary(text),
        (_, Some("timestamp")) if is_timestamp(text) => Ok(Scalar::Text),
        (_, Some(want @ ("bool" | "int" | "float" | "null" | "timestamp"))) => {
            let found = implicit(text);
            match (want, found) {
                ("float", Scalar::Int(digits)) => Ok(Scalar::Float(digits.parse().unwrap_or(0.0))),
                (_, found) if found.tag().strip_prefix("!!") == Some(want) => Ok(found),
                (_, found) => Err(format!("cannot decode {} `{text}` as a !!{want}", found.tag())),
            }
        }
        // Tags that go-yaml does not know leave the text as it is.
        _ => Ok(Scalar::Text),
    }
}

fn implicit(text: &str) -> Scalar {
    let Some(first) = text.bytes().next() else {
        return Scalar::Null;
    };
    match first {
        b'+' | b'-' | b'0'..=b'9' => named(text).unwrap_or_else(|| number(text)),
        b'.' => named(text).or_else(|| dotted(text)).unwrap_or(Scalar::Text),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            named(text).unwrap_or(Scalar::Text)
        }
        _ => Scalar::Text,
    }
}

fn named(text: &str) -> Option<Scalar> {
    // The longest name has five letters.
    if text.len() > 5 {
        return None;
    }
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// A float that starts with its dot. Go's own parser reads it: underscores only between digits.
fn dotted(text: &str) -> Option<Scalar> {
    if !text.contains('_') {
        return float(text).map(Scalar::Float);
    }
    let digit = |part: Option<u8>| part.is_some_and(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('_').collect();
    let between = parts.windows(2).all(|pair| match pair {
        [a, b] => digit(a.bytes().last()) && digit(b.bytes().next()),
        _ => false,
    });
    between.then(|| float(&parts.concat()).map(Scalar::Float)).flatten()
}

fn number(text: &str) -> Scalar {
    let bare;
    let plain = if text.contains('_') {
        bare = text.replace('_', "");
        bare.as_str()
    } else {
        text
    };
    if let Some(found) = integer(plain).or_else(|| float(plain).map(Scalar::Float)) {
        return found;
    }
    // go-yaml's own reading of `0b…`, kept for the odd `0b-1`.
    let (sign, digits) = match (plain.strip_prefix("0b"), plain.strip_prefix("-0b")) {
        (Some(digits), _) => ("", digits),
        (_, Some(digits)) => ("-", digits),
        _ => return Scalar::Text,
    };
    match i64::from_str_radix(&format!("{sign}{digits}"), 2) {
        Ok(value) => Scalar::Int(value.to_string().into()),
        Err(_) => Scalar::Text,
    }
}

/// Go's `strconv.ParseInt(s, 0, 64)`, then `ParseUint`.
fn integer(text: &str) -> Option<Scalar> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => (Some('-'), text.get(1..)?),
        Some(b'+') => (Some('+'), text.get(1..)?),
        _ => (None, text),
    };
    let lower =
        |p: &str| digits.get(..2).filter(|head| head.eq_ignore_ascii_case(p)).and_then(|_| digits.get(2..));
    let (digits, radix) = if let Some(rest) = lower("0x") {
        (rest, 16)
    } else if let Some(rest) = lower("0b") {
        (rest, 2)
    } else if let Some(rest) = lower("0o") {
        (rest, 8)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (digits.get(1..)?, 8)
    } else {
        (digits, 10)
    };
    // Rust would take a second sign.
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    if sign == Some('-') {
        return match size {
            0 => Some(Scalar::Int("0".into())),
            1..=0x8000_0000_0000_0000 => Some(Scalar::Int(format!("-{size}").into())),
            _ => None,
        };
    }
    if i64::try_from(size).is_ok() {
        return Some(Scalar::Int(size.to_string().into()));
    }
    // Go's unsigned parser takes no sign at all.
    sign.is_none().then_some(Scalar::Uint(size))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` within the range of a double.
fn float(text: &str) -> Option<f64> {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = body.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !plain || !body.bytes().next().is_some_and(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A float as Go's `encoding/json` spells it.
pub(super) fn json_float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        return match text.split_once('e') {
            Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
            _ => text,
        };
    }
    format!("{value}")
}

/// A float as a mapping key: Go's `FormatFloat(v, 'g', -1, 32)`, with YAML's infinities.
#[expect(clippy::cast_possible_truncation, reason = "Go rounds such keys to 32 bits too")]
pub(super) fn key_float(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf".into() } else { "-.inf".into() };
    }
    let text = format!("{value:e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    match power.parse::<i32>() {
        Ok(power) if value != 0.0 && !(-4..6).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.abs())
        }
        _ => format!("{value}"),
    }
}

/// The date forms go-yaml knows: `2006-1-2`, with `T15:4:5.9Z07:00` or ` 15:4:5.9`.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default()),
        None => (text, ""),
    };
    let small = |part: &str, low: u32, high: u32| {
        matches!(part.len(), 1 | 2) && part.parse::<u32>().is_ok_and(|n| (low..=high).contains(&n))
    };
    let mut parts = date.splitn(3, '-');
    let year = parts.next().is_some_and(|y| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()));
    if !(year
        && parts.next().is_some_and(|m| small(m, 1, 12))
        && parts.next().is_some_and(|d| small(d, 1, 31)))
    {
        return false;
    }
    if time.is_empty() {
        return true;
    }
    let zoned = !time.starts_with(' ');
    let clock = time.get(1..).unwrap_or_default();
    let (clock, zone) = match clock.find(['Z', '+', '-']) {
        Some(at) => (clock.get(..at).unwrap_or_default(), clock.get(at..).unwrap_or_default()),
        None => (clock, ""),
    };
    let zone_fits = match zone.as_bytes() {
        [] => !zoned,
        [b'Z'] => zoned,
        [b'+' | b'-', h1, h2, b':', m1, m2] => zoned && [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    };
    let mut parts = clock.splitn(3, ':');
    let (hour, minute, second) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    zone_fits
        && hour.is_some_and(|h| small(h, 0, 23))
        && minute.is_some_and(|m| small(m, 0, 59))
        && small(second, 0, 59)
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

fn binary(text: &str) -> Result<Scalar, String> {
    let bytes = base64(text).ok_or("!!binary value contains invalid base64 data")?;
    // JSON holds text only: Go writes U+FFFD for each byte that is none.
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(Scalar::Decoded(out.into()))
}

/// Standard base64 with padding; line breaks are skipped, as Go does.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
    let mut out = Vec::with_capacity(digits.len() / 4 * 3);
    let mut groups = digits.chunks(4).peekable();
    while let Some(group) = groups.next() {
        let &[a, b, c, d] = group else { return None };
        let last = groups.peek().is_none();
        let value = |digit: u8| -> Option<u32> {
            Some(u32::from(match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            }))
        };
        let padding = match (c, d) {
            (b'=', b'=') if last => 2,
            (_, b'=') if last => 1,
            _ => 0,
        };
        let c = if padding == 2 { 0 } else { value(c)? };
        let d = if padding >= 1 { 0 } else { value(d)? };
        let [_, x, y, z] = (value(a)? << 18 | value(b)? << 12 | c << 6 | d).to_be_bytes();
        out.extend([x, y, z].into_iter().take(3 - padding));
    }
    Some(out)
}

/// Whether a plain scalar of this text is read as text.
pub(super) fn is_text(text: &str) -> bool {
    implicit(text) == Scalar::Text
}
