//! The structure of DynamoDB's JSON: strings, maps, lists, white space. `reader::value` reads attribute values.

mod mark;
mod skip;
mod value;

use std::borrow::Cow;
use std::ops::Range;

use super::fault::{Fault, FaultKind};
use super::{MAX_DEPTH, text};
pub use mark::{Mark, StoredKeyMarks};

/// A function that maps an attribute's name to the number of its field, or to [`UNKNOWN`].
// A function pointer and not a generic parameter: the reader is compiled once, not once for each model.
pub(crate) type FieldOf = fn(&[u8]) -> u8;

/// The field number that a `FieldOf` returns for an unknown name. The reader then skips the value.
pub const UNKNOWN: u8 = 255;
/// The field number that [`Reader::enter`] and [`Reader::advance`] return at the end of the map.
pub(crate) const END: u8 = 254;

/// A pull parser for one body of DynamoDB's JSON.
///
/// The body is checked for UTF-8 once; strings are borrowed from it until they are stored. Unknown attributes are skipped
/// without recursion, and must be well-formed. Lists and maps nest at most [`MAX_DEPTH`] levels deep. No input makes it panic.
///
/// An [`Attribute`](crate::Attribute) implementation usually calls the `read` of another type:
///
/// ```
/// use singlet::wire::Reader;
/// use singlet::Attribute;
///
/// let mut reader = Reader::new(br#"{"L":[{"N":"1"},{"N":"2"}]}"#)?;
/// assert_eq!(Vec::<u64>::read(&mut reader)?, [1, 2]);
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
///
/// One that reads values of several types looks at the tag first:
///
/// ```
/// use singlet::wire::{Reader, Tag};
///
/// let mut reader = Reader::new(br#"{"M":{"a":{"N":"1"},"b":{"S":"x"}}}"#)?;
/// reader.expect(Tag::M)?;
/// let mut names = Vec::new();
/// let mut more = reader.open_map()?;
/// while more {
///     names.push(reader.key()?.into_owned());
///     reader.skip()?;
///     more = reader.more_entries()?;
/// }
/// reader.end()?;
/// assert_eq!(names, ["a", "b"]);
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
#[derive(Debug)]
pub struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    depth: usize,
    /// Whether the input is plain JSON without type tags: a dict.
    pub(super) plain: bool,
    /// The positions of the key of the last map that was read as a struct, if they were recorded.
    stored_key: StoredKeyMarks,
    /// The last text that contained escapes. Its memory is used again, so a string is allocated once, with its length.
    unescaped: String,
}

/// What reading returns.
pub(crate) type Parsed<T> = Result<T, Fault>;

impl<'a> Reader<'a> {
    /// A reader at the start of `body`.
    ///
    /// # Errors
    ///
    /// Returns a fault if `body` is not UTF-8.
    pub fn new(body: &'a [u8]) -> Parsed<Self> {
        // Checking the whole body once is faster than checking each string, and lets strings be borrowed.
        let text =
            simdutf8::basic::from_utf8(body).map_err(|_| Fault::new(FaultKind::Syntax, "the body is not UTF-8"))?;
        Ok(Reader {
            text,
            bytes: body,
            at: 0,
            depth: 0,
            plain: false,
            stored_key: StoredKeyMarks::default(),
            unescaped: String::new(),
        })
    }

    /// Whether the input is plain JSON, in which text is not compressed.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Reads one value with `read` and returns its range in the body, without the white space before it.
    pub(crate) fn span(&mut self, read: impl FnOnce(&mut Self) -> Parsed<()>) -> Parsed<Range<usize>> {
        self.space();
        let start = self.at;
        read(self)?;
        Ok(start..self.at)
    }

