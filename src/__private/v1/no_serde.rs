//! Replaces `serde.rs` if the cargo feature is disabled. Using it is a compile error that names the feature.

use crate::wire::{Fault, Reader, Writer};

/// The operations of generated code on the type of a serde field. Without the feature, no type has them.
#[diagnostic::on_unimplemented(
    message = "`serde` fields need the cargo feature `serde` of singlet",
    label = "stored through serde",
    note = "write `features = [\"serde\"]` for `singlet` in `Cargo.toml`"
)]
pub trait StoredBySerde: Sized {
    fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault>;
    fn take(slot: Option<Self>, name: &'static str) -> Result<Self, Fault>;
    fn put(&self, writer: &mut Writer, name: &'static str, quoted: &'static str);
    fn is_absent(&self) -> bool;
    fn write(&self, writer: &mut Writer);
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}
