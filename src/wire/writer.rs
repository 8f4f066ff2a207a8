use super::fault::Fault;
use super::{MAX_DEPTH, base64, text};
use crate::Attribute;

/// Appends attribute values, in DynamoDB's JSON, to a request body.
///
/// It does not fail in the middle: the first [`Fault`] is kept, with the path to the value, and
/// given by whoever takes the bytes. So an `Attribute` impl writes straight on.
///
/// ```
/// use singlet::wire::Writer;
/// use singlet::Attribute;
///
/// let mut writer = Writer::new();
/// vec![1_u8, 2].write(&mut writer);
/// assert_eq!(writer.into_bytes()?, br#"{"L":[{"N":"1"},{"N":"2"}]}"#);
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
#[derive(Debug)]
pub struct Writer {
    pub(super) bytes: Vec<u8>,
    /// Whether plain JSON is written, without type tags: a dict.
    pub(super) plain: bool,
    fault: Option<Fault>,
    /// The names of the maps around the value that is being written.
    names: [&'static str; MAX_DEPTH + 1],
    depth: usize,
    name: &'static str,
    /// Where key templates are put together.
    pub(crate) scratch: String,
}

impl Default for Writer {
    fn default() -> Self {
        Writer::new()
    }
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Writer::appending(Vec::new())
    }

    /// A writer with `head` written, and room for an item of common size.
    pub(crate) fn after(head: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(head);
        Writer::appending(bytes)
    }

    /// A writer that appends to `bytes`.
    pub(crate) fn appending(bytes: Vec<u8>) -> Self {
        Writer {
            bytes,
            plain: false,
            fault: None,
            names: [""; MAX_DEPTH + 1],
            depth: 0,
            name: "",
            scratch: String::new(),
        }
    }

    /// Whether plain JSON is written, so that a text goes there as the user wrote it.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// What was written, or the first thing that could not be.
    pub fn into_bytes(self) -> Result<Vec<u8>, Fault> {
        match self.fault {
            None => Ok(self.bytes),
            Some(fault) => Err(fault),
        }
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Keeps `fault` as the outcome, unless there is one already.
    #[cold]
    #[inline(never)]
    pub fn fail(&mut self, fault: Fault) {
        if self.fault.is_some() {
            return;
        }
        let mut fault = fault.inside(self.name);
        for name in self.names[..self.depth.min(MAX_DEPTH + 1)].iter().rev().filter(|name| !name.is_empty()) {
            fault = fault.inside(name);
        }
        self.fault = Some(fault);
    }

    /// Writes the attribute `name` of the open map, unless the value is absent.
    ///
    /// `quoted` is the name as JSON with its colon, `"\"city\":"`, which the derive knows.
    #[inline]
    pub fn field<T: Attribute>(&mut self, name: &'static str, quoted: &'static str, value: &T) {
        if !value.is_absent() {
            self.name(name, quoted);
            value.write(self);
        }
    }

    /// Writes the name of the next attribute of the open map; its value must follow.
    #[inline]
    pub fn name(&mut self, name: &'static str, quoted: &'static str) {
        self.separate(b'{');
        self.name = name;
        self.bytes.extend_from_slice(quoted.as_bytes());
    }

    /// Writes the key of the next entry of an open map with free keys; its value must follow.
    pub fn key(&mut self, key: &str) {
        self.separate(b'{');
        text::write(&mut self.bytes, key);
        self.bytes.push(b':');
    }

    /// Writes what stands between two elements of the open list; an element must follow.
    #[inline]
    pub fn element(&mut self) {
        self.separate(b'[');
    }

    #[inline]
    fn separate(&mut self, open: u8) {
        if self.bytes.last() != Some(&open) {
            self.bytes.push(b',');
        }
    }

    /// Writes what opens a value; in plain JSON that is its last byte alone.
    fn open(&mut self, tagged: &[u8]) {
        let plain = if self.plain { tagged.len() - 1 } else { 0 };
        self.bytes.extend_from_slice(&tagged[plain..]);
    }

    /// Writes what closes a value; in plain JSON that is its first byte alone.
    fn close(&mut self, tagged: &[u8]) {
        let plain = if self.plain { 1 } else { tagged.len() };
        self.bytes.extend_from_slice(&tagged[..plain]);
    }

    /// Opens an item: a map without a type tag.
    pub fn open_item(&mut self) {
        self.bytes.push(b'{');
    }

    /// Closes the item.
    pub fn close_item(&mut self) {
        self.bytes.push(b'}');
    }

    /// Opens an M.
    pub fn open_map(&mut self) {
        self.open(b"{\"M\":{");
        self.descend();
    }

    /// Closes the M.
    pub fn close_map(&mut self) {
        self.close(b"}}");
        self.ascend();
    }

    /// Opens an L.
    pub fn open_list(&mut self) {
        self.open(b"{\"L\":[");
        self.descend();
    }

    /// Closes the L.
    pub fn close_list(&mut self) {
        self.close(b"]}");
        self.ascend();
    }

    fn descend(&mut self) {
        if self.depth >= MAX_DEPTH {
            self.fail(Fault::unstorable(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        if let Some(slot) = self.names.get_mut(self.depth) {
            *slot = self.name;
            self.name = "";
        }
        self.depth += 1;
    }

    fn ascend(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.name = self.names.get(self.depth).copied().unwrap_or("");
    }

    /// Whether the value about to be written would be too deep: recursive types stop there.
    pub(crate) fn is_too_deep(&self) -> bool {
        self.depth > MAX_DEPTH
    }

    /// Opens an SS, NS or BS; its elements are written with the `raw_` functions.
    pub fn open_set(&mut self, tag: super::Tag) {
        let open: &[u8] = match tag {
            super::Tag::Ns => b"{\"NS\":[",
            super::Tag::Bs => b"{\"BS\":[",
            _ => b"{\"SS\":[",
        };
        self.open(open);
    }

    /// Closes the set.
    pub fn close_set(&mut self) {
        self.close(b"]}");
    }

    /// Writes an S.
    #[inline]
    pub fn string(&mut self, value: &str) {
        if self.plain {
            return text::write(&mut self.bytes, value);
        }
        self.bytes.reserve(value.len() + 8);
        self.bytes.extend_from_slice(b"{\"S\":\"");
        text::write_inside(&mut self.bytes, value);
        self.bytes.extend_from_slice(b"\"}");
    }

    /// Writes an N from digits that are a number of DynamoDB's.
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
    pub fn binary(&mut self, value: &[u8]) {
        if self.plain {
            return self.raw_binary(value);
        }
        self.bytes.extend_from_slice(b"{\"B\":");
        self.raw_binary(value);
        self.bytes.push(b'}');
    }

    /// Writes a BOOL.
    pub fn boolean(&mut self, value: bool) {
        self.bytes.extend_from_slice(match (self.plain, value) {
            (false, true) => b"{\"BOOL\":true}",
            (false, false) => b"{\"BOOL\":false}",
            (true, true) => b"true",
            (true, false) => b"false",
        });
    }

    /// Writes a NULL.
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
        base64::encode_into(&mut self.bytes, value);
        self.bytes.push(b'"');
    }
}