    /// Skips any value and returns its bytes, without the white space around it.
    pub(crate) fn raw_value(&mut self) -> Parsed<&'a [u8]> {
        self.span(Reader::skip).map(|span| &self.bytes[span])
    }

    /// Whether a map follows.
    pub(crate) fn at_map(&mut self) -> bool {
        self.space() == b'{'
    }

    /// Whether a list follows.
    pub(crate) fn at_list(&mut self) -> bool {
        self.space() == b'['
    }

    /// Whether a JSON `null` follows.
    pub(crate) fn at_null(&mut self) -> bool {
        self.space() == b'n'
    }

    /// Checks that only white space follows.
    pub(crate) fn finish(&mut self) -> Parsed<()> {
        self.space();
        if self.at == self.bytes.len() { Ok(()) } else { self.syntax("unexpected data after the end") }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn syntax<T>(&self, message: &'static str) -> Parsed<T> {
        Err(Fault::new(FaultKind::Syntax, format!("{message} at byte {}", self.at)))
    }

    /// The next byte that is not white space, or 0 at the end.
    #[inline]
    pub(super) fn space(&mut self) -> u8 {
        match self.bytes.get(self.at) {
            // A byte above the space is the next token. Everything else, the end included, takes the slow path.
            Some(byte) if *byte > b' ' => *byte,
            _ => self.space_slow(),
        }
    }

    // DynamoDB sends no white space. Other implementations of its API, such as MiniStack, do.
    #[cold]
    #[inline(never)]
    fn space_slow(&mut self) -> u8 {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    #[inline]
    fn expect_byte(&mut self, byte: u8) -> Parsed<()> {
        if self.space() == byte {
            self.at += 1;
            Ok(())
        } else {
            self.syntax("unexpected character")
        }
    }

    #[inline]
    pub(super) fn string_text(&mut self) -> Parsed<Cow<'a, str>> {
        self.expect_byte(b'"')?;
        let rest = self.rest();
        match text::special(rest.as_bytes()) {
            Some(length) if rest.as_bytes()[length] == b'"' => {
                self.at += length + 1;
                Ok(Cow::Borrowed(&rest[..length]))
            }
            _ => self.unescape().map(Cow::Owned),
        }
    }

    /// What follows. It is only called between two characters.
    #[inline]
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[cold]
    #[inline(never)]
    fn unescape(&mut self) -> Parsed<String> {
        let mut text = std::mem::take(&mut self.unescaped);
        text.clear();
        // Most texts fit, so that only a long one grows it.
        text.reserve(128);
        self.pieces(|plain, escaped| {
            text.push_str(plain);
            if let Some(escaped) = escaped {
                text.push(escaped);
            }
        })?;
        let unescaped = text.as_str().to_owned();
        self.unescaped = text;
        Ok(unescaped)
    }

    /// Moves from after an opening quote to after the closing one, in one pass. Calls `piece` with each stretch of
    /// plain text and the character of the escape that ends it.
    #[inline]
    fn pieces(&mut self, mut piece: impl FnMut(&'a str, Option<char>)) -> Parsed<()> {
        let mut rest = self.rest();
        loop {
            let Some(length) = text::special(rest.as_bytes()) else { return self.syntax("unterminated string") };
            let (plain, special) = rest.split_at(length);
            let length = match special.as_bytes()[0] {
                b'"' => {
                    piece(plain, None);
                    self.at = self.text.len() - special.len() + 1;
                    return Ok(());
                }
                b'\\' => {
                    let (escaped, length) = text::escape(special)?;
                    piece(plain, Some(escaped));
                    length
                }
                _ => return self.syntax("unescaped control character in a string"),
            };
            rest = &special[length..];
        }
    }

    /// Calls `f` with the next key and moves past its colon.
    #[inline]
    fn key_with<T>(&mut self, f: impl FnOnce(&[u8]) -> T) -> Parsed<T> {
        let result = f(self.string_text()?.as_bytes());
        self.expect_byte(b':')?;
        Ok(result)
    }

    /// Reads the key of the next map entry. Its value follows.
    pub fn key(&mut self) -> Parsed<Cow<'a, str>> {
        let key = self.string_text()?;
        self.expect_byte(b':')?;
        Ok(key)
    }

    /// Enters a map. Returns `false` if the map is empty; the reader is then already past it.
    pub fn open_map(&mut self) -> Parsed<bool> {
        // An empty map is left at once, so that a loop over its entries needs only one condition.
        self.expect_byte(b'{')?;
        if self.space() == b'}' {
            self.at += 1;
            return Ok(false);
        }
        self.descend()?;
        Ok(true)
    }

    /// Returns whether another entry of the map follows. If not, leaves the map.
    pub fn more_entries(&mut self) -> Parsed<bool> {
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
            _ => self.syntax("expected `,` or `}`"),
        }
    }

    /// Enters a list. Returns `false` if the list is empty; the reader is then already past it.
    ///
    /// ```
    /// use singlet::Attribute;
    /// use singlet::wire::{Reader, Tag};
    ///
    /// let mut reader = Reader::new(br#"{"L":[{"N":"1"},{"N":"2"}]}"#)?;
    /// reader.expect(Tag::L)?;
    /// let mut sum = 0;
    /// let mut more = reader.open_list()?;
    /// while more {
    ///     sum += u32::read(&mut reader)?;
    ///     more = reader.more_elements()?;
    /// }
    /// reader.end()?;
    /// assert_eq!(sum, 3);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn open_list(&mut self) -> Parsed<bool> {
        self.expect_byte(b'[')?;
        if self.space() == b']' {
            self.at += 1;
            return Ok(false);
        }
        self.descend()?;
        Ok(true)
    }

    /// Returns whether another element of the list follows. If not, leaves the list.
    pub fn more_elements(&mut self) -> Parsed<bool> {
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
            _ => self.syntax("expected `,` or `]`"),
        }
    }

    fn descend(&mut self) -> Parsed<()> {
        self.depth += 1;
        // The item itself and the response around it are maps that do not count.
        if self.depth > MAX_DEPTH + 4 {
            return Err(Fault::new(FaultKind::Invalid, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    /// Enters a map and moves to its first known attribute. Returns the field number, or [`END`].
    #[inline(never)]
    pub(crate) fn enter(&mut self, field_of: FieldOf) -> Parsed<u8> {
        if self.open_map()? { self.named(field_of) } else { Ok(END) }
    }

    /// Moves to the next known attribute of the map. Returns the field number, or [`END`].
    #[inline(never)]
    pub(crate) fn advance(&mut self, field_of: FieldOf) -> Parsed<u8> {
        if self.more_entries()? { self.named(field_of) } else { Ok(END) }
    }

    /// Reads the next key in the form that DynamoDB sends, `"name":`. Returns `None` and does not move if the key has
    /// another form or an escape.
    #[allow(clippy::inline_always, reason = "a tenth of the time a page takes")]
    #[inline(always)]
    fn compact_key(&mut self) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.at..)?.strip_prefix(b"\"")?;
        let length = text::special(rest).filter(|length| rest[*length..].starts_with(b"\":"))?;
        self.at += length + 3;
        Some(&rest[..length])
    }

    #[allow(clippy::inline_always, reason = "a tenth of the time a page takes")]
    #[inline(always)]
    fn named(&mut self, field_of: FieldOf) -> Parsed<u8> {
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
