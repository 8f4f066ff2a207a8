//! Finding the end of a JSON string eight bytes at a time.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The offset from `start` of the first `"`, `\` or control character, or `None` when there is none.
///
/// A word is tested with the usual zero-byte trick; a false positive can only lie above a true
/// one, so the lowest set bit is always right.
#[inline]
pub(super) fn special(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while let Some(word) = bytes.get(at..at + 8).and_then(|w| w.try_into().ok()).map(u64::from_le_bytes) {
        let quote = word ^ (LOW * u64::from(b'"'));
        let escape = word ^ (LOW * u64::from(b'\\'));
        let found = ((quote.wrapping_sub(LOW) & !quote)
            | (escape.wrapping_sub(LOW) & !escape)
            | (word.wrapping_sub(LOW * 0x20) & !word))
            & HIGH;
        if found != 0 {
            return Some(at + (found.trailing_zeros() >> 3) as usize);
        }
        at += 8;
    }
    bytes.get(at..)?.iter().position(|b| matches!(b, b'"' | b'\\' | ..0x20)).map(|n| at + n)
}

#[cfg(test)]
mod tests {
    use super::special;

    #[test]
    fn finds_the_first_special_byte_wherever_it_stands() {
        for length in 0..40 {
            for (place, byte) in (0..length).flat_map(|p| [b'"', b'\\', 0, 0x1f].map(|b| (p, b))) {
                let mut text = vec![b'\x80'; length];
                text[place] = byte;
                text[length - 1] = if place == length - 1 { byte } else { b'"' };
                assert_eq!(special(&text, 0), Some(place), "{length} {place} {byte}");
            }
            assert_eq!(special(&vec![b'#'; length], 0), None);
        }
    }
}
