//! Edits of one text, applied together.

use crate::api::shapes::EditShape;

/// Edits of one text.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits<'r>(Vec<&'r EditShape>);

impl<'r> Edits<'r> {
    pub(super) fn push(&mut self, edit: &'r EditShape) {
        self.0.push(edit);
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether some edit of each reaches the same byte, or they meet: what stands side by side
    /// may depend on each other, and can wait.
    pub(super) fn touches(&self, other: &Self) -> bool {
        self.0.iter().any(|a| other.0.iter().any(|b| a.start <= b.end && b.start <= a.end))
    }

    /// The text after all edits; none where they overlap or lie outside it.
    pub(super) fn apply(&self, text: &str) -> Option<String> {
        let mut edits = self.0.clone();
        // Stable: insertions at one place keep the order they were given in.
        crate::order::sort_by_key(&mut edits, |edit| (edit.start, edit.end));
        let mut new = String::with_capacity(text.len());
        let mut at = 0;
        for edit in edits {
            let (start, end) = (edit.start as usize, edit.end as usize);
            new.push_str(text.get(at..start)?);
            text.get(start..end)?;
            new.push_str(&edit.text);
            at = end;
        }
        new.push_str(text.get(at..)?);
        Some(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> EditShape {
        EditShape { path: "a".into(), start, end, text: text.into() }
    }

    #[test]
    fn edits_apply_whatever_their_order() {
        let (a, b) = (edit(4, 5, "X"), edit(0, 1, ""));
        let mut edits = Edits::default();
        edits.push(&a);
        edits.push(&b);
        assert_eq!(edits.apply("abcdef").as_deref(), Some("bcdXf"));
    }

    #[test]
    fn overlapping_or_cutting_edits_give_nothing() {
        let (a, b, cut) = (edit(0, 3, ""), edit(2, 4, ""), edit(1, 2, ""));
        let both = Edits(vec![&a, &b]);
        assert_eq!((both.apply("abcdef"), Edits(vec![&cut]).apply("ü")), (None, None));
    }

    #[test]
    fn neighbours_touch() {
        let (a, b, c) = (edit(0, 3, ""), edit(3, 3, "x"), edit(5, 6, ""));
        assert!(Edits(vec![&a]).touches(&Edits(vec![&b])));
        assert!(!Edits(vec![&a]).touches(&Edits(vec![&c])));
    }
}
