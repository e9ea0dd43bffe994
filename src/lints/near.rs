//! Near misses: a selector that selects nothing supplied, and the label it was probably meant to
//! ask for.

use super::selectors::requirements;
use super::workloads::holds;
use crate::field::FieldPath;
use crate::manifest::workload::Labels;
use crate::similar::distance;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// A slip of the finger is at most this many edits away.
const SLIP: usize = 2;

/// What a selector was probably meant to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Near {
    /// Where the value stands.
    pub(super) field: FieldPath,
    /// The key and value as written.
    pub(super) written: (String, String),
    /// The key and value that exist.
    pub(super) meant: (String, String),
}

/// The one requirement of a selector at `at` that keeps some of `candidates` from matching, if it is a label
/// and off by a slip: in its value under the same key, or in its key with the same value.
pub(super) fn near_miss<'l>(
    selector: &LabelSelector,
    at: &FieldPath,
    candidates: impl Iterator<Item = &'l Labels>,
) -> Option<Near> {
    let mut best: Option<(usize, Near)> = None;
    for labels in candidates {
        let mut failing = requirements(selector).filter(|it| !holds(it, labels));
        let (Some(wrong), None) = (failing.next(), failing.next()) else { continue };
        let mut values = wrong.values.iter();
        let (Some(value), None) = (values.next(), values.next()) else { continue };
        if wrong.operator != "In" {
            continue;
        }
        for (key, own) in labels {
            let far = match (key == wrong.key, own == value) {
                (true, false) => slip(value, own),
                (false, true) => slip(wrong.key, key),
                _ => None,
            };
            let Some(far) = far else { continue };
            if best.as_ref().is_none_or(|(least, _)| far < *least) {
                let written = (wrong.key.to_owned(), value.to_owned());
                let near = Near { field: wrong.field(at), written, meant: (key.clone(), own.clone()) };
                best = Some((far, near));
            }
        }
    }
    best.map(|(_, near)| near)
}

/// The edits between two words, where they are few enough for a slip: `db` and `web` are not alike.
pub(super) fn slip(written: &str, exists: &str) -> Option<usize> {
    let far = distance(written, exists, SLIP);
    let short = written.chars().count().min(exists.chars().count());
    // Versions, stages and numbers differ by one character and mean something else.
    let counted = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    (far > 0 && far <= SLIP && far * 3 <= short && !counted(written) && !counted(exists)).then_some(far)
}

#[cfg(test)]
mod tests {
    use super::slip;

    #[test]
    fn only_a_slip_is_near() {
        assert_eq!(slip("monitorng", "monitoring"), Some(1));
        assert_eq!([slip("db", "web"), slip("v1", "v2"), slip("prod", "prod")], [None, None, None]);
    }
}
