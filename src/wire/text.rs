//! JSON string escapes, both ways.

use super::fault::{Fault, FaultKind};
use super::scan;

/// Appends `text` as a JSON string, quotes included.
pub(super) fn write(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    write_inside(out, text);
    out.push(b'"');
}

/// Appends the inside of a JSON string.
#[inline]
pub(super) fn write_inside(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(at) = scan::special(rest) {
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

/// The text of the inside of a JSON string that has at least one escape.
#[cold]
pub(super) fn unescape(raw: &str) -> Result<String, Fault> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escaped.chars();
        let decoded = match chars.next() {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('u') => {
                let (c, after) = unicode(chars.as_str()).ok_or_else(bad_escape)?;
                chars = after.chars();
                c
            }
            _ => return Err(bad_escape()),
        };
        out.push(decoded);
        rest = chars.as_str();
    }
    out.push_str(rest);
    Ok(out)
}

#[cold]
fn bad_escape() -> Fault {
    Fault::new(FaultKind::Syntax, "bad escape in a string")
}

/// The character behind `\u`, one unit or a surrogate pair, and what follows it.
fn unicode(text: &str) -> Option<(char, &str)> {
    let (first, rest) = unit(text)?;
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, rest));
    }
    let (second, rest) = unit(rest.strip_prefix("\\u")?)?;
    let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x10000 + ((first - 0xD800) << 10) + low)?, rest))
}

fn unit(text: &str) -> Option<(u32, &str)> {
    let (hex, rest) = text.split_at_checked(4)?;
    // `from_str_radix` alone would accept a sign.
    hex.bytes().all(|b| b.is_ascii_hexdigit()).then_some(())?;
    Some((u32::from_str_radix(hex, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_read_back() {
        for text in ["", "plain", "\"\\/\u{8}\u{c}\n\r\t", "nul \0 del \x7f", "é 日本 🌍", "\u{1}a\u{1f}"] {
            let mut out = Vec::new();
            write(&mut out, text);
            let json = String::from_utf8(out).unwrap();
            assert_eq!(unescape(&json[1..json.len() - 1]).unwrap(), text);
        }
    }

    #[test]
    fn unicode_escapes_and_surrogates() {
        assert_eq!(unescape("\\u0041\\ud83c\\udf0d\\u00e9").unwrap(), "A🌍é");
        for bad in ["\\", "\\x", "\\u12", "\\u+123", "\\ud83c", "\\ud83cx", "\\ud83c\\u0041", "\\udf0d"] {
            assert!(unescape(bad).is_err(), "{bad}");
        }
    }
}
