//! `uuid::Uuid` as an attribute, key part, key attribute and map key.

use uuid::Uuid;

use super::Attribute;
use crate::key::{KeyFormat, KeyFormats, KeyPart, KeyWriter, PartText, by_text, mismatch};
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
    const FORMATS: KeyFormats = KeyFormats::UUID;

    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        key.safe(in_format(*self, format, &mut Uuid::encode_buffer()));
    }

    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        let id = Uuid::try_parse(text.raw()).map_err(|_| mismatch())?;
        // Another form of the same UUID is another key.
        if in_format(id, format, &mut Uuid::encode_buffer()) == text.raw() { Ok(id) } else { Err(mismatch()) }
    }
}

fn in_format(id: Uuid, format: KeyFormat, buffer: &mut [u8]) -> &str {
    match format {
        KeyFormat::Simple => id.simple().encode_lower(buffer),
        KeyFormat::Upper => id.hyphenated().encode_upper(buffer),
        _ => id.hyphenated().encode_lower(buffer),
    }
}

by_text!(S: Uuid);
super::collections::map_keys!(Uuid);
