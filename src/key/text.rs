//! The text of a key, written and parsed along its template.
//!
//! One separator, `#`, stands between two placeholders. The characters up to `%` are escaped in values, so that the
//! separator is less than everything in a value: a value sorts before all longer values that begin with it. The escapes
//! sort among themselves as the characters do. The last two characters of Unicode are escaped too, because ranges end
//! with the last one. (Doubling the separator is ambiguous: `a##` + `#` + `b` and `a#` + `##b` would be one text.)
//!
//! Parsing is strict: it accepts only the text that writing would produce. Another text would be another key.

use std::borrow::Cow;

use super::part::{KeyFormat, KeyPart};
use super::value::{KeyAttribute, KeyRole, KeyValue};
use crate::wire::{Fault, FaultKind, Name, Writer};

/// The last character of Unicode. No escaped value contains it, so a range of keys can end with it.
pub(crate) const LAST: char = char::MAX;

/// The character before [`LAST`], which begins the escapes of both.
const LAST_BUT_ONE: char = '\u{10fffe}';

/// The escapes of the characters up to `%`.
const ASCII_ESCAPES: [&str; 38] = [
    "%00", "%01", "%02", "%03", "%04", "%05", "%06", "%07", "%08", "%09", "%0A", "%0B", "%0C", "%0D", "%0E", "%0F",
    "%10", "%11", "%12", "%13", "%14", "%15", "%16", "%17", "%18", "%19", "%1A", "%1B", "%1C", "%1D", "%1E", "%1F",
    "%20", "%21", "%22", "%23", "%24", "%25",
];

/// Whether the text of a value contains the character only as an escape.
fn is_escaped(c: char) -> bool {
    c <= '%' || c >= LAST_BUT_ONE
}

/// Writes the text of one key: literal text and escaped values.
///
/// A [`KeyPart`] implementation for a type of your own calls [`escaped`](Self::escaped) or [`safe`](Self::safe):
///
/// ```
/// use singlet::key::{KeyFormat, KeyPart, KeyWriter, PartText};
/// use singlet::wire::Fault;
///
/// struct Sku(String);
///
/// impl KeyPart for Sku {
///     fn write_part(&self, key: &mut KeyWriter<'_>, _: KeyFormat) {
///         key.escaped(&self.0);
///     }
///
///     fn parse_part(text: &PartText<'_>, _: KeyFormat) -> Result<Self, Fault> {
///         Ok(Sku(text.unescaped()?.into_owned()))
///     }
/// }
/// ```
#[derive(Debug)]
pub struct KeyWriter<'a> {
    target: TextTarget<'a>,
    escape: bool,
    fault: Option<Fault>,
}

