use super::part::{KeyFormat, KeyPart};
use super::value::{KeyRole, KeyValue};
use crate::schema::Name;
use crate::wire::{Fault, FaultKind, Writer};

/// Puts the text of one key together: literal text and escaped values.
#[derive(Debug)]
pub struct KeyWriter<'a> {
    text: &'a mut String,
    escape: bool,
    fault: Option<Fault>,
}

impl<'a> KeyWriter<'a> {
    fn new(text: &'a mut String, escape: bool) -> Self {
        text.clear();
        KeyWriter { text, escape, fault: None }
    }

    /// Appends literal text of the template.
    pub fn literal(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends the value of a placeholder.
    pub fn part<T: KeyPart>(&mut self, value: &T, padding: KeyFormat) {
        value.write_part(self, padding);
    }

    /// Appends text in which the separator cannot occur.
    pub fn safe(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends text of any content: the separator `#` and the escape `%` are escaped, or where the
    /// model turned that off, a separator is refused.
    pub fn escaped(&mut self, text: &str) {
        if !self.escape {
            if text.contains('#') {
                self.fail("a key part contains the separator `#`, and the model has `key_escape = false`");
            }
            self.text.push_str(text);
            return;
        }
        let mut rest = text;
        while let Some(at) = rest.find(['#', '%']) {
            self.text.push_str(&rest[..at]);
            self.text.push_str(if rest.as_bytes()[at] == b'#' { "%23" } else { "%25" });
            rest = &rest[at + 1..];
        }
        self.text.push_str(rest);
    }

    /// Keeps a fault: the key cannot be formed.
    #[cold]
    pub fn fail(&mut self, message: impl Into<std::borrow::Cow<'static, str>>) {
        let message = message.into();
        self.fault.get_or_insert_with(|| Fault::new(FaultKind::Key, message));
    }

    fn outcome(&mut self) -> Result<(), Fault> {
        self.fault.take().map_or(Ok(()), Err)
    }
}

/// The text of a template as a key value.
#[doc(hidden)]
pub fn key_text(role: KeyRole, escape: bool, template: impl FnOnce(&mut KeyWriter<'_>)) -> Result<KeyValue, Fault> {
    let mut text = String::new();
    let mut key = KeyWriter::new(&mut text, escape);
    template(&mut key);
    key.outcome()?;
    KeyValue::S(text).checked(role)
}

/// Writes a key attribute made by a template.
#[doc(hidden)]
pub fn write_key(
    writer: &mut Writer,
    attribute: Name,
    role: KeyRole,
    escape: bool,
    template: impl FnOnce(&mut KeyWriter<'_>),
) {
    let mut text = std::mem::take(&mut writer.scratch);
    let mut key = KeyWriter::new(&mut text, escape);
    template(&mut key);
    let outcome = key.outcome();
    finish_key(writer, attribute, role, outcome, text);
}

fn finish_key(writer: &mut Writer, attribute: Name, role: KeyRole, outcome: Result<(), Fault>, text: String) {
    writer.name(attribute.name, attribute.quoted);
    writer.string(&text);
    if let Err(fault) = outcome.and_then(|()| role.check(text.len())) {
        writer.fail(fault);
    }
    writer.scratch = text;
}

/// Writes a key attribute that is a field of the model.
#[doc(hidden)]
pub fn write_key_field<T: super::KeyAttribute>(writer: &mut Writer, attribute: Name, role: KeyRole, value: &T) {
    writer.name(attribute.name, attribute.quoted);
    value.write(writer);
    if let Err(fault) = role.check(value.key_length()) {
        writer.fail(fault);
    }
}
