//! JSON's tokens: what stands at a place of a text, and what of it is no JSON, in
//! `encoding/json`'s words. Knows nothing of trees.

use super::super::scan::unescaped;
use super::super::tree::{Fault, FaultKind};
use super::super::yaml::{clamp, too_deep};
use crate::options::Limits;
use crate::source::Span;
use std::borrow::Cow;

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Cursor<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The next byte.
    pub(in crate::syntax) at: usize,
}

/// Text between quotes: as it is written, every escape of it a good one.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Written<'t> {
    text: &'t str,
    /// Where it stands, between its quotes.
    pub(in crate::syntax) start: usize,
    pub(in crate::syntax) end: usize,
    /// Whether it means what is written: it has no escapes.
    pub(in crate::syntax) plain: bool,
}

impl<'t> Written<'t> {
    fn raw(self) -> &'t str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    /// The text it means.
    pub(in crate::syntax) fn text(self) -> Cow<'t, str> {
        if self.plain { Cow::Borrowed(self.raw()) } else { Cow::Owned(self.resolved()) }
    }

    fn resolved(self) -> String {
        let raw = self.raw();
        let mut out = String::with_capacity(raw.len());
        let mut cursor = Cursor::new(raw, 0);
        loop {
            let start = cursor.at;
            while cursor.peek().is_some_and(|byte| byte != b'\\') {
                cursor.at += 1;
            }
            out.push_str(cursor.since(start));
            cursor.at += 1;
            match cursor.escape() {
                Ok(c) => out.push(c),
                Err(_) => return out,
            }
        }
    }
}

impl<'t> Cursor<'t> {
    pub(in crate::syntax) fn new(text: &'t str, at: usize) -> Self {
        Self { text, bytes: text.as_bytes(), at }
    }

