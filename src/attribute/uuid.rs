use uuid::Uuid;

use super::Attribute;
use crate::key::{KeyFormat, KeyPart, KeyWriter, PartText, by_text, mismatch};
use crate::wire::{Fault, Reader, Writer};

/// Stored hyphenated and in lower case; any form that `uuid` parses is read.
impl Attribute for Uuid {
    crate::attribute::leaf!(Text);
    const TYPE: &'static str = "S";

    fn write(&self, writer: &mut Writer) {
        writer.string(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Uuid::try_parse(&reader.text()?).map_err(|_| Fault::invalid("the text is no UUID"))
    }
}

impl KeyPart for Uuid {
    fn write_part(&self, key: &mut KeyWriter<'_>, _: KeyFormat) {
        key.safe(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }

    fn parse_part(text: &PartText<'_>, _: KeyFormat) -> Result<Self, Fault> {
        let id = Uuid::try_parse(text.raw()).map_err(|_| mismatch())?;
        // Other forms of the same UUID would be other keys.
        if id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text.raw() { Ok(id) } else { Err(mismatch()) }
    }
}

by_text!(S: Uuid);
super::map_key::by_text!(Uuid);
