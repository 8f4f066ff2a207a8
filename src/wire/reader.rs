mod value;

use std::borrow::Cow;
use std::ops::Range;

use super::fault::{Fault, FaultKind};
use super::{MAX_DEPTH, scan, text};

/// Maps an attribute's name to the number of the field that takes it, or to [`UNKNOWN`].
pub type FieldOf = fn(&[u8]) -> u8;

/// What a [`FieldOf`] gives for a name it does not know; the reader then skips the value.
pub const UNKNOWN: u8 = 255;
/// What [`Reader::enter`] and [`Reader::advance`] give at the end of the map.
pub const END: u8 = 254;

/// A pull parser over one body of DynamoDB's JSON.
///
/// The body is checked for UTF-8 once; strings are borrowed from it until they are stored.
/// Unknown attributes are skipped without recursion; lists and maps nest at most [`MAX_DEPTH`]
/// deep. No input makes it panic.
///
/// ```
/// use singlet::wire::Reader;
/// use singlet::Attribute;
///
/// let mut reader = Reader::new(br#"{"L":[{"N":"1"},{"N":"2"}]}"#)?;
/// assert_eq!(Vec::<u64>::read(&mut reader)?, [1, 2]);
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
#[derive(Debug)]
pub struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    depth: usize,
    /// Whether the input is plain JSON, without type tags: a dict.
    pub(super) plain: bool,
}

/// A place in a body that a reader can come back to.
#[derive(Debug)]
pub(crate) struct Mark {
    at: usize,
    depth: usize,
}

pub(super) type Read<T> = Result<T, Fault>;

impl<'a> Reader<'a> {
    /// A reader at the start of `body`; an error when that is not UTF-8.
    pub fn new(body: &'a [u8]) -> Read<Self> {
        let text = std::str::from_utf8(body).map_err(|_| Fault::new(FaultKind::Syntax, "the body is not UTF-8"))?;
        Ok(Reader { text, bytes: body, at: 0, depth: 0, plain: false })
    }

    /// Whether the input is plain JSON, so that a text stands there as the user wrote it.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// This place, to come back to.
    pub(crate) fn mark(&self) -> Mark {
        Mark { at: self.at, depth: self.depth }
    }

    /// Back to a marked place.
    pub(crate) fn rewind(&mut self, mark: &Mark) {
        self.at = mark.at;
        self.depth = mark.depth;
    }

    /// Reads one value with `read` and returns its place in the body. White space before the value is not part of it.
    pub(crate) fn span(&mut self, read: impl FnOnce(&mut Self) -> Read<()>) -> Read<Range<usize>> {
        self.space();
        let start = self.at;
        read(self)?;
        Ok(start..self.at)
    }

