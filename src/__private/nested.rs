//! Structs that are flattened, or wrapped by a tagged variant.

use crate::attribute::names::Names;
use crate::attribute::{Attribute, Record, record};
use crate::wire::{Fault, Reader, Writer};

/// A record that is no model: what `#[derive(Attribute)]` makes of a struct with named fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a struct of attributes",
    label = "expected a struct with named fields and `#[derive(Attribute)]`",
    note = "a `flatten` field, and a variant of an enum with a `tag`, hold such a struct"
)]
pub trait Nested: Sized {
    type Slots: Default;
    const COUNT: u8;
    const NAMES: &'static Names;
    fn field_of(name: &[u8]) -> u8;
    fn fill(slots: &mut Self::Slots, field: u8, reader: &mut Reader<'_>) -> Result<(), Fault>;
    fn finish(slots: Self::Slots) -> Result<Self, Fault>;
    fn write_fields(&self, writer: &mut Writer);
    fn read_map(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}

#[diagnostic::do_not_recommend]
impl<T: Record + Attribute> Nested for T {
    type Slots = <T as Record>::Slots;
    const COUNT: u8 = <T as Record>::COUNT;
    const NAMES: &'static Names = <T as Record>::NAMES;

    #[inline]
    fn field_of(name: &[u8]) -> u8 {
        <T as Record>::field_of(name)
    }

    #[inline]
    fn fill(slots: &mut Self::Slots, field: u8, reader: &mut Reader<'_>) -> Result<(), Fault> {
        <T as Record>::fill(slots, field, reader)
    }

    #[inline]
    fn finish(slots: Self::Slots) -> Result<Self, Fault> {
        <T as Record>::finish(slots)
    }

    #[inline]
    fn write_fields(&self, writer: &mut Writer) {
        <T as Record>::write_fields(self, writer);
    }

    #[inline]
    fn read_map(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        record::read_map(reader)
    }
}
