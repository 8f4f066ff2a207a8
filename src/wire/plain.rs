//! The mode of [`Reader`] and [`Writer`] for plain JSON without type tags: what `to_dict` writes and `from_dict` reads.
//!
//! The code of the model reads it and knows which type it expects, so nothing is lost: a binary is a base64 string, a
//! set is an array, and a number that JSON parsers would round is a string of its digits. Converting by way of typed JSON
//! would have to guess the types on the way back.

use std::borrow::Cow;

use super::reader::Parsed;
use super::{Reader, Tag, Writer};

impl<'a> Reader<'a> {
    /// A reader of plain JSON.
    #[cfg_attr(not(feature = "serde_json"), allow(dead_code, reason = "dicts need the feature"))]
    pub(crate) fn plain(json: &'a [u8]) -> Parsed<Self> {
        let mut reader = Reader::new(json)?;
        reader.plain = true;
        Ok(reader)
    }

    #[cold]
    pub(super) fn plain_tag(&mut self) -> Parsed<Tag> {
        Ok(match self.space() {
            b'"' => Tag::S,
            b'{' => Tag::M,
            b'[' => Tag::L,
            b't' | b'f' => Tag::Bool,
            b'n' => Tag::Null,
            b'-' | b'0'..=b'9' => Tag::N,
            _ => return self.syntax("expected a value"),
        })
    }

    #[cold]
    pub(super) fn plain_expect(&mut self, expected: Tag) -> Parsed<()> {
        let found = self.plain_tag()?;
        let fits = match expected {
            // A number that JSON would round is a string of digits.
            Tag::N => matches!(found, Tag::N | Tag::S),
            Tag::B => found == Tag::S,
            Tag::Ss | Tag::Ns | Tag::Bs => found == Tag::L,
            _ => found == expected,
        };
        if fits { Ok(()) } else { Err(Self::mismatch(expected.name(), found)) }
    }

    #[cold]
    pub(super) fn plain_null(&mut self) -> Parsed<bool> {
        if self.plain_tag()? == Tag::Null {
            self.skip()?;
            return Ok(true);
        }
        Ok(false)
    }

    /// A string, or the digits of a number.
    #[cold]
    pub(super) fn plain_text(&mut self) -> Parsed<Cow<'a, str>> {
        if self.plain_tag()? != Tag::N {
            return self.string_text();
        }
        let start = self.at;
        self.skip()?;
        match self.text.get(start..self.at) {
            Some(digits) => Ok(Cow::Borrowed(digits)),
            None => self.syntax("expected a number"),
        }
    }
}

impl Writer {
    /// A writer of plain JSON.
    #[cfg_attr(not(feature = "serde_json"), allow(dead_code, reason = "dicts need the feature"))]
    pub(crate) fn plain() -> Self {
        let mut writer = Writer::new();
        writer.plain = true;
        writer
    }

    #[cold]
    pub(super) fn plain_digits(&mut self, digits: &str) {
        if is_exact(digits) {
            self.bytes.extend_from_slice(digits.as_bytes());
        } else {
            self.raw_text(digits);
        }
    }
}

/// Whether JSON parsers read these digits without loss: as a 64-bit integer, or as a float whose shortest form has the
/// same value.
fn is_exact(digits: &str) -> bool {
    // JSON has neither `+5` nor `05` nor `.5`.
    let magnitude = digits.strip_prefix('-').unwrap_or(digits).as_bytes();
    if !matches!(magnitude, [b'0'] | [b'0', b'.' | b'e' | b'E', ..] | [b'1'..=b'9', ..]) {
        return false;
    }
    // Integers of 64 bits are exact in every JSON library that distinguishes integers from floats.
    if digits.parse::<i64>().is_ok() || digits.parse::<u64>().is_ok() {
        return true;
    }
    let float: Option<f64> = digits.parse().ok();
    let shortest = float.filter(|value| value.is_finite()).map(|value| value.to_string());
    match (digits.parse::<crate::Number>(), shortest.map(|text| text.parse::<crate::Number>())) {
        (Ok(number), Some(Ok(read_back))) => number == read_back,
        _ => false,
    }
}
