//! JSON strings: finding their end, escapes in both directions, and the base64 inside binary values.

use base64_simd::STANDARD;

use super::fault::{Fault, FaultKind};

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The bytes that are tested in words. Most strings end within them; beyond them, blocks are faster.
const NEAR: usize = 64;

/// The offset of the first `"`, `\` or control character; `None` if there is none.
///
/// It tests eight bytes at a time, which is most of the speed of reading a page.
#[inline]
pub(super) fn special(bytes: &[u8]) -> Option<usize> {
    match bytes.split_at_checked(NEAR) {
        Some((near, _)) => special_by_words(near).or_else(|| special_by_blocks(bytes, NEAR)),
        None => special_by_words(bytes),
    }
}

#[inline]
fn special_by_words(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk() {
        if let Some(at) = special_in(*word) {
            return Some(bytes.len() - rest.len() + at);
        }
        rest = tail;
    }
    match bytes.last_chunk() {
        // The last word overlaps bytes that have already been tested and are not special.
        Some(word) => special_in(*word).map(|at| bytes.len() - 8 + at),
        None => rest.iter().position(|byte| is_special(*byte)),
    }
}

// A block has no early end, so the compiler tests its bytes with vector instructions.
#[inline(never)]
fn special_by_blocks(bytes: &[u8], from: usize) -> Option<usize> {
    let (blocks, _) = bytes[from..].as_chunks::<32>();
    let has_special = |block: &[u8; 32]| block.iter().fold(false, |found, byte| found | is_special(*byte));
    let clean = blocks.iter().take_while(|block| !has_special(block)).count();
    let from = from + clean * 32;
    special_by_words(&bytes[from..]).map(|at| from + at)
}

// Without branches, so that the compiler can test 32 bytes at once.
#[allow(clippy::needless_bitwise_bool)]
#[inline]
fn is_special(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

// The usual test for a zero byte in a word. A false positive can only lie above a true one, so the lowest set bit is
// always right. Flipping bit 1 moves `"` directly after the control characters, and nothing else there, so that one
// comparison finds both.
#[inline]
fn special_in(word: [u8; 8]) -> Option<usize> {
    let word = u64::from_le_bytes(word);
    let flipped = word ^ (LOW * 2);
    let escape = word ^ (LOW * u64::from(b'\\'));
    let found = ((flipped.wrapping_sub(LOW * 0x21) & !flipped) | (escape.wrapping_sub(LOW) & !escape)) & HIGH;
    (found != 0).then(|| (found.trailing_zeros() >> 3) as usize)
}

/// Decodes standard padded base64, the form of binary values in DynamoDB's JSON.
pub(super) fn decode_base64(text: &str) -> Result<Vec<u8>, Fault> {
    STANDARD.decode_to_vec(text).map_err(|_| Fault::invalid("a binary value is not standard base64"))
}

/// Appends bytes as standard padded base64.
pub(super) fn encode_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    STANDARD.encode_append(bytes, out);
}

/// Appends `text` as a JSON string, quotes included.
pub(crate) fn write(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    write_inside(out, text);
    out.push(b'"');
}

/// Appends `text` as a JSON string without its quotes.
#[inline]
pub(super) fn write_inside(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(at) = special(rest) {
        out.extend_from_slice(&rest[..at]);
        write_escape(out, rest[at]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

#[cold]
fn write_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        // The short escapes of JSON that occur in text. Other control characters take the form `\u00..`.
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// The character of the escape with which `text` begins, and the length of the escape.
#[inline]
pub(super) fn escape(text: &str) -> Result<(char, usize), Fault> {
    let c = match text.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b @ (b'"' | b'\\' | b'/')) => char::from(*b),
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let (c, after) = unicode(&text[2..]).ok_or_else(bad_escape)?;
            return Ok((c, text.len() - after.len()));
        }
        _ => return Err(bad_escape()),
    };
    Ok((c, 2))
}

#[cold]
fn bad_escape() -> Fault {
    Fault::new(FaultKind::Syntax, "invalid escape in a string")
}

