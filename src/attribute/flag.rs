use super::Attribute;
use crate::wire::{Fault, Reader, Writer};

impl Attribute for bool {
    crate::attribute::leaf!(Flag);
    const TYPE: &'static str = "BOOL";

    #[inline]
    fn write(&self, writer: &mut Writer) {
        writer.boolean(*self);
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.flag()
    }
}
