//! The nearest of several known names to one that was written: for "did you mean".

/// The candidate within edit distance `most` that is nearest to `written`, the first of equals.
/// Letter case counts for nothing.
///
/// ```
/// assert_eq!(netpol::similar::nearest("matchLabel", ["podSelector", "matchLabels"], 2), Some("matchLabels"));
/// ```
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Option<&'a str> {
    let written = written.to_ascii_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let far = distance(&written, &candidate.to_ascii_lowercase(), most);
        if far <= most && best.is_none_or(|(least, _)| far < least) {
            best = Some((far, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The candidate nearest to `written` among names of several parts, such as `namespace/name`, where
/// each part is off by at most a third of its length.
///
/// ```
/// use netpol::similar::nearest_path;
/// assert_eq!(nearest_path("shop/wb", ["shop/db", "shop/web"]), Some("shop/web"));
/// assert_eq!(nearest_path("shop/wb", ["shop/db", "other/wb"]), None);
/// ```
pub fn nearest_path<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let part = |(a, b): (&str, &str)| {
        let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
        let most = a.chars().count().max(b.chars().count()) / 3;
        Some(distance(&a, &b, most)).filter(|far| *far <= most)
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        if candidate.split('/').count() != written.split('/').count() {
            continue;
        }
        let parts = written.split('/').zip(candidate.split('/'));
        let Some(far) = parts.map(part).sum::<Option<usize>>() else { continue };
        if best.is_none_or(|(least, _)| far < least) {
            best = Some((far, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edit distance with swaps of neighbours counted as one (optimal string alignment); anything
/// over `most` is reported as `most + 1`.
#[must_use]
pub fn distance(a: &str, b: &str, most: usize) -> usize {
    let sizes = (a.chars().count(), b.chars().count());
    // Names in manifests are short; what is not cannot be a slip of the finger.
    if sizes.0.abs_diff(sizes.1) > most || sizes.0.max(sizes.1) > 300 {
        return most + 1;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut cost = at(&last, j) + usize::from(x != y);
            cost = cost.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        if row.iter().all(|cost| *cost > most) {
            return most + 1;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(most + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        let far = |a, b| distance(a, b, 3);
        assert_eq!([far("ab", "ab"), far("ab", "ba"), far("abc", "abd"), far("a", "xyz12")], [0, 1, 1, 4]);
    }

    #[test]
    fn too_far_is_no_suggestion() {
        assert_eq!(nearest("ports", ["from", "to"], 2), None);
    }
}
