//! The text as the parser is shown it: in small chunks, with the few characters hidden that the
//! parser would stumble over where go-yaml reads on, or panic.
//!
//! # Why the parser does not panic
//!
//! Every place in libyaml-safer 0.3.0 that can, by what rules it out. A new version of it must be
//! gone through again.
//!
//! By what we do once, in `reader::read`:
//! - `set_input`, `set_encoding` assert that they are called once; `update_buffer` that they were.
//! - `Encoding::Any` and UTF-16 in `update_buffer`: the encoding is set to UTF-8 beforehand.
//! - `state_machine` at its end, `Scanner::scan`: we stop at the first error, document end or
//!   stream end, and `parse` is all we call.
//!
//! By [`Chunks`], whose chunks hold whole characters and whose last character is a line break:
//! - `read_utf8_buffered`, from the error arm on: the bytes are valid UTF-8.
//! - `scan_flow_scalar`, the character behind a backslash: the last character is none.
//! - `scan_block_scalar`, `read_line_break` behind a line: the text does not end within a line.
//! - `fetch_more_tokens` would run on at the end while a simple key is possible on its last line:
//!   the stream ends on a line of its own, where all keys are stale.
//!
//! By the length of a text, at most 2³⁰ bytes (`syntax::LONGEST`):
//! - `i32` columns, `indent + increment`, `indent + 1`, `flow_level`, `length` of an anchor; the
//!   asserts of `increase_flow_level` and `roll_indent`. Marks are 64 bits wide, counts `usize`.
//!
//! By the parser's own invariants:
//! - `skip_char`, `read_char`, `buffer[0]`, `AS_DIGIT`, `AS_HEX_AT`: each stands behind a look at the
//!   same characters, which finds them there.
//! - Sums in numbers: a version has nine digits at most, an escape eight of four bits, an octet two.
//!   `char::from_u32` of an octet is always a character; `head[1..]` begins with `!`.
//! - `simple_keys.last`: one per flow level and one below, and levels are never closed below zero.
//! - `indents.pop`: columns are at least -1, the bottom of the stack, and indents grow upward.
//! - `tokens.insert`: a possible key's number is not below `tokens_parsed`, since `fetch_more_tokens`
//!   gives out no token that is or precedes a possible key, and not above the queue's end, which
//!   stood there when the key was saved. Keys of lower levels stand before those of higher ones, so
//!   that what is put in moves none of them.
//! - `peek`, `skip_token`: `fetch_more_tokens` returns with a token or an error, and every skip stands
//!   behind a peek with no other skip between.
//! - `states.pop`: every node is parsed after a push and pops once, a collection at its end.
//!   `marks.pop`: pushed where a collection starts, popped where it ends or errs.
//!
//! By [`tag_marks`]: `scan_tag` panics on a comma right behind a tag in a flow collection.
//! - It reads only characters of a run that `tag_marks` finds, from a `!` at which a token starts.
//!   No token ends in a letter or digit right before another: plain text ends at white space, a
//!   colon or a bracket, an anchor at punctuation, a block scalar after a line break, all the rest
//!   at white space. So every comma that `scan_tag` can come to is hidden at first.
//! - A comma is shown again only when an attempt read it within a scalar and not as its first
//!   character. The next attempt reads the same up to it, because what else is shown along with it
//!   stands before it where such marks do not matter (in quotes, or plain or block text outside of
//!   brackets); it comes to the comma within that scalar, or errs before. The first mark whose
//!   showing steers what follows is the last one shown (`Reader::misread`), so that later attempts
//!   show later marks only, and all of them read up to there the same. A colon hidden meanwhile
//!   stands at most one character before the last mark shown, within its scalar too; a hidden
//!   quote within a quoted scalar behind it.

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

/// U+FEFF, which libyaml skips where it starts a line and go-yaml reads as any other character; and
/// what is shown for it, as long in UTF-8, of those that Unicode keeps free of any use.
pub(super) const MARK: char = '\u{feff}';
pub(super) const MASKED_MARK: char = '\u{fdd0}';

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
        // go-yaml skips the mark as well where its text starts with it.
        let rest = self.body.get(self.at..self.at + size).unwrap_or_default();
        match rest.windows(3).position(|it| it == "\u{feff}".as_bytes()) {
            Some(0) if self.at > 0 => return Ok("\u{fdd0}".as_bytes()),
            Some(0) | None => {}
            Some(at) => size = at,
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
