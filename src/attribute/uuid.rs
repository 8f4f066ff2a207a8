//! `uuid::Uuid` as an attribute, key part, key attribute and map key.

use uuid::Uuid;

use super::Attribute;
use crate::key::{KeyFormat, KeyPart, KeyWriter, PartText, by_text, mismatch};
use crate::wire::{Fault, Reader, Writer};

/// Written hyphenated and in lower case; read in any form that `uuid` parses.
impl Attribute for Uuid {
    crate::attribute::leaf!(Text);
    const TYPE: &'static str = "S";

    fn write(&self, writer: &mut Writer) {
        writer.string(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Uuid::try_parse(&reader.text()?).map_err(|_| Fault::invalid("the text is not a UUID"))
    }
}

impl KeyPart for Uuid {
    fn write_part(&self, key: &mut KeyWriter<'_>, _: KeyFormat) {
        key.safe(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }

    fn parse_part(text: &PartText<'_>, _: KeyFormat) -> Result<Self, Fault> {
        let id = Uuid::try_parse(text.raw()).map_err(|_| mismatch())?;
        // Another form of the same UUID is another key.
        if id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text.raw() { Ok(id) } else { Err(mismatch()) }
    }
}

by_text!(S: Uuid);
super::collections::map_keys!(Uuid);
