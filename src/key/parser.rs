//! The text of a key, parsed along its template.
//!
//! Parsing is strict: it accepts only the text that writing would produce. Another text would be another key.

use std::borrow::Cow;

use super::format::KeyFormat;
use super::part::KeyPart;
use super::text::{LAST, LAST_BUT_ONE, is_escaped, mismatch};
use super::value::KeyValue;
use crate::wire::Fault;

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
    /// Text with escapes.
    pub(super) fn of(text: &'a str) -> Self {
        PartText { text, escape: true }
    }

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
