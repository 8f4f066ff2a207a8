//! The structure of DynamoDB's JSON: items, maps, lists, names and faults. `writer::value` writes attribute values.

mod names;
mod value;

use std::borrow::Cow;

use super::fault::Fault;
use super::{MAX_DEPTH, text};
use names::MapNames;

/// Appends attribute values in DynamoDB's JSON to a request body.
///
/// No method returns an error. The writer keeps the first [`Fault`], with the path to the value, and
/// [`into_bytes`](Self::into_bytes) returns it. An `Attribute` implementation therefore continues after
/// [`fail`](Self::fail), and generated code needs no branch per field.
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
    /// Whether the output is plain JSON without type tags: a dict.
    pub(super) plain: bool,
    fault: Option<Fault>,
    /// The names of the maps around the current value.
    names: MapNames,
    depth: usize,
    name: &'static str,
    /// What the names of a flattened struct begin with, as they are in JSON; empty for most.
    prefix: Cow<'static, str>,
    /// The depth of the map that has these names.
    prefix_depth: usize,
    /// A buffer for key templates, reused from key to key.
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

    /// A writer that appends to `bytes`.
    pub(crate) fn appending(bytes: Vec<u8>) -> Self {
        Writer {
            bytes,
            plain: false,
            fault: None,
            names: MapNames::default(),
            depth: 0,
            name: "",
            prefix: Cow::Borrowed(""),
            prefix_depth: 0,
            scratch: String::new(),
        }
    }

    /// Whether the output is plain JSON, in which text is not compressed.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Returns what was written.
    ///
    /// # Errors
    ///
    /// Returns the first fault, if a value could not be written.
    ///
    /// ```
    /// use singlet::Attribute;
    /// use singlet::wire::Writer;
    ///
    /// let mut writer = Writer::new();
    /// f64::NAN.write(&mut writer);
    /// assert!(writer.into_bytes().is_err());
    /// ```
    pub fn into_bytes(self) -> Result<Vec<u8>, Fault> {
        let (bytes, fault) = self.into_parts();
        fault.map_or(Ok(bytes), Err)
    }

    /// Returns the bytes, and the fault of the first value that could not be written.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Option<Fault>) {
        (self.bytes, self.fault)
    }

    /// Appends what `write` writes to `bytes`. If it fails, `bytes` is unchanged.
    pub(crate) fn append<T>(bytes: &mut Vec<u8>, write: impl FnOnce(&mut Writer) -> T) -> Result<T, Fault> {
        let start = bytes.len();
        let mut writer = Writer::appending(std::mem::take(bytes));
        let written = write(&mut writer);
        let fault;
        (*bytes, fault) = writer.into_parts();
        match fault {
            None => Ok(written),
            Some(fault) => {
                bytes.truncate(start);
                Err(fault)
            }
        }
    }

    /// The number of bytes written.
    pub(crate) fn written(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes written from this position on.
    pub(crate) fn since(&self, start: usize) -> &[u8] {
        self.bytes.get(start..).unwrap_or_default()
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Records `fault`, unless an earlier one is recorded.
    ///
    /// ```
    /// use singlet::wire::{Fault, Writer};
    ///
    /// let mut writer = Writer::new();
    /// writer.fail(Fault::unstorable("the list is too long"));
    /// writer.null();
    /// assert_eq!(writer.into_bytes().unwrap_err().to_string(), "the list is too long");
    /// ```
    #[cold]
    #[inline(never)]
    pub fn fail(&mut self, fault: Fault) {
        // Later faults are often consequences of the first one.
        if self.fault.is_some() {
            return;
        }
        // Lists have no name: an element is reported by the name of the list.
        let own = Some(self.name).filter(|name| !name.is_empty());
        let named = own.into_iter().chain(self.names.around(self.depth).rev());
        let fault = named.fold(fault, Fault::inside);
        self.fault = Some(fault);
    }

    /// Writes the name of the next attribute of the open map. Its value must follow.
    #[inline]
    pub fn name(&mut self, name: &'static str, quoted: &'static str) {
        self.separate(b'{');
        self.name = name;
        if self.prefix.is_empty() {
            self.bytes.extend_from_slice(quoted.as_bytes());
        } else {
            self.prefixed_name(quoted);
        }
    }

    #[inline(never)]
    fn prefixed_name(&mut self, quoted: &'static str) {
        // A map inside of the flattened struct has names of its own.
        let prefix = if self.prefix_depth == self.depth { &*self.prefix } else { "" };
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(prefix.as_bytes());
        self.bytes.extend_from_slice(&quoted.as_bytes()[1..]);
    }

    /// Writes the attributes of a struct that is flattened with a prefix, which is given as text and as it is in JSON.
    pub fn flattened(&mut self, prefix: &str, quoted: &'static str, write: impl FnOnce(&mut Self)) {
        let (outer, outer_depth) = (std::mem::take(&mut self.prefix), self.prefix_depth);
        let is_inside = !outer.is_empty() && outer_depth == self.depth;
        self.prefix = if is_inside { Cow::Owned(format!("{outer}{quoted}")) } else { Cow::Borrowed(quoted) };
        self.prefix_depth = self.depth;
        let earlier = self.fault.take();
        write(self);
        let around = self.names.around(self.depth).count();
        let own = self.fault.take().map(|fault| fault.prefixed(prefix, around));
        self.fault = earlier.or(own);
        (self.prefix, self.prefix_depth) = (outer, outer_depth);
    }

    /// Writes the key of the next entry of an open map whose keys are data. Its value must follow.
    ///
    /// An empty key is a fault, because DynamoDB refuses it. Plain JSON may have one.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.open_map();
    /// writer.key("");
    /// writer.null();
    /// writer.close_map();
    /// assert_eq!(writer.into_bytes().unwrap_err().to_string(), "a map has an empty key");
    /// ```
    pub fn key(&mut self, key: &str) {
        self.separate(b'{');
        if key.is_empty() && !self.plain {
            self.fail(Fault::unstorable("a map has an empty key"));
        }
        text::write(&mut self.bytes, key);
        self.bytes.push(b':');
    }

    /// Writes an entry of the open item whose name is data. A fault in its value names it.
    pub(crate) fn entry(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        let earlier = self.fault.take();
        self.name = "";
        self.key(name);
        write(self);
        let own = self.fault.take().map(|fault| fault.inside_unknown(name.to_owned()));
        self.fault = earlier.or(own);
    }

    /// Begins the next element of the open list or set. An element must follow.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.open_list();
    /// for name in ["a", "b"] {
    ///     writer.element();
    ///     writer.string(name);
    /// }
    /// writer.close_list();
    /// assert_eq!(writer.into_bytes()?, br#"{"L":[{"S":"a"},{"S":"b"}]}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    #[inline]
    pub fn element(&mut self) {
        self.separate(b'[');
    }

    #[inline]
    fn separate(&mut self, open: u8) {
        // DynamoDB counts the innermost values too: 32 maps around a value are one level too many.
        if self.depth >= MAX_DEPTH {
            self.fail_depth();
        }
        // Directly after the opening bracket there is no comma. The last byte says so, which saves a flag for each level.
        if self.bytes.last() != Some(&open) {
            self.bytes.push(b',');
        }
    }

    /// Writes the opening of a value. In plain JSON, that is only its last byte.
    fn open(&mut self, tagged: &[u8]) {
        let plain = if self.plain { tagged.len() - 1 } else { 0 };
        self.bytes.extend_from_slice(&tagged[plain..]);
    }

    /// Writes the end of a value. In plain JSON, that is only its first byte.
    fn close(&mut self, tagged: &[u8]) {
        let plain = if self.plain { 1 } else { tagged.len() };
        self.bytes.extend_from_slice(&tagged[..plain]);
    }

    /// Opens an item: a map without a type tag.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.open_item();
    /// writer.key("pk");
    /// writer.string("CUSTOMER#c-1");
    /// writer.close_item();
    /// assert_eq!(writer.into_bytes()?, br#"{"pk":{"S":"CUSTOMER#c-1"}}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn open_item(&mut self) {
        self.bytes.push(b'{');
    }

    /// Closes the item.
    pub fn close_item(&mut self) {
        self.bytes.push(b'}');
    }

    /// Opens an M.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.open_map();
    /// writer.key("city");
    /// writer.string("Paris");
    /// writer.close_map();
    /// assert_eq!(writer.into_bytes()?, br#"{"M":{"city":{"S":"Paris"}}}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn open_map(&mut self) {
        self.open(b"{\"M\":{");
        self.descend();
    }

    /// Removes the brace that closes the item that was written last, so that attributes can be added.
    pub(crate) fn reopen_item(&mut self) {
        let end = self.bytes.pop();
        debug_assert!(end == Some(b'}') || self.fault.is_some(), "an item ends with a brace");
    }

    /// Closes the M.
    pub fn close_map(&mut self) {
        self.close(b"}}");
        self.ascend();
    }

    /// Opens an L.
    ///
    /// ```
    /// # use singlet::wire::Writer;
    /// let mut writer = Writer::new();
    /// writer.open_list();
    /// for digits in ["1", "2"] {
    ///     writer.element();
    ///     writer.digits(digits);
    /// }
    /// writer.close_list();
    /// assert_eq!(writer.into_bytes()?, br#"{"L":[{"N":"1"},{"N":"2"}]}"#);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    pub fn open_list(&mut self) {
        self.open(b"{\"L\":[");
        self.descend();
    }

    /// Closes the L.
    pub fn close_list(&mut self) {
        self.close(b"]}");
        self.ascend();
    }

    #[cold]
    #[inline(never)]
    fn fail_depth(&mut self) {
        self.fail(Fault::unstorable(format!("nested deeper than {MAX_DEPTH} levels")));
    }

    fn descend(&mut self) {
        self.names.set(self.depth, self.name);
        self.name = "";
        self.depth += 1;
    }

    fn ascend(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.name = self.names.get(self.depth).unwrap_or_default();
    }

    /// Whether the next value would nest too deeply. Recursive types stop here, before they overflow the stack.
    pub(crate) fn is_too_deep(&self) -> bool {
        self.depth > MAX_DEPTH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_in_a_list_has_the_path_of_the_list() {
        let mut writer = Writer::new();
        writer.open_item();
        writer.field("values", "\"values\":", &vec![20.5, f64::NAN]);
        writer.close_item();
        assert_eq!(writer.into_bytes().unwrap_err().path(), "values");
    }
}