/// The character of a `\u` escape, one unit or a surrogate pair, and the text after it.
fn unicode(text: &str) -> Option<(char, &str)> {
    let (first, rest) = unit(text)?;
    // A high surrogate must be followed by a low one; a low surrogate alone is not a character.
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, rest));
    }
    let (second, rest) = unit(rest.strip_prefix("\\u")?)?;
    let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x10000 + ((first - 0xD800) << 10) + low)?, rest))
}

fn unit(text: &str) -> Option<(u32, &str)> {
    let (hex, rest) = text.split_at_checked(4)?;
    // `from_str_radix` would also accept a sign.
    hex.bytes().all(|b| b.is_ascii_hexdigit()).then_some(())?;
    Some((u32::from_str_radix(hex, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::wire::Reader;

    #[test]
    fn the_first_special_byte_is_found_at_any_place() {
        for length in (0..40).chain([63, 64, 65, 71, 95, 96, 97, 127, 128, 129, 160, 300]) {
            for (place, byte) in (0..length).flat_map(|p| [b'"', b'\\', 0, 0x1f].map(|b| (p, b))) {
                let mut text = vec![b'\x80'; length];
                text[place] = byte;
                text[length - 1] = if place == length - 1 { byte } else { b'"' };
                assert_eq!(special(&text), Some(place), "{length} {place} {byte}");
            }
            assert_eq!(special(&vec![b'#'; length]), None);
        }
    }

    /// The contents of the JSON string `json`, which has its quotes.
    fn read(json: &str) -> Result<String, Fault> {
        Reader::new(json.as_bytes())?.raw_text().map(std::borrow::Cow::into_owned)
    }

    #[test]
    fn escapes_read_back() {
        for text in ["", "plain", "\"\\/\u{8}\u{c}\n\r\t", "nul \0 del \x7f", "é 日本 🌍", "\u{1}a\u{1f}"] {
            let mut out = Vec::new();
            write(&mut out, text);
            assert_eq!(read(&String::from_utf8(out).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn unicode_escapes_and_surrogates() {
        assert_eq!(read("\"\\u0041\\ud83c\\udf0d\\u00e9\"").unwrap(), "A🌍é");
        for bad in ["\\", "\\x", "\\é", "\\u12", "\\u+123", "\\ud83c", "\\ud83cx", "\\ud83c\\u0041", "\\udf0d"] {
            assert!(read(&format!("\"{bad}\"")).is_err(), "{bad}");
            let mut skipped = format!("\"a{bad}\"");
            assert!(Reader::new(skipped.as_bytes()).unwrap().skip().is_err(), "{bad}");
            skipped.insert_str(1, &"long ".repeat(40));
            assert!(read(&skipped).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_back(texts in vec(text(), 0..4)) {
            let mut out = Vec::new();
            for text in &texts {
                write(&mut out, text);
            }
            // One reader for all of them: what it keeps between strings must not leak into the next one.
            let mut reader = Reader::new(&out).unwrap();
            for text in &texts {
                prop_assert_eq!(&reader.raw_text().unwrap(), text);
            }
        }

        #[test]
        fn base64_is_written_as_by_another_library(bytes in vec(any::<u8>(), 0..200)) {
            let mut out = b"before".to_vec();
            encode_base64(&mut out, &bytes);
            let expected = format!("before{}", base64::prelude::BASE64_STANDARD.encode(&bytes));
            prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
        }

        #[test]
        fn base64_is_accepted_and_refused_as_by_another_library(
            bytes in vec(any::<u8>(), 0..100),
            // Also what has another length, alphabet or padding, and set bits after the last byte.
            (at, with) in (any::<Index>(), "[A-D/+_=\\- \n]{0,4}"),
            width in 0_usize..5,
        ) {
            let mut encoded = base64::prelude::BASE64_STANDARD.encode(bytes);
            let start = encoded.len() - at.index(encoded.len() + 1);
            encoded.replace_range(start..(start + width).min(encoded.len()), &with);
            let expected = base64::prelude::BASE64_STANDARD.decode(&encoded).ok();
            prop_assert_eq!(decode_base64(&encoded).ok(), expected, "{}", encoded);
        }
    }

    /// Text with plain stretches of any length between characters that are escaped, or are not ASCII.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof!["[ -~]{0,120}", "[\\x00-\\x1f\"\\\\/]{0,3}", "\\PC{0,40}"];
        vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }
}
