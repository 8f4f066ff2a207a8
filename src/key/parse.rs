use std::borrow::Cow;

use super::part::{KeyFormat, KeyPart};
use super::value::KeyValue;
use crate::wire::{Fault, FaultKind};

/// Takes the text of a key apart again, along its template.
#[derive(Debug)]
pub struct KeyParser<'a> {
    rest: &'a str,
    escape: bool,
}

impl<'a> KeyParser<'a> {
    /// A parser at the start of a string key; an error for a number or bytes.
    pub fn new(key: &'a KeyValue, escape: bool) -> Result<Self, Fault> {
        match key.as_str() {
            Some(rest) => Ok(KeyParser { rest, escape }),
            None => Err(mismatch()),
        }
    }

    /// Takes literal text of the template.
    pub fn literal(&mut self, text: &str) -> Result<(), Fault> {
        self.rest = self.rest.strip_prefix(text).ok_or_else(mismatch)?;
        Ok(())
    }

    /// Takes the value of a placeholder; `following` is the literal text behind it in the template.
    pub fn part<T: KeyPart>(&mut self, padding: KeyFormat, following: &str) -> Result<T, Fault> {
        T::parse_part(&self.text(following)?, padding)
    }

    /// Takes the text of a placeholder.
    #[doc(hidden)]
    pub fn text(&mut self, following: &str) -> Result<PartText<'a>, Fault> {
        let end = match following.find('#') {
            // A value holds no separator, so the next one belongs to the literal.
            Some(offset) => self.rest.find('#').and_then(|at| at.checked_sub(offset)),
            None => self.rest.len().checked_sub(following.len()),
        };
        let (text, rest) = end.and_then(|end| self.rest.split_at_checked(end)).ok_or_else(mismatch)?;
        if text.contains('#') {
            return Err(mismatch());
        }
        self.rest = rest;
        Ok(PartText { text, escape: self.escape })
    }

    /// Checks that nothing is left.
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
    /// The text as it stands in the key.
    pub fn raw(&self) -> &'a str {
        self.text
    }

    /// The text with its escapes resolved.
    pub fn unescaped(&self) -> Result<Cow<'a, str>, Fault> {
        if !self.escape || !self.text.contains('%') {
            return Ok(Cow::Borrowed(self.text));
        }
        let mut out = String::with_capacity(self.text.len());
        let mut rest = self.text;
        while let Some((plain, escaped)) = rest.split_once('%') {
            out.push_str(plain);
            rest = if let Some(rest) = escaped.strip_prefix("23") {
                out.push('#');
                rest
            } else if let Some(rest) = escaped.strip_prefix("25") {
                out.push('%');
                rest
            } else {
                return Err(mismatch());
            };
        }
        out.push_str(rest);
        Ok(Cow::Owned(out))
    }
}

#[cold]
pub(crate) fn mismatch() -> Fault {
    Fault::new(FaultKind::Key, "the key does not have the form of the model's key template")
}
