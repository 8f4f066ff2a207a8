//! Fields marked `#[model(serde)]`.

use ::serde::Serialize;
use ::serde::de::DeserializeOwned;

use crate::attribute::serde::{fill_serde, is_null, read_value, take_serde, write_serde, write_value};
use crate::wire::{Fault, Reader, Writer};

/// The operations of generated code on the type of a serde field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored through serde",
    label = "not a serde type",
    note = "add `#[derive(serde::Serialize, serde::Deserialize)]` to `{Self}`"
)]
pub trait StoredBySerde: Sized {
    fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault>;
    fn take(slot: Option<Self>, name: &'static str) -> Result<Self, Fault>;
    fn put(&self, writer: &mut Writer, name: &'static str, quoted: &'static str);
    fn is_absent(&self) -> bool;
    fn write(&self, writer: &mut Writer);
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> StoredBySerde for T {
    fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        fill_serde(slot, reader)
    }

    fn take(slot: Option<Self>, name: &'static str) -> Result<Self, Fault> {
        take_serde(slot, name)
    }

    fn put(&self, writer: &mut Writer, name: &'static str, quoted: &'static str) {
        write_serde(writer, name, quoted, self);
    }

    fn is_absent(&self) -> bool {
        is_null(self)
    }

    fn write(&self, writer: &mut Writer) {
        write_value(writer, self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        read_value(reader)
    }
}
