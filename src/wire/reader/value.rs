//! Reading of attribute values: the type tag, the contents, the end.
//!
//! Methods have a fast path for the compact form that DynamoDB sends and fall back to a general one for other forms.

use std::borrow::Cow;

use super::{Parsed, Reader};
use crate::wire::{Fault, FaultKind, Tag, text};

impl<'a> Reader<'a> {
    /// Enters an attribute value and returns its type tag.
    #[inline]
    pub fn tag(&mut self) -> Parsed<Tag> {
        if self.plain {
            return self.plain_tag();
        }
        // The most frequent tags in the compact form that DynamoDB sends.
        if let Some([b'{', b'"', tag, b'"', b':']) = self.bytes.get(self.at..self.at + 5) {
            let tag = match tag {
                b'S' => Tag::S,
                b'N' => Tag::N,
                b'M' => Tag::M,
                b'L' => Tag::L,
                b'B' => Tag::B,
                // BOOL, NULL and the sets are longer than one letter and less frequent.
                _ => return self.tag_slow(),
            };
            self.at += 5;
            return Ok(tag);
        }
        self.tag_slow()
    }

    /// Reads a BOOL.
    #[inline(never)]
    pub(crate) fn flag(&mut self) -> Parsed<bool> {
        const TRUE: &[u8] = b"{\"BOOL\":true}";
        const FALSE: &[u8] = b"{\"BOOL\":false}";
        let rest = self.bytes.get(self.at..).filter(|_| !self.plain).unwrap_or_default();
        if rest.starts_with(TRUE) {
            self.at += TRUE.len();
            return Ok(true);
        }
        if rest.starts_with(FALSE) {
            self.at += FALSE.len();
            return Ok(false);
        }
        self.expect(Tag::Bool)?;
        let value = self.boolean()?;
        self.end()?;
        Ok(value)
    }

    #[inline(never)]
    fn tag_slow(&mut self) -> Parsed<Tag> {
        self.expect_byte(b'{')?;
        match self.key_with(Tag::parse)? {
            Some(tag) => Ok(tag),
            None => self.syntax("unknown attribute type"),
        }
    }

    /// Leaves an attribute value.
    #[inline]
    pub fn end(&mut self) -> Parsed<()> {
        if self.plain {
            return Ok(());
        }
        if self.space() == b'}' {
            self.at += 1;
            Ok(())
        } else {
            self.syntax("an attribute value has two types")
        }
    }

    /// Enters an attribute value that must have this type.
    ///
    /// # Errors
    ///
    /// Returns a fault of kind [`Type`](FaultKind::Type) if the value has another type.
    ///
    /// ```
    /// use singlet::wire::{Reader, Tag};
    ///
    /// let mut reader = Reader::new(br#"{"BOOL":true}"#)?;
    /// reader.expect(Tag::Bool)?;
    /// assert!(reader.boolean()?);
    /// reader.end()?;
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    #[inline]
    pub fn expect(&mut self, expected: Tag) -> Parsed<()> {
        if self.plain {
            return self.plain_expect(expected);
        }
        let found = self.tag()?;
        if found == expected { Ok(()) } else { Err(Self::mismatch(expected.name(), found)) }
    }

    /// The type tag of the value that follows, without entering it, if it is one of these.
    pub(crate) fn next_tag_of(&mut self, accepted: &[Tag], names: &'static str) -> Parsed<Tag> {
        let start = self.mark();
        let tag = self.tag()?;
        self.rewind(&start);
        if accepted.contains(&tag) { Ok(tag) } else { Err(Self::mismatch(names, tag)) }
    }

    /// The fault of a value that does not have the expected type.
    ///
    /// ```
    /// use singlet::wire::{Reader, Tag};
    ///
    /// assert_eq!(Reader::mismatch("S or N", Tag::L).to_string(), "expected S or N, found L");
    /// ```
    #[cold]
    pub fn mismatch(expected: &'static str, found: Tag) -> Fault {
        Fault::new(FaultKind::Type, format!("expected {expected}, found {}", found.name()))
    }

    /// Skips the attribute value if it is NULL. Returns whether it was.
    ///
    /// ```
    /// # use singlet::wire::Reader;
    /// assert!(Reader::new(br#"{"NULL":true}"#)?.null()?);
    /// assert!(!Reader::new(br#"{"N":"1"}"#)?.null()?);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    #[inline]
    pub fn null(&mut self) -> Parsed<bool> {
        if self.plain {
            return self.plain_null();
        }
        match self.bytes.get(self.at..self.at + 4) {
            Some([b'{', b'"', b'N', b'"']) => Ok(false),
            Some(
                [b'{', b'"', b'N' | b' ', _]
                | [b' ' | b'\n' | b'\r' | b'\t', ..]
                | [_, b' ' | b'\n' | b'\r' | b'\t', ..],
            ) => self.null_slow(),
            _ => Ok(false),
        }
    }

