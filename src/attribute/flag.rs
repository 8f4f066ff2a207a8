use super::Attribute;
use crate::wire::{Fault, Reader, Tag, Writer};

impl Attribute for bool {
    const TYPE: &'static str = "BOOL";

    #[inline]
    fn write(&self, writer: &mut Writer) {
        writer.boolean(*self);
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.expect(Tag::Bool)?;
        let value = reader.boolean()?;
        reader.end()?;
        Ok(value)
    }
}
