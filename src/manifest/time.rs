//! Times as Go reads them: RFC 3339, and Go's words for what is wrong with one.

/// Go's layout of RFC 3339, named in its errors.
const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// Reads an element of the layout: its value and the rest.
type Read = fn(&str) -> Option<(u32, &str)>;

/// Why Go's `time.Parse` would not read `text`, in its words; none where it would.
#[must_use]
pub(super) fn fault(text: &str) -> Option<String> {
    read(text).err()
}

/// Seconds since 1970 and nanoseconds, as Go's `time.Parse` reads them.
///
/// # Errors
/// Where it would not, in its words.
pub(super) fn read(text: &str) -> Result<(i64, i32), String> {
    let mut rest = text;
    let parts: [(&str, Read, u32, u32, &str); 11] = [
        ("2006", |it| digits(it, 4), 0, 9999, "year"),
        ("-", |it| literal(it, '-'), 0, 0, ""),
        ("01", |it| digits(it, 2), 1, 12, "month"),
        ("-", |it| literal(it, '-'), 0, 0, ""),
        ("02", |it| digits(it, 2), 0, 99, "day"),
        ("T", |it| literal(it, 'T'), 0, 0, ""),
        // Go's strict RFC 3339 reader wants two digits; its fallback takes one for the hour only.
        ("15", hour, 0, 23, "hour"),
        (":", |it| literal(it, ':'), 0, 0, ""),
        ("04", |it| digits(it, 2), 0, 59, "minute"),
        (":", |it| literal(it, ':'), 0, 0, ""),
        ("05", |it| digits(it, 2), 0, 59, "second"),
    ];
    let mut read = [0; 11];
    for (at, (element, reader, least, most, name)) in parts.into_iter().enumerate() {
        let Some((value, after)) = reader(rest) else {
            return Err(cannot(text, rest, element));
        };
        if value < least || value > most {
            return Err(out_of_range(text, name));
        }
        if let Some(slot) = read.get_mut(at) {
            *slot = value;
        }
        rest = after;
    }
    let nanoseconds;
    (nanoseconds, rest) = fraction(rest);
    let offset;
    (offset, rest) = match zone(rest) {
        Zone::Read(offset, after) => (offset, after),
        Zone::Broken => return Err(cannot(text, rest, "Z07:00")),
        Zone::OutOfRange(what) => return Err(out_of_range(text, what)),
    };
    if !rest.is_empty() {
        return Err(format!("parsing time {}: extra text: {}", quote(text), quote(rest)));
    }
    let [year, _, month, _, day, _, hour, _, minute, _, second] = read;
    if day < 1 || day > days(year, month) {
        return Err(out_of_range(text, "day"));
    }
    let of_day = i64::from(hour * 3600 + minute * 60 + second);
    Ok((days_before(year, month, day) * DAY + of_day - i64::from(offset), nanoseconds))
}

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Days since 1970 before a day of the calendar.
fn days_before(year: u32, month: u32, day: u32) -> i64 {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    // A year that starts in March has its leap day last.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// A time as the server writes it, to the second, in UTC.
pub(super) fn written(seconds: i64) -> String {
    let (mut left, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let mut year = 0;
    let length = |year| if days(year, 2) == 29 { 366 } else { 365 };
    left += 719_528;
    // Whole cycles of the calendar first, so that few years are left to count.
    let cycles = left.div_euclid(146_097);
    left = left.rem_euclid(146_097);
    while left >= length(year) {
        left -= length(year);
        year += 1;
    }
    let mut month = 1;
    while left >= i64::from(days(year, month)) {
        left -= i64::from(days(year, month));
        month += 1;
    }
    let year = i64::from(year) + cycles * 400;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", left + 1)
}

fn cannot(text: &str, rest: &str, element: &str) -> String {
    let (text, rest) = (quote(text), quote(rest));
    format!("parsing time {text} as {LAYOUT:?}: cannot parse {rest} as {element:?}")
}

fn out_of_range(text: &str, what: &str) -> String {
    format!("parsing time {}: {what} out of range", quote(text))
}

/// As Go's package of times quotes: all but ASCII that can be seen as bytes.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..0x80 => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    let all = head.bytes().all(|it| it.is_ascii_digit());
    all.then(|| head.parse().ok()).flatten().map(|value| (value, rest))
}

fn hour(text: &str) -> Option<(u32, &str)> {
    digits(text, 2).or_else(|| digits(text, 1))
}

fn literal(text: &str, wanted: char) -> Option<(u32, &str)> {
    text.strip_prefix(wanted).map(|rest| (0, rest))
}

/// Seconds may have a fraction after a point or a comma; nanoseconds are the finest that count.
fn fraction(text: &str) -> (i32, &str) {
    let Some(after) = text.strip_prefix(['.', ',']) else {
        return (0, text);
    };
    let rest = after.trim_start_matches(|it: char| it.is_ascii_digit());
    if rest.len() == after.len() {
        return (0, text);
    }
    let digits = after.bytes().take_while(u8::is_ascii_digit).chain(std::iter::repeat(b'0')).take(9);
    (digits.fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')), rest)
}

enum Zone<'t> {
    /// Seconds east of UTC, and what follows.
    Read(i32, &'t str),
    Broken,
    OutOfRange(&'static str),
}

fn zone(text: &str) -> Zone<'_> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Zone::Read(0, rest);
    }
    let read = || {
        let rest = text.strip_prefix(['+', '-'])?;
        let (hours, rest) = digits(rest, 2)?;
        let (_, rest) = literal(rest, ':')?;
        let (minutes, rest) = digits(rest, 2)?;
        Some((hours, minutes, rest))
    };
    match read() {
        None => Zone::Broken,
        Some((hours, ..)) if hours > 24 => Zone::OutOfRange("time zone offset hour"),
        Some((_, minutes, _)) if minutes > 60 => Zone::OutOfRange("time zone offset minute"),
        Some((hours, minutes, rest)) => {
            let east = i32::try_from(hours * 3600 + minutes * 60).unwrap_or_default();
            Zone::Read(if text.starts_with('-') { -east } else { east }, rest)
        }
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{fault, read, written};
    use k8s_openapi::jiff::Timestamp;

    #[test]
    fn reads_what_go_reads() {
        for good in ["2024-02-29T23:59:59Z", "2024-01-01T00:00:00.5+02:00"] {
            assert_eq!(fault(good), None, "{good}");
        }
        for (bad, why) in [
            ("bad", "cannot parse \"bad\" as \"2006\""),
            ("a\n\u{e9}\\\"", r#"cannot parse "a\x0a\xc3\xa9\\\"" as "2006""#),
            ("", "cannot parse \"\" as \"2006\""),
            ("2024-01-01", "cannot parse \"\" as \"T\""),
            ("2024-01-01T00:00:00", "cannot parse \"\" as \"Z07:00\""),
            ("2023-02-29T00:00:00Z", "day out of range"),
            ("2024-13-01T00:00:00Z", "month out of range"),
            ("2024-01-01T00:00:00Zx", "extra text: \"x\""),
        ] {
            assert!(fault(bad).is_some_and(|it| it.ends_with(why)), "{bad}: {:?}", fault(bad));
        }
    }

    #[test]
    fn counts_as_the_time_library_does() {
        for day in (-719_000_i64..2_900_000).step_by(379) {
            let seconds = day * 86_400 + day.rem_euclid(86_400);
            let text = written(seconds);
            assert_eq!(Timestamp::from_second(seconds).unwrap().to_string(), text);
            assert_eq!(read(&text), Ok((seconds, 0)));
        }
        for text in
            ["2024-01-01T00:00:00.5+02:30", "1969-12-31T23:00:00.123456789-01:00", "2000-02-29T12:00:00,25Z"]
        {
            let ours = read(text).unwrap();
            assert_eq!(Timestamp::new(ours.0, ours.1).unwrap(), text.parse().unwrap(), "{text}");
        }
    }
}
