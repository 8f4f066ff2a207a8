//! The text of a key, written along its template.
//!
//! One separator, `#`, stands between two placeholders. The characters up to `%` are escaped in values, so that the
//! separator is less than everything in a value: a value sorts before all longer values that begin with it. The escapes
//! sort among themselves as the characters do. The last two characters of Unicode are escaped too, because ranges end
//! with the last one. (Doubling the separator is ambiguous: `a##` + `#` + `b` and `a#` + `##b` would be one text.)

use std::borrow::Cow;
use std::fmt;

use super::format::KeyFormat;
use super::part::{KeyPart, is_exact};
use super::value::{KeyAttribute, KeyRole, KeyValue};
use crate::wire::{Fault, FaultKind, Name, Writer};

/// The last character of Unicode. No escaped value contains it, so a range of keys can end with it.
pub(crate) const LAST: char = char::MAX;

/// The character before [`LAST`], which begins the escapes of both.
pub(super) const LAST_BUT_ONE: char = '\u{10fffe}';

/// The escapes of the characters up to `%`.
const ASCII_ESCAPES: [&str; 38] = [
    "%00", "%01", "%02", "%03", "%04", "%05", "%06", "%07", "%08", "%09", "%0A", "%0B", "%0C", "%0D", "%0E", "%0F",
    "%10", "%11", "%12", "%13", "%14", "%15", "%16", "%17", "%18", "%19", "%1A", "%1B", "%1C", "%1D", "%1E", "%1F",
    "%20", "%21", "%22", "%23", "%24", "%25",
];

