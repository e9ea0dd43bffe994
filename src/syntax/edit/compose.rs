//! Edits of edited text, told as edits of the first text.

use super::TextEdit;

enum Piece {
    /// Bytes of the first text.
    Old(usize, usize),
    New(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Old(start, end) => end - start,
            Self::New(text) => text.len(),
        }
    }

    fn cut(self, at: usize) -> (Self, Self) {
        match self {
            Self::Old(start, end) => (Self::Old(start, start + at), Self::Old(start + at, end)),
            Self::New(text) => {
                let (head, tail) = text.split_at_checked(at).unwrap_or((&text, ""));
                (Self::New(head.into()), Self::New(tail.into()))
            }
        }
    }
}

/// The present text as pieces of the first one and new text.
pub(super) struct Pieces {
    pieces: Vec<Piece>,
    len: usize,
}

impl Pieces {
    pub(super) fn whole(len: usize) -> Self {
        Self { pieces: vec![Piece::Old(0, len)], len }
    }

    /// Applies edits of the present text: sorted here, disjoint as [`super::apply`] has found.
    pub(super) fn apply(&mut self, edits: &[TextEdit]) {
        let mut sorted: Vec<&TextEdit> = edits.iter().collect();
        crate::order::sort_by_key(&mut sorted, |edit| edit.span);
        for edit in sorted.into_iter().rev() {
            let from = self.boundary(edit.span.start as usize);
            let to = self.boundary(edit.span.end as usize).max(from);
            self.pieces.splice(from..to, [Piece::New(edit.text.clone())]);
        }
    }

    /// The number of the piece that starts at `at`, cutting one if need be.
    fn boundary(&mut self, at: usize) -> usize {
        let mut before = 0;
        for index in 0..self.pieces.len() {
            let len = self.pieces.get(index).map_or(0, Piece::len);
            if before == at {
                return index;
            }
            if before + len > at {
                let (head, tail) = self.pieces.remove(index).cut(at - before);
                self.pieces.splice(index..index, [head, tail]);
                return index + 1;
            }
            before += len;
        }
        self.pieces.len()
    }

    /// All that was changed, as edits of the first text.
    pub(super) fn edits(self) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let (mut at, mut pending) = (0, String::new());
        for piece in self.pieces.into_iter().chain([Piece::Old(self.len, self.len)]) {
            match piece {
                Piece::New(text) => pending.push_str(&text),
                Piece::Old(start, end) => {
                    if start == end && start != self.len {
                        continue;
                    }
                    if start > at || !pending.is_empty() {
                        edits.push(TextEdit::new(at, start, std::mem::take(&mut pending)));
                    }
                    at = end;
                }
            }
        }
        edits
    }
}