    /// Skips any value and returns its bytes, without the white space around it.
    pub(crate) fn raw_value(&mut self) -> Read<&'a [u8]> {
        self.span(Reader::skip).map(|span| &self.bytes[span])
    }

    /// Whether the reader stands at a map.
    pub(crate) fn at_map(&mut self) -> bool {
        self.space() == b'{'
    }

    /// Whether the reader stands at a list.
    pub(crate) fn at_list(&mut self) -> bool {
        self.space() == b'['
    }

    /// Skips what a value may leave behind it: only white space may follow.
    pub(crate) fn finish(&mut self) -> Read<()> {
        self.space();
        if self.at == self.bytes.len() { Ok(()) } else { self.syntax("data behind the end") }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn syntax<T>(&self, message: &'static str) -> Read<T> {
        Err(Fault::new(FaultKind::Syntax, format!("{message} at byte {}", self.at)))
    }

    /// The next byte that is not white space, or 0 at the end.
    #[inline]
    pub(super) fn space(&mut self) -> u8 {
        match self.bytes.get(self.at) {
            Some(byte) if *byte > b' ' => *byte,
            _ => self.space_slow(),
        }
    }

    // DynamoDB sends no white space.
    #[cold]
    #[inline(never)]
    fn space_slow(&mut self) -> u8 {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    #[inline]
    fn expect_byte(&mut self, byte: u8) -> Read<()> {
        if self.space() == byte {
            self.at += 1;
            Ok(())
        } else {
            self.syntax("unexpected character")
        }
    }

    /// From behind an opening quote to behind the closing one: the end of the inside, and whether
    /// it has escapes.
    #[inline]
    fn string_end(&mut self) -> Read<(usize, bool)> {
        let mut from = self.at;
        let mut escaped = false;
        loop {
            let rest = self.bytes.get(from..).unwrap_or_default();
            match scan::special(rest).map(|at| (from + at, rest[at])) {
                Some((at, b'"')) => {
                    self.at = at + 1;
                    return Ok((at, escaped));
                }
                Some((at, b'\\')) => {
                    escaped = true;
                    from = at + 2;
                }
                Some(_) => return self.syntax("control character in a string"),
                None => return self.syntax("a string without an end"),
            }
        }
    }

    #[inline]
    pub(super) fn string_text(&mut self) -> Read<Cow<'a, str>> {
        self.expect_byte(b'"')?;
        let start = self.at;
        let (end, escaped) = self.string_end()?;
        match self.text.get(start..end) {
            Some(raw) if !escaped => Ok(Cow::Borrowed(raw)),
            Some(raw) => text::unescape(raw).map(Cow::Owned),
            None => self.syntax("a string cut in a character"),
        }
    }

    /// Runs `f` on the next key and steps behind its colon.
    #[inline]
    fn key_with<T>(&mut self, f: impl FnOnce(&[u8]) -> T) -> Read<T> {
        self.expect_byte(b'"')?;
        let start = self.at;
        let (end, escaped) = self.string_end()?;
        let result = if escaped {
            let raw = self.text.get(start..end).unwrap_or_default();
            f(text::unescape(raw)?.as_bytes())
        } else {
            f(&self.bytes[start..end])
        };
        self.expect_byte(b':')?;
        Ok(result)
    }

    /// The key of the map entry the reader stands at; the value comes next.
    pub fn key(&mut self) -> Read<Cow<'a, str>> {
        let key = self.string_text()?;
        self.expect_byte(b':')?;
        Ok(key)
    }

    /// Steps into a map. `false` when it is empty (and then behind it).
    pub fn open_map(&mut self) -> Read<bool> {
        self.expect_byte(b'{')?;
        if self.space() == b'}' {
            self.at += 1;
            return Ok(false);
        }
        self.descend()?;
        Ok(true)
    }

    /// Whether another entry of the map follows; steps out of the map when none does.
    pub fn more_entries(&mut self) -> Read<bool> {
        match self.space() {
            b',' => {
                self.at += 1;
                Ok(true)
            }
            b'}' => {
                self.at += 1;
                self.depth = self.depth.saturating_sub(1);
                Ok(false)
            }
            _ => self.syntax("`,` or `}` expected"),
        }
    }

    /// Steps into a list. `false` when it is empty (and then behind it).
    pub fn open_list(&mut self) -> Read<bool> {
        self.expect_byte(b'[')?;
        if self.space() == b']' {
            self.at += 1;
            return Ok(false);
        }
        self.descend()?;
        Ok(true)
    }

    /// Whether another element of the list follows; steps out of the list when none does.
    pub fn more_elements(&mut self) -> Read<bool> {
        match self.space() {
            b',' => {
                self.at += 1;
                Ok(true)
            }
            b']' => {
                self.at += 1;
                self.depth = self.depth.saturating_sub(1);
                Ok(false)
            }
            _ => self.syntax("`,` or `]` expected"),
        }
    }

    fn descend(&mut self) -> Read<()> {
        self.depth += 1;
        // The item itself, and an envelope around it, are maps too.
        if self.depth > MAX_DEPTH + 4 {
            return Err(Fault::new(FaultKind::Invalid, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    /// Steps into a map and on to its first known attribute: its field number, or [`END`].
    #[inline(never)]
    pub fn enter(&mut self, field_of: FieldOf) -> Read<u8> {
        if self.open_map()? { self.named(field_of) } else { Ok(END) }
    }

    /// On to the next known attribute of the map: its field number, or [`END`].
    #[inline(never)]
    pub fn advance(&mut self, field_of: FieldOf) -> Read<u8> {
        if self.more_entries()? { self.named(field_of) } else { Ok(END) }
    }

    /// The next key in the form that DynamoDB sends, `"name":`; `None`, and no step, where it has
    /// another form or an escape.
    #[allow(clippy::inline_always, reason = "a tenth of the time a page takes")]
    #[inline(always)]
    fn compact_key(&mut self) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.at..)?.strip_prefix(b"\"")?;
        let length = scan::special(rest).filter(|length| rest[*length..].starts_with(b"\":"))?;
        self.at += length + 3;
        Some(&rest[..length])
    }

    #[allow(clippy::inline_always, reason = "a tenth of the time a page takes")]
    #[inline(always)]
    fn named(&mut self, field_of: FieldOf) -> Read<u8> {
        loop {
            let field = match self.compact_key() {
                Some(key) => field_of(key),
                None => self.key_with(field_of)?,
            };
            if field != UNKNOWN {
                return Ok(field);
            }
            self.skip()?;
            if !self.more_entries()? {
                return Ok(END);
            }
        }
    }
}