#[derive(Debug)]
enum TextTarget<'a> {
    Text(&'a mut String),
    /// What is left of a stored key, to be compared with what is written; `None` after a difference.
    Stored(Option<&'a str>),
}

impl<'a> KeyWriter<'a> {
    fn new(text: &'a mut String, escape: bool) -> Self {
        // The buffer is reused: `write_key` lends the one of the `Writer`.
        text.clear();
        KeyWriter { target: TextTarget::Text(text), escape, fault: None }
    }

    /// Appends text as it is.
    fn push(&mut self, text: &str) {
        match &mut self.target {
            TextTarget::Text(key) => key.push_str(text),
            TextTarget::Stored(rest) => *rest = rest.and_then(|rest| rest.strip_prefix(text)),
        }
    }

    /// Appends literal text of the template.
    pub fn literal(&mut self, text: &str) {
        self.push(text);
    }

    /// Appends the value of a placeholder.
    pub fn part<T: KeyPart>(&mut self, value: &T, format: KeyFormat) {
        value.write_part(self, format);
    }

    /// Appends the value of a placeholder of the primary key, which must not be empty. `field` names it in the error.
    #[doc(hidden)]
    pub fn filled(&mut self, field: &'static str, write: impl FnOnce(&mut Self)) {
        let length = |key: &Self| match &key.target {
            TextTarget::Text(text) => Some(text.len()),
            // A key that was stored with an empty value can be read.
            TextTarget::Stored(_) => None,
        };
        let before = length(self);
        write(self);
        if before.is_some_and(|before| length(self) == Some(before)) {
            self.empty(field);
        }
    }

    #[cold]
    fn empty(&mut self, field: &'static str) {
        let fix = "set it, or allow empty values with `#[model(empty_key_parts)]`";
        self.fail(format!("the field `{field}` is empty, and the key is formed from it; {fix}"));
    }

    /// Appends text that needs no escapes, such as digits: it consists of ASCII characters after `%`.
    pub fn safe(&mut self, text: &str) {
        self.push(text);
    }

    /// Appends any text. The characters U+0000 to U+0025 are written as `%` and two hexadecimal digits, and the last two
    /// characters of Unicode as U+10FFFE and `E` or `F`. Texts sort as before, and contain no separator.
    ///
    /// If the model has `key_escape = false`, the text is written as it is, and a separator is refused.
    pub fn escaped(&mut self, text: &str) {
        if !self.escape {
            if text.contains('#') {
                self.fail("a key part contains the separator `#` and the model has `key_escape = false`");
            }
            self.push(text);
            return;
        }
        let mut rest = text;
        while let Some(at) = rest.find(is_escaped) {
            let (plain, special) = rest.split_at(at);
            self.push(plain);
            let mut special = special.chars();
            match special.next() {
                Some(LAST) => self.push("\u{10fffe}F"),
                Some(LAST_BUT_ONE) => self.push("\u{10fffe}E"),
                Some(c) => self.push(ASCII_ESCAPES[c as usize]),
                None => {}
            }
            rest = special.as_str();
        }
        self.push(rest);
    }

    /// Records that the key cannot be made. The message must not contain the value.
    ///
    /// ```
    /// use singlet::key::{KeyFormat, KeyPart, KeyWriter, PartText};
    /// use singlet::wire::Fault;
    /// struct Even(u32);
    /// impl KeyPart for Even {
    ///     fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
    ///         if self.0 % 2 == 1 {
    ///             key.fail("the number is odd");
    ///         }
    ///         key.part(&self.0, format);
    ///     }
    ///     fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
    ///         u32::parse_part(text, format).map(Even)
    ///     }
    /// }
    /// ```
    #[cold]
    pub fn fail(&mut self, message: impl Into<Cow<'static, str>>) {
        // The writer continues after a fault, so that generated code needs no branch for each part.
        let message = message.into();
        self.fault.get_or_insert_with(|| Fault::new(FaultKind::Key, message));
    }

    fn outcome(&mut self) -> Result<(), Fault> {
        self.fault.take().map_or(Ok(()), Err)
    }
}

/// Writes the text of a template as a key value.
pub(crate) fn key_text(
    role: KeyRole,
    escape: bool,
    template: impl FnOnce(&mut KeyWriter<'_>),
) -> Result<KeyValue, Fault> {
    let mut text = String::new();
    let mut key = KeyWriter::new(&mut text, escape);
    template(&mut key);
    key.outcome()?;
    KeyValue::S(text).checked(role)
}

/// Like [`key_text`], but faults name the attribute.
#[doc(hidden)]
pub fn key_text_of(
    attribute: Name,
    role: KeyRole,
    escape: bool,
    template: impl FnOnce(&mut KeyWriter<'_>),
) -> Result<KeyValue, Fault> {
    key_text(role, escape, template).map_err(|fault| fault.inside(attribute.name))
}

/// Whether `template` writes exactly this text. It forms no copy of the key, and ignores why a key could not be written:
/// saving reports it.
pub(crate) fn is_written_by(stored: &str, escape: bool, template: impl FnOnce(&mut KeyWriter<'_>)) -> bool {
    let mut key = KeyWriter { target: TextTarget::Stored(Some(stored)), escape, fault: None };
    template(&mut key);
    matches!(key.target, TextTarget::Stored(Some("")))
}

/// Writes a key attribute that a template makes.
#[doc(hidden)]
pub fn write_key(
    writer: &mut Writer,
    attribute: Name,
    role: KeyRole,
    escape: bool,
    template: impl FnOnce(&mut KeyWriter<'_>),
) {
    // Taken out for the time of the call, because the template borrows both the text and the writer.
    let mut text = std::mem::take(&mut writer.scratch);
    let mut key = KeyWriter::new(&mut text, escape);
    template(&mut key);
    let outcome = key.outcome();
    finish_key(writer, attribute, role, outcome, text);
}

fn finish_key(writer: &mut Writer, attribute: Name, role: KeyRole, outcome: Result<(), Fault>, text: String) {
    // Not generic, so that it is compiled once and not for every template.
    writer.name(attribute.name, attribute.quoted);
    writer.string(&text);
    if let Err(fault) = outcome.and_then(|()| role.check(text.len())) {
        writer.fail(fault);
    }
    writer.scratch = text;
}

/// Writes a key attribute that is a field of the model.
pub(crate) fn write_key_field<T: KeyAttribute>(writer: &mut Writer, attribute: Name, role: KeyRole, value: &T) {
    writer.name(attribute.name, attribute.quoted);
    value.write(writer);
    if let Err(fault) = role.check(value.key_length()) {
        writer.fail(fault);
    }
}

/// Parses the text of a key along its template.
///
/// ```
/// use singlet::__private::v1::KeyParser;
/// use singlet::key::{KeyFormat, KeyValue};
///
/// let key = KeyValue::from("CUSTOMER#a%23b#ORDER#000042");
/// let mut parser = KeyParser::new(&key, true)?;
/// parser.literal("CUSTOMER#")?;
/// let customer: String = parser.part(KeyFormat::Sorted, "#ORDER#")?;
/// parser.literal("#ORDER#")?;
/// let id: u32 = parser.part(KeyFormat::Width(6), "")?;
/// parser.finish()?;
/// assert_eq!((customer.as_str(), id), ("a#b", 42));
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
#[derive(Debug)]
pub struct KeyParser<'a> {
    rest: &'a str,
    escape: bool,
}

impl<'a> KeyParser<'a> {
    /// A parser at the start of a string key.
    ///
    /// # Errors
    ///
    /// Returns a fault if the key is a number or bytes.
    pub fn new(key: &'a KeyValue, escape: bool) -> Result<Self, Fault> {
        match key.as_str() {
            Some(rest) => Ok(KeyParser { rest, escape }),
            None => Err(mismatch()),
        }
    }

    /// Consumes literal text of the template.
    ///
    /// # Errors
    ///
    /// Returns a fault if other text follows.
    pub fn literal(&mut self, text: &str) -> Result<(), Fault> {
        self.rest = self.rest.strip_prefix(text).ok_or_else(mismatch)?;
        Ok(())
    }

    /// Consumes the value of a placeholder. `following` is the literal text after it in the template.
    ///
    /// # Errors
    ///
    /// Returns a fault if the text is not the one that writing a value would produce.
    pub fn part<T: KeyPart>(&mut self, format: KeyFormat, following: &str) -> Result<T, Fault> {
        T::parse_part(&self.text(following)?, format)
    }

    /// Consumes the text of a placeholder.
    #[doc(hidden)]
    pub fn text(&mut self, following: &str) -> Result<PartText<'a>, Fault> {
        let end = match following.find('#') {
            // A value contains no separator, so the next one belongs to the literal.
            Some(offset) => self.rest.find('#').and_then(|at| at.checked_sub(offset)),
            None => self.rest.len().checked_sub(following.len()),
        };
        let (text, rest) = end.and_then(|end| self.rest.split_at_checked(end)).ok_or_else(mismatch)?;
        // `following` can begin before its separator, so the part before it may still contain one.
        if text.contains('#') {
            return Err(mismatch());
        }
        self.rest = rest;
        Ok(PartText { text, escape: self.escape })
    }

    /// Checks that the whole key was consumed.
    ///
    /// # Errors
    ///
    /// Returns a fault if text is left.
    pub fn finish(self) -> Result<(), Fault> {
        if self.rest.is_empty() { Ok(()) } else { Err(mismatch()) }
    }
}

/// The text of one placeholder in a key.
#[derive(Debug)]
pub struct PartText<'a> {
    text: &'a str,
    escape: bool,
}

impl<'a> PartText<'a> {
    /// The text as it is in the key, with escapes.
    pub fn raw(&self) -> &'a str {
        self.text
    }

    /// The text with its escapes resolved.
    ///
    /// # Errors
    ///
    /// Returns a fault if the text contains an invalid escape.
    pub fn unescaped(&self) -> Result<Cow<'a, str>, Fault> {
        if !self.escape || !self.text.contains(is_escaped) {
            return Ok(Cow::Borrowed(self.text));
        }
        let mut out = String::with_capacity(self.text.len());
        let mut chars = self.text.chars();
        while let Some(c) = chars.next() {
            // Only escapes that are written are accepted. Another escape would be a second text for the same key.
            out.push(match (c, is_escaped(c)) {
                (c, false) => c,
                ('%', _) => ascii_escape(chars.next(), chars.next()).ok_or_else(mismatch)?,
                (LAST_BUT_ONE, _) => match chars.next() {
                    Some('E') => LAST_BUT_ONE,
                    Some('F') => LAST,
                    _ => return Err(mismatch()),
                },
                _ => return Err(mismatch()),
            });
        }
        Ok(Cow::Owned(out))
    }
}

/// The character with these two digits, if it is one that is escaped so.
fn ascii_escape(high: Option<char>, low: Option<char>) -> Option<char> {
    let digit = |c: Option<char>| c.filter(|c| !c.is_ascii_lowercase())?.to_digit(16);
    let c = char::from_u32(digit(high)? * 16 + digit(low)?)?;
    (c <= '%').then_some(c)
}

/// The fault of a key that another template has made. It does not say where the texts differ, since the key is data.
#[cold]
pub(crate) fn mismatch() -> Fault {
    Fault::new(FaultKind::Key, "the key does not match the model's key template")
}
