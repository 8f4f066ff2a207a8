//! Strings as attributes: `String`, `Box<str>`, `Cow<str>`.

use std::borrow::Cow;

use super::Attribute;
use crate::ValueFor;
use crate::wire::{Fault, Reader, Writer};

impl Attribute for String {
    crate::attribute::leaf!(Text);
    const TYPE: &'static str = "S";

    #[inline]
    fn write(&self, writer: &mut Writer) {
        writer.string(self);
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.owned_text()
    }
}

impl Attribute for Box<str> {
    crate::attribute::leaf!(Text);
    const TYPE: &'static str = "S";

    fn write(&self, writer: &mut Writer) {
        writer.string(self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.text().map(Into::into)
    }
}

impl ValueFor<Box<str>> for &str {
    fn into_value(self) -> Box<str> {
        self.into()
    }
}

/// Writes borrowed or owned text; always reads owned text.
impl Attribute for Cow<'_, str> {
    crate::attribute::leaf!(Text);
    const TYPE: &'static str = "S";

    fn write(&self, writer: &mut Writer) {
        writer.string(self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.text().map(|text| Cow::Owned(text.into_owned()))
    }
}

impl<'a> ValueFor<Cow<'a, str>> for &'a str {
    fn into_value(self) -> Cow<'a, str> {
        Cow::Borrowed(self)
    }
}
