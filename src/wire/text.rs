//! JSON strings: finding their end, escapes in both directions, and the base64 inside binary values.

use base64_simd::STANDARD;
use wide::u8x16;

use super::fault::{Fault, FaultKind};

/// The bytes that are tested at once.
const BLOCK: usize = 16;

/// The offset of the first `"`, `\` or control character; `None` if there is none.
///
/// The speed of reading a page depends on it. Most strings of a response end within the first block.
#[allow(clippy::inline_always, reason = "a call for each string takes longer than the test of a block")]
#[inline(always)]
pub(super) fn special(bytes: &[u8]) -> Option<usize> {
    match bytes.first_chunk() {
        Some(block) => special_in(*block).or_else(|| special_beyond(bytes)),
        None => special_in_few(bytes),
    }
}

/// Searches after the first block.
#[inline(never)]
fn special_beyond(bytes: &[u8]) -> Option<usize> {
    let mut remaining = &bytes[BLOCK..];
    while let Some((block, tail)) = remaining.split_first_chunk() {
        if let Some(at) = special_in(*block) {
            return Some(bytes.len() - remaining.len() + at);
        }
        remaining = tail;
    }
    // The last block overlaps bytes that have already been tested and are not special.
    bytes.last_chunk().and_then(|block| special_in(*block)).map(|at| bytes.len() - BLOCK + at)
}

/// Searches a slice that is shorter than a block.
#[inline]
fn special_in_few(bytes: &[u8]) -> Option<usize> {
    const HALF: usize = BLOCK / 2;
    debug_assert!(bytes.len() < BLOCK);
    let (Some(first), Some(last)) = (bytes.first_chunk::<HALF>(), bytes.last_chunk::<HALF>()) else {
        return bytes.iter().position(|byte| *byte < b' ' || *byte == b'"' || *byte == b'\\');
    };
    let mut halves = [0; BLOCK];
    halves[..HALF].copy_from_slice(first);
    halves[HALF..].copy_from_slice(last);
    // The halves may overlap. An offset in the second one counts from its start in `bytes`.
    special_in(halves).map(|at| if at < HALF { at } else { at + bytes.len() - BLOCK })
}

/// Tests all bytes of a block with vector instructions.
#[inline]
fn special_in(block: [u8; BLOCK]) -> Option<usize> {
    let block = u8x16::new(block);
    let quotes = block.simd_eq(u8x16::splat(b'"'));
    let backslashes = block.simd_eq(u8x16::splat(b'\\'));
    let controls = block.min(u8x16::splat(b' ' - 1)).simd_eq(block);
    let found = (quotes | backslashes | controls).to_bitmask();
    (found != 0).then(|| found.trailing_zeros() as usize)
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
    let mut remaining = text.as_bytes();
    // Copying a whole block needs no call, so the loop copies a block first, and then removes what follows the plain text.
    while let Some((block, tail)) = remaining.split_first_chunk::<BLOCK>() {
        out.extend_from_slice(block);
        remaining = match special_in(*block) {
            None => tail,
            Some(at) => {
                out.truncate(out.len() - BLOCK + at);
                write_escape(out, remaining[at]);
                &remaining[at + 1..]
            }
        };
    }
    while let Some(at) = special_in_few(remaining) {
        out.extend_from_slice(&remaining[..at]);
        write_escape(out, remaining[at]);
        remaining = &remaining[at + 1..];
    }
    out.extend_from_slice(remaining);
}

#[inline]
fn write_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        // The short escapes of JSON that occur in text. Other control characters take the form `\u00..`.
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => return write_long_escape(out, byte),
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cold]
fn write_long_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.extend_from_slice(b"\\u00");
    out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
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
        _ => return long_escape(text),
    };
    Ok((c, 2))
}

/// Like [`escape`], for escapes of more than one character after the backslash.
// A separate function, so that the short escapes are inlined.
#[inline(never)]
fn long_escape(text: &str) -> Result<(char, usize), Fault> {
    let (c, after) = text.strip_prefix("\\u").and_then(unicode).ok_or_else(bad_escape)?;
    Ok((c, text.len() - after.len()))
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

    #[test]
    fn only_quotes_backslashes_and_control_characters_are_special() {
        for (length, byte) in
            [1, 5, 9, 15, 16, 17, 40].into_iter().flat_map(|length| (0..=255).map(move |b| (length, b)))
        {
            let mut text = vec![b'#'; length];
            text[length / 2] = byte;
            let is_special = byte < 0x20 || byte == b'"' || byte == b'\\';
            assert_eq!(special(&text), is_special.then_some(length / 2), "{length} {byte}");
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
