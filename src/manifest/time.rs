//! Times as Go reads them: RFC 3339, and Go's words for what is wrong with one.

/// Go's layout of RFC 3339, named in its errors.
const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// Reads an element of the layout: its value and the rest.
type Read = fn(&str) -> Option<(u32, &str)>;

/// Why Go's `time.Parse` would not read `text`, in its words; none where it would.
#[must_use]
pub(super) fn fault(text: &str) -> Option<String> {
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
    let mut date = [0; 3];
    for (at, (element, read, least, most, name)) in parts.into_iter().enumerate() {
        let Some((value, after)) = read(rest) else {
            return Some(cannot(text, rest, element));
        };
        if value < least || value > most {
            return Some(out_of_range(text, name));
        }
        if let (0 | 2 | 4, Some(slot)) = (at, date.get_mut(at / 2)) {
            *slot = value;
        }
        rest = after;
    }
    rest = fraction(rest);
    rest = match zone(rest) {
        Zone::Read(after) => after,
        Zone::Broken => return Some(cannot(text, rest, "Z07:00")),
        Zone::OutOfRange(what) => return Some(out_of_range(text, what)),
    };
    if !rest.is_empty() {
        return Some(format!("parsing time {text:?}: extra text: {rest:?}"));
    }
    let [year, month, day] = date;
    (day < 1 || day > days(year, month)).then(|| out_of_range(text, "day"))
}

fn cannot(text: &str, rest: &str, element: &str) -> String {
    format!("parsing time {text:?} as {LAYOUT:?}: cannot parse {rest:?} as {element:?}")
}

fn out_of_range(text: &str, what: &str) -> String {
    format!("parsing time {text:?}: {what} out of range")
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

/// Seconds may have a fraction after a point or a comma.
fn fraction(text: &str) -> &str {
    let Some(after) = text.strip_prefix(['.', ',']) else {
        return text;
    };
    let rest = after.trim_start_matches(|it: char| it.is_ascii_digit());
    if rest.len() == after.len() { text } else { rest }
}

enum Zone<'t> {
    Read(&'t str),
    Broken,
    OutOfRange(&'static str),
}

fn zone(text: &str) -> Zone<'_> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Zone::Read(rest);
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
        Some((_, _, rest)) => Zone::Read(rest),
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
    use super::fault;

    #[test]
    fn reads_what_go_reads() {
        for good in ["2024-02-29T23:59:59Z", "2024-01-01T00:00:00.5+02:00"] {
            assert_eq!(fault(good), None, "{good}");
        }
        for (bad, why) in [
            ("bad", "cannot parse \"bad\" as \"2006\""),
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
}