    #[inline(never)]
    fn null_slow(&mut self) -> Parsed<bool> {
        let start = self.at;
        if self.tag()? == Tag::Null {
            self.boolean()?;
            self.end()?;
            return Ok(true);
        }
        // Another value than NULL: it is read by the caller, so the position is restored.
        self.at = start;
        Ok(false)
    }

    /// Reads the contents of a value of the type `TAG` in the form that DynamoDB sends, such as `{"S":"ann"}`.
    /// Returns `None` and does not move if the value has another form or an escape.
    #[allow(clippy::inline_always, reason = "a tenth of the time a page takes")]
    #[inline(always)]
    fn compact<const TAG: u8>(&mut self) -> Option<&'a str> {
        if self.plain {
            return None;
        }
        let open = const { &[b'{', b'"', TAG, b'"', b':', b'"'] };
        let value = self.bytes.get(self.at..)?.strip_prefix(open)?;
        let length = text::special(value).filter(|length| value[*length..].starts_with(b"\"}"))?;
        let start = self.at + open.len();
        let inside = self.text.get(start..start + length)?;
        self.at = start + length + 2;
        Some(inside)
    }

    /// Reads the text of an S. It is borrowed unless it contains escapes.
    ///
    /// ```
    /// # use singlet::wire::Reader;
    /// assert_eq!(Reader::new(br#"{"S":"Ann"}"#)?.text()?, "Ann");
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    #[inline(never)]
    pub fn text(&mut self) -> Parsed<Cow<'a, str>> {
        match self.compact::<b'S'>() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.string_of(Tag::S),
        }
    }

    /// Reads the text of an S as a `String`.
    #[inline(never)]
    pub(crate) fn owned_text(&mut self) -> Parsed<String> {
        match self.compact::<b'S'>() {
            Some(text) => Ok(text.to_owned()),
            None => self.string_of(Tag::S).map(Cow::into_owned),
        }
    }

    /// Reads the digits of an N as the service sent them.
    ///
    /// ```
    /// # use singlet::wire::Reader;
    /// assert_eq!(Reader::new(br#"{"N":"1.50"}"#)?.digits()?, "1.50");
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    #[inline(never)]
    pub fn digits(&mut self) -> Parsed<Cow<'a, str>> {
        match self.compact::<b'N'>() {
            Some(digits) => Ok(Cow::Borrowed(digits)),
            None => self.string_of(Tag::N),
        }
    }

    #[inline(never)]
    fn string_of(&mut self, tag: Tag) -> Parsed<Cow<'a, str>> {
        self.expect(tag)?;
        let inside = self.raw_text()?;
        self.end()?;
        Ok(inside)
    }

    /// Reads the bytes of a B.
    ///
    /// ```
    /// # use singlet::wire::Reader;
    /// assert_eq!(Reader::new(br#"{"B":"YWI="}"#)?.binary()?, b"ab");
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn binary(&mut self) -> Parsed<Vec<u8>> {
        self.expect(Tag::B)?;
        let bytes = self.raw_binary()?;
        self.end()?;
        Ok(bytes)
    }

    /// Reads a string without a type tag: an element of an SS or NS.
    #[inline]
    pub fn raw_text(&mut self) -> Parsed<Cow<'a, str>> {
        if self.plain {
            return self.plain_text();
        }
        self.string_text()
    }

    /// Reads base64 without a type tag: an element of a BS.
    ///
    /// ```
    /// use singlet::wire::{Reader, Tag};
    ///
    /// let mut reader = Reader::new(br#"{"BS":["YQ==","Yg=="]}"#)?;
    /// reader.expect(Tag::Bs)?;
    /// let mut elements = Vec::new();
    /// let mut more = reader.open_list()?;
    /// while more {
    ///     elements.push(reader.raw_binary()?);
    ///     more = reader.more_elements()?;
    /// }
    /// reader.end()?;
    /// assert_eq!(elements, [b"a", b"b"]);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn raw_binary(&mut self) -> Parsed<Vec<u8>> {
        text::decode_base64(&self.string_text()?)
    }

    /// Reads `true` or `false`, the contents of a BOOL or a NULL.
    pub fn boolean(&mut self) -> Parsed<bool> {
        self.space();
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        if rest.starts_with(b"true") {
            self.at += 4;
            Ok(true)
        } else if rest.starts_with(b"false") {
            self.at += 5;
            Ok(false)
        } else {
            self.syntax("expected `true` or `false`")
        }
    }
}