/// Whether the text of a value contains the character only as an escape.
pub(super) fn is_escaped(c: char) -> bool {
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

    /// Creates a writer that compares text with a stored key and stores nothing.
    pub(crate) fn comparing(stored: &'a str, escape: bool) -> Self {
        KeyWriter { target: TextTarget::Stored(Some(stored)), escape, fault: None }
    }

    /// Whether exactly the stored key has been written.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.target, TextTarget::Stored(Some("")))
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

    /// Appends the value of a placeholder from which the field is read back, so that the key must hold all of it.
    #[doc(hidden)]
    pub fn whole<T: KeyPart>(&mut self, field: &'static str, value: &T, format: KeyFormat) {
        if !is_exact(value, format) {
            self.inexact(field, format);
        }
        value.write_part(self, format);
    }

    #[cold]
    fn inexact(&mut self, field: &'static str, format: KeyFormat) {
        let suffix = format.suffix();
        self.fail(format!(
            "the field `{field}` is stored in the key only, and `{{{field}{suffix}}}` holds only a part of its value; \
                           store the field, or give it a value that the key holds"
        ));
    }

    /// Appends the value of a placeholder of the primary key, which must not be empty. `field` names it in the error.
    #[doc(hidden)]
    pub fn filled(&mut self, field: &'static str, write: impl FnOnce(&mut Self)) {
        if self.is_empty_after(write) {
            self.empty(field);
        }
    }

    /// Appends the value of an optional last part, or nothing for `None`. An empty value would have the key of `None`.
    #[doc(hidden)]
    pub fn optional<T>(&mut self, field: &'static str, value: Option<&T>, write: impl FnOnce(&mut Self, &T)) {
        let Some(value) = value else { return };
        self.present(&field, |key| write(key, value));
    }

    /// Appends the value that an optional last part has.
    pub(crate) fn present(&mut self, field: &dyn fmt::Display, write: impl FnOnce(&mut Self)) {
        if self.is_empty_after(write) {
            self.empty_option(field);
        }
    }

    /// Whether the value that `write` appends has no text.
    fn is_empty_after(&mut self, write: impl FnOnce(&mut Self)) -> bool {
        let length = |key: &Self| match &key.target {
            TextTarget::Text(text) => Some(text.len()),
            // A key that was stored with an empty value can be read.
            TextTarget::Stored(_) => None,
        };
        let before = length(self);
        write(self);
        before.is_some_and(|before| length(self) == Some(before))
    }

    #[cold]
    fn empty(&mut self, field: &'static str) {
        let fix = "set it, or allow empty values with `#[model(empty_key_parts)]`";
        self.fail(format!("the field `{field}` is empty, and the key is formed from it; {fix}"));
    }

    #[cold]
    fn empty_option(&mut self, field: &dyn fmt::Display) {
        let fix = "use `None`, or a value that is not empty";
        self.fail(format!(
            "the field `{field}` has an empty value, whose key would be that of an item without the value; {fix}"
        ));
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

/// The capacity of the text of a key. Most keys are not longer.
const USUAL_LENGTH: usize = 32;

/// Writes the text of a template as a key value.
pub(crate) fn key_text(
    role: KeyRole,
    escape: bool,
    template: impl FnOnce(&mut KeyWriter<'_>),
) -> Result<KeyValue, Fault> {
    let mut text = String::with_capacity(USUAL_LENGTH);
    let mut key = KeyWriter::new(&mut text, escape);
    template(&mut key);
    key.outcome()?;
    KeyValue::S(text).checked(role)
}

/// The text of one value, which may be longer than a key; `None` if it has none.
pub(super) fn part_text<T: KeyPart>(value: &T, format: KeyFormat) -> Option<String> {
    let mut text = String::new();
    let mut key = KeyWriter::new(&mut text, true);
    value.write_part(&mut key, format);
    key.outcome().ok()?;
    Some(text)
}

/// Like [`key_text`], but faults name the attribute. `template` writes the key of `parts`.
#[doc(hidden)]
pub fn key_text_of<P>(
    attribute: Name,
    role: KeyRole,
    escape: bool,
    template: impl FnOnce(&mut KeyWriter<'_>, P),
    parts: P,
) -> Result<KeyValue, Fault> {
    let mut text = String::with_capacity(USUAL_LENGTH);
    let mut key = KeyWriter::new(&mut text, escape);
    template(&mut key, parts);
    let outcome = key.outcome();
    finish_text(attribute, role, outcome, text)
}

fn finish_text(attribute: Name, role: KeyRole, outcome: Result<(), Fault>, text: String) -> Result<KeyValue, Fault> {
    // Not generic, so that it is compiled once and not for every template.
    let key = outcome.and_then(|()| KeyValue::S(text).checked(role));
    key.map_err(|fault| fault.inside(attribute.name))
}

/// Whether `template` writes exactly this text. It forms no copy of the key, and ignores why a key could not be written:
/// saving reports it.
pub(crate) fn is_written_by(stored: &str, escape: bool, template: impl FnOnce(&mut KeyWriter<'_>)) -> bool {
    let mut key = KeyWriter::comparing(stored, escape);
    template(&mut key);
    key.is_whole()
}

/// Writes a key attribute that a template makes: `template` writes the key of `parts`.
#[doc(hidden)]
pub fn write_key<P>(
    writer: &mut Writer,
    attribute: Name,
    role: KeyRole,
    escape: bool,
    template: impl FnOnce(&mut KeyWriter<'_>, P),
    parts: P,
) {
    // Taken out for the time of the call, because the template borrows both the text and the writer.
    let mut text = std::mem::take(&mut writer.scratch);
    let mut key = KeyWriter::new(&mut text, escape);
    template(&mut key, parts);
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

/// The fault of a stored key from which a template cannot take its values. The key of a caller has another one.
#[doc(hidden)]
#[cold]
pub fn unlike_template(name: &'static str) -> Fault {
    let message = "the stored key does not have the form of the model's template; if another program writes one of its values in another form, \
                   declare the field of that placeholder as a `String`";
    Fault::invalid(message).inside(name)
}

/// The fault of a key that another template has made. It does not say where the texts differ, since the key is data.
#[cold]
pub(crate) fn mismatch() -> Fault {
    Fault::new(FaultKind::Key, "the key does not match the model's key template")
}
