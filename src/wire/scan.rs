//! Finding the end of a JSON string eight bytes at a time.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The offset of the first `"`, `\` or control character, or `None` when there is none.
///
/// A word is tested with the usual zero-byte trick; a false positive can only lie above a true
/// one, so the lowest set bit is always right. Flipping bit 1 puts `"` right behind the control
/// characters, and nothing else there, so that one comparison finds both.
#[inline]
pub(super) fn special(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk() {
        if let Some(at) = special_in(*word) {
            return Some(bytes.len() - rest.len() + at);
        }
        rest = tail;
    }
    match bytes.last_chunk() {
        // The last word begins with bytes that were seen to be plain.
        Some(word) => special_in(*word).map(|at| bytes.len() - 8 + at),
        None => rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20)),
    }
}

#[inline]
fn special_in(word: [u8; 8]) -> Option<usize> {
    let word = u64::from_le_bytes(word);
    let flipped = word ^ (LOW * 2);
    let escape = word ^ (LOW * u64::from(b'\\'));
    let found = ((flipped.wrapping_sub(LOW * 0x21) & !flipped) | (escape.wrapping_sub(LOW) & !escape)) & HIGH;
    (found != 0).then(|| (found.trailing_zeros() >> 3) as usize)
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
                assert_eq!(special(&text), Some(place), "{length} {place} {byte}");
            }
            assert_eq!(special(&vec![b'#'; length]), None);
        }
    }
}
