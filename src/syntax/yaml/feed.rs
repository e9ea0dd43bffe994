//! The text as the parser is shown it: in small chunks, with the few characters hidden that the
//! parser would stumble over where go-yaml reads on.

use libyaml_safer::Mark;
use std::io::{BufRead, Read as ReadBytes};

/// The characters that go-yaml would have read on with: a colon, or all such quotes of a scalar.
pub(super) fn stumbled(problem: &str, mark: Mark, body: &str) -> Option<Vec<usize>> {
    let at = usize::try_from(mark.index).ok()?;
    let rest = body.get(at..)?;
    match problem {
        "found unexpected ':'" => Some(vec![at]),
        "found unknown escape character" if rest.starts_with("\\'") => {
            let (mut quotes, mut escaped) = (Vec::new(), false);
            for (step, byte) in rest.bytes().enumerate() {
                match byte {
                    b'\'' if escaped => quotes.push(at + step),
                    b'"' if !escaped => break,
                    _ => {}
                }
                escaped = byte == b'\\' && !escaped;
            }
            Some(quotes)
        }
        _ => None,
    }
}

/// What `\v` reads as, which stands for the escape `\'`. Nobody writes it himself beside one.
pub(super) const MASKED_QUOTE: char = '\u{b}';

/// The commas and brackets of what may be tags. go-yaml counts them to the tag (`!a,b`); libyaml
/// does not, and the parser panics on a comma there. Hidden, the tag reads as go-yaml reads it.
pub(super) fn tag_marks(body: &str) -> Vec<usize> {
    let bytes = body.as_bytes();
    let mut marks = Vec::new();
    let mut end = 0;
    for (at, _) in body.match_indices('!') {
        let before = at.checked_sub(1).and_then(|it| bytes.get(it));
        // No token ends with a letter or digit right before a tag; behind anything else one may start.
        let starts = before.is_none_or(|it| !it.is_ascii_alphanumeric());
        if at < end || !starts {
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let in_tag = |it: &u8| it.is_ascii_alphanumeric() || b"<>_-;/?:@&=+$,.!~*'()[]%".contains(it);
        let run = rest.iter().take_while(|it| in_tag(it));
        end = at + run.clone().count();
        marks.extend(run.enumerate().filter(|(_, it)| b",[]".contains(it)).map(|(i, _)| at + i));
    }
    marks
}

/// Feeds the parser as go-yaml does, 512 bytes at a time (so that a fault before a forbidden
/// character is told first, and memory stays small), and ends the last line.
pub(super) struct Chunks<'t> {
    body: &'t [u8],
    at: usize,
    /// Offsets of characters to hide, ascending, each shown as a letter.
    masked: &'t [usize],
    ends_line: bool,
}

impl<'t> Chunks<'t> {
    pub(super) fn new(body: &'t str, masked: &'t [usize]) -> Self {
        Self { body: body.as_bytes(), at: 0, masked, ends_line: body.ends_with('\n') }
    }
}

impl BufRead for Chunks<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let left = self.body.len().saturating_sub(self.at);
        if left == 0 {
            let over = self.ends_line || self.at > self.body.len();
            return Ok(if over { b"" } else { b"\n" });
        }
        let mut size = left.min(512);
        match self.masked.get(self.masked.partition_point(|at| *at < self.at)) {
            Some(at) if *at == self.at => {
                let quote = self.body.get(self.at) == Some(&b'\'');
                return Ok(if quote { b"v" } else { b"x" });
            }
            Some(at) => size = size.min(at - self.at),
            None => {}
        }
        // Never cut a character.
        while self.body.get(self.at + size).is_some_and(|byte| byte & 0xc0 == 0x80) {
            size -= 1;
        }
        Ok(self.body.get(self.at..self.at + size).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount;
    }
}

impl ReadBytes for Chunks<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let size = {
            let ready = self.fill_buf()?;
            let size = ready.len().min(out.len());
            for (to, from) in out.iter_mut().zip(ready) {
                *to = *from;
            }
            size
        };
        self.consume(size);
        Ok(size)
    }
}