    #[inline]
    pub(in crate::syntax) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(in crate::syntax) fn space(&mut self) {
        // Most bytes are no white space, nor near it.
        while let Some(byte @ 0..=b' ') = self.peek() {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return;
            }
            self.at += 1;
        }
    }

    /// The text from a place to here.
    pub(in crate::syntax) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The text from here on.
    pub(in crate::syntax) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// A key and its colon.
    pub(in crate::syntax) fn key(&mut self) -> Result<(Written<'t>, usize), Box<Fault>> {
        self.space();
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("looking for beginning of object key string"));
        }
        let key = self.string()?;
        let end = self.at;
        self.colon()?;
        Ok((key, end))
    }

    /// Passes the colon after a key.
    #[inline]
    pub(in crate::syntax) fn colon(&mut self) -> Result<(), Box<Fault>> {
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("after object key"));
        }
        self.at += 1;
        Ok(())
    }

    /// Whether a collection that ends with `close` goes on after a value; past the byte that says so.
    #[inline]
    pub(in crate::syntax) fn goes_on(&mut self, close: u8) -> Result<bool, Box<Fault>> {
        self.space();
        let next = self.peek();
        if next != Some(b',') && next != Some(close) {
            let place = if close == b'}' { "after object key:value pair" } else { "after array element" };
            return Err(self.unexpected(place));
        }
        self.at += 1;
        Ok(next == Some(b','))
    }

    /// Whether a collection is empty; past its brackets then, else past the first.
    #[inline]
    pub(in crate::syntax) fn opens_empty(&mut self, close: u8) -> bool {
        self.at += 1;
        self.space();
        let empty = self.peek() == Some(close);
        self.at += usize::from(empty);
        empty
    }

    /// Nothing but white space may follow.
    pub(in crate::syntax) fn end(&mut self) -> Result<(), Box<Fault>> {
        self.space();
        if self.at < self.bytes.len() { Err(self.unexpected("after top-level value")) } else { Ok(()) }
    }

    /// Passes a value by, nested in at most so many collections.
    pub(in crate::syntax) fn skip(&mut self, depth: usize, limits: &Limits) -> Result<(), Box<Fault>> {
        self.space();
        match self.peek() {
            Some(open @ (b'{' | b'[')) => {
                let Some(depth) = depth.checked_sub(1) else {
                    return Err(Box::new(too_deep(self.at, limits)));
                };
                let close = if open == b'{' { b'}' } else { b']' };
                let mut more = !self.opens_empty(close);
                while more {
                    if open == b'{' {
                        self.key()?;
                    }
                    self.skip(depth, limits)?;
                    more = self.goes_on(close)?;
                }
                Ok(())
            }
            Some(b'"') => self.string().map(|_| ()),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            _ => self.number(),
        }
    }

    pub(in crate::syntax) fn literal(&mut self, word: &str) -> Result<(), Box<Fault>> {
        for wanted in word.bytes() {
            if self.peek() != Some(wanted) {
                return Err(
                    self.unexpected(&format!("in literal {word} (expecting '{}')", char::from(wanted)))
                );
            }
            self.at += 1;
        }
        Ok(())
    }

    pub(in crate::syntax) fn number(&mut self) -> Result<(), Box<Fault>> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.unexpected("looking for beginning of value"));
        }
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(())
    }

    fn digits(&mut self, place: &str) -> Result<(), Box<Fault>> {
        if !self.peek().is_some_and(|b| b.is_ascii_digit()) {
            return Err(self.unexpected(place));
        }
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    /// Passes text without escapes, which is most text, and gives where it ends before its quote;
    /// nothing where something else stands here. The shorter way to what `string` gives.
    #[inline(always)]
    pub(in crate::syntax) fn plain(&mut self) -> Option<usize> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let start = self.at + 1;
        let end = start + unescaped(self.bytes.get(start..).unwrap_or_default());
        if self.bytes.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        Some(end)
    }

    #[inline]
    pub(in crate::syntax) fn string(&mut self) -> Result<Written<'t>, Box<Fault>> {
        self.at += 1;
        let start = self.at;
        let mut plain = true;
        loop {
            self.at += unescaped(self.bytes.get(self.at..).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    let end = self.at;
                    self.at += 1;
                    return Ok(Written { text: self.text, start, end, plain });
                }
                Some(b'\\') => {
                    plain = false;
                    self.at += 1;
                    self.escape()?;
                }
                _ => return Err(self.unexpected("in string literal")),
            }
        }
    }

    /// What an escape means, from after its backslash on.
    fn escape(&mut self) -> Result<char, Box<Fault>> {
        let c = match self.peek() {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let unit = self.hex()?;
                return Ok(self.second(unit));
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        Ok(c)
    }

    /// The character of a UTF-16 unit and, where it needs one, of the escape that follows. Halves
    /// that stand alone become U+FFFD.
    fn second(&mut self, unit: u32) -> char {
        let start = self.at;
        if (0xd800..0xdc00).contains(&unit) && self.bytes.get(start..start + 2) == Some(b"\\u") {
            self.at += 2;
            match self.hex() {
                Ok(low) if (0xdc00..0xe000).contains(&low) => {
                    let both = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                    return char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER);
                }
                _ => self.at = start,
            }
        }
        char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<u32, Box<Fault>> {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|b| char::from(b).to_digit(16)) else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    /// The fault of the byte here, in Go's words. Go counts the byte it stumbled over.
    pub(in crate::syntax) fn unexpected(&self, place: &str) -> Box<Fault> {
        let message = match self.peek() {
            None => "unexpected EOF".into(),
            Some(byte) => {
                format!("json: offset {}: invalid character {} {place}", self.at + 1, quoted(byte))
            }
        };
        let start = self.at;
        let width = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Box::new(Fault {
            document: 0,
            span: Span::new(clamp(start), clamp(start + width)),
            kind: FaultKind::Broken,
            message,
            help: None,
        })
    }
}

/// A byte as Go shows it: as if it were a character.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".into(),
        b'"' => r#"'"'"#.into(),
        b'\\' => r"'\\'".into(),
        7 => r"'\a'".into(),
        8 => r"'\b'".into(),
        b'\t' => r"'\t'".into(),
        b'\n' => r"'\n'".into(),
        0xb => r"'\v'".into(),
        0xc => r"'\f'".into(),
        b'\r' => r"'\r'".into(),
        0..0x20 | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        0xa0 => r"'\u00a0'".into(),
        _ => format!("'{}'", char::from(byte)),
    }
}
