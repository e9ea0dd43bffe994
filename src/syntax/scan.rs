//! What is looked for in a text: bytes several at a time, line breaks. A host that counts the turns of every loop, as OPA's own engine
//! does, makes the turns dearer than the bytes.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

/// The high bit of each byte of a word that is below a bound. Only above such a byte may a bit be
/// wrong.
const fn below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(ONES * bound as u64) & !word & HIGH
}

/// The same of each byte that is this one.
const fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * byte as u64), 1)
}

/// Whether a byte of ASCII stands in a text.
pub(crate) fn has(text: &str, byte: u8) -> bool {
    let (blocks, rest) = text.as_bytes().as_chunks::<32>();
    let is_in = |block: &[u8; 32]| match block.as_chunks::<8>().0 {
        [a, b, c, d] => {
            let found = |word: &[u8; 8]| equal(u64::from_le_bytes(*word), byte);
            found(a) | found(b) | found(c) | found(d) != 0
        }
        _ => block.contains(&byte),
    };
    blocks.iter().any(is_in) || rest.contains(&byte)
}

/// How many bytes go by before a quote, a backslash or a control character.
pub(crate) fn unescaped(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    let mut passed = 0;
    while let Some((eight, after)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*eight);
        let ends = equal(word, b'"') | equal(word, b'\\') | below(word, 0x20);
        if ends != 0 {
            return passed + ends.trailing_zeros() as usize / 8;
        }
        (rest, passed) = (after, passed + 8);
    }
    passed + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}

/// How many bytes at the start fit.
#[inline]
pub(crate) fn fitting(bytes: &[u8], fits: impl Fn(u8) -> bool) -> usize {
    let (fours, _) = bytes.as_chunks();
    let all = |[a, b, c, d]: &[u8; 4]| fits(*a) && fits(*b) && fits(*c) && fits(*d);
    let passed = 4 * fours.iter().position(|four| !all(four)).unwrap_or(fours.len());
    let rest = bytes.get(passed..).unwrap_or_default();
    passed + rest.iter().position(|byte| !fits(*byte)).unwrap_or(rest.len())
}

/// A line break of YAML 1.1.
pub(crate) const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_missed(text in "[a-c\"\\\\\u{1}-\u{3}\u{7e}-\u{a2}$]{0,80}", byte in 0..0x80_u8) {
            let bytes = text.as_bytes();
            for byte in [byte, b'$', b'\\'] {
                prop_assert_eq!(has(&text, byte), bytes.contains(&byte));
            }
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            prop_assert_eq!(unescaped(bytes), bytes.iter().take_while(|it| !ends(it)).count());
            let fits = |byte: u8| byte.is_ascii_lowercase();
            prop_assert_eq!(fitting(bytes, fits), bytes.iter().take_while(|it| fits(**it)).count());
        }
    }
}
