//! Writing of attribute values with their type tags.

use super::Writer;
use crate::wire::{Tag, text};

impl Writer {
    /// Opens an SS, NS or BS. Its elements are written with [`raw_text`](Self::raw_text) or
    /// [`raw_binary`](Self::raw_binary), each after [`element`](Self::element).
    ///
    /// ```
    /// use singlet::wire::{Tag, Writer};
    ///
    /// let mut writer = Writer::new();
    /// writer.open_set(Tag::Ss);
    /// for name in ["red", "green"] {
    ///     writer.element();
    ///     writer.raw_text(name);
    /// }
    /// writer.close_set();
    /// assert_eq!(writer.into_bytes()?, br#"{"SS":["red","green"]}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn open_set(&mut self, tag: Tag) {
        let open: &[u8] = match tag {
            Tag::Ns => b"{\"NS\":[",
            Tag::Bs => b"{\"BS\":[",
            // `Tag` has no type for sets alone; the trait `SetElement` only uses the three tags of sets.
            _ => b"{\"SS\":[",
        };
        self.open(open);
    }

    /// Closes the set.
    pub fn close_set(&mut self) {
        self.close(b"]}");
    }

    /// Writes an S.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.string("say \"hi\"");
    /// assert_eq!(writer.into_bytes()?, br#"{"S":"say \"hi\""}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    #[inline]
    pub fn string(&mut self, value: &str) {
        if self.plain {
            return text::write(&mut self.bytes, value);
        }
        // One reservation for tag, quotes and text. Escapes are rare and grow the buffer when they occur.
        self.bytes.reserve(value.len() + 8);
        self.bytes.extend_from_slice(b"{\"S\":\"");
        text::write_inside(&mut self.bytes, value);
        self.bytes.extend_from_slice(b"\"}");
    }

    /// Writes an N. The digits must be a number that DynamoDB accepts.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.digits("19.90");
    /// assert_eq!(writer.into_bytes()?, br#"{"N":"19.90"}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    #[inline]
    pub fn digits(&mut self, digits: &str) {
        if self.plain {
            return self.plain_digits(digits);
        }
        self.bytes.extend_from_slice(b"{\"N\":\"");
        self.bytes.extend_from_slice(digits.as_bytes());
        self.bytes.extend_from_slice(b"\"}");
    }

    /// Writes a B.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.binary(b"ab");
    /// assert_eq!(writer.into_bytes()?, br#"{"B":"YWI="}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn binary(&mut self, value: &[u8]) {
        if self.plain {
            return self.raw_binary(value);
        }
        self.bytes.extend_from_slice(b"{\"B\":");
        self.raw_binary(value);
        self.bytes.push(b'}');
    }

    /// Writes a BOOL.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.boolean(true);
    /// assert_eq!(writer.into_bytes()?, br#"{"BOOL":true}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn boolean(&mut self, value: bool) {
        self.bytes.extend_from_slice(match (self.plain, value) {
            (false, true) => b"{\"BOOL\":true}",
            (false, false) => b"{\"BOOL\":false}",
            (true, true) => b"true",
            (true, false) => b"false",
        });
    }

    /// Writes a NULL.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.null();
    /// assert_eq!(writer.into_bytes()?, br#"{"NULL":true}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn null(&mut self) {
        self.bytes.extend_from_slice(if self.plain { b"null" } else { b"{\"NULL\":true}" });
    }

    /// Writes a string without a type tag: an element of an SS or NS.
    pub fn raw_text(&mut self, value: &str) {
        text::write(&mut self.bytes, value);
    }

    /// Writes base64 without a type tag: an element of a BS.
    pub fn raw_binary(&mut self, value: &[u8]) {
        self.bytes.push(b'"');
        text::encode_base64(&mut self.bytes, value);
        self.bytes.push(b'"');
    }
}
