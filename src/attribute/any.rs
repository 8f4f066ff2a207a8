use aws_sdk_dynamodb::types::AttributeValue;

use super::Attribute;
use crate::item;
use crate::wire::{Fault, Reader, Writer};

/// Any attribute value, in the SDK's form: for what the program does not know the type of.
impl Attribute for AttributeValue {
    crate::attribute::leaf!(Document);
    const TYPE: &'static str = "any";

    fn write(&self, writer: &mut Writer) {
        item::write_value(self, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        item::read_value(reader)
    }
}
