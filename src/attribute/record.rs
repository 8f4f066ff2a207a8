use super::names::Names;
use crate::expr::Role;
use crate::wire::{END, Fault, Reader, Tag, Writer};

/// A struct whose fields are attributes of one map: what both derives emit for reading and writing.
///
/// The generated part is a table of names and one `match` with a call per field; everything that
/// can be shared lies here, so that a model costs little code.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a struct of attributes",
    label = "expected a struct with named fields and `#[derive(Attribute)]`",
    note = "a `flatten` field, and a variant of an enum with a `tag`, hold such a struct"
)]
pub trait Record: Sized {
    /// One `Option` per field.
    type Slots: Default;

    /// The paths of the attributes; a [`Path`](crate::expr::Path) where nobody asks for them.
    type Paths<M, D, R: Role>;

    /// How many fields there are; field numbers are below it.
    const COUNT: u8;

    /// The number of the field that the attribute `name` fills, or [`UNKNOWN`](crate::wire::UNKNOWN).
    fn field_of(name: &[u8]) -> u8;

    /// The attribute names, in the order of the field numbers.
    const NAMES: &'static Names;

    /// Reads the value of a field into its slot.
    fn fill(slots: &mut Self::Slots, field: u8, reader: &mut Reader<'_>) -> Result<(), Fault>;

    /// Makes the struct once all attributes are read.
    fn finish(slots: Self::Slots) -> Result<Self, Fault>;

    /// Writes the attributes into the open map.
    fn write_fields(&self, writer: &mut Writer);

    /// [`read_map`], as a method: a type without it is the same error as one without any other.
    fn read_map(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        read_map(reader)
    }
}

/// Reads an item or the inside of an M.
pub(crate) fn read_fields<T: Record>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    let mut slots = T::Slots::default();
    let mut field = reader.enter(T::field_of)?;
    while field != END {
        if let Err(fault) = T::fill(&mut slots, field, reader) {
            return Err(fault.inside(T::NAMES.get(field)));
        }
        field = reader.advance(T::field_of)?;
    }
    T::finish(slots)
}

/// Reads an M.
#[doc(hidden)]
pub fn read_map<T: Record>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    reader.expect(Tag::M)?;
    let value = read_fields(reader)?;
    reader.end()?;
    Ok(value)
}

/// Writes an M.
#[doc(hidden)]
pub fn write_map<T: Record>(value: &T, writer: &mut Writer) {
    writer.open_map();
    // A value nested too deep is a fault already; going on could overflow the stack.
    if !writer.is_too_deep() {
        value.write_fields(writer);
    }
    writer.close_map();
}

/// Reads an attribute into its slot.
#[inline]
pub(crate) fn fill<T: super::Attribute>(slot: &mut Option<T>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    *slot = Some(T::read(reader)?);
    Ok(())
}

/// As [`fill`], for a field with a default: NULL counts as absent.
#[inline]
pub(crate) fn fill_default<T: super::Attribute>(slot: &mut Option<T>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    if reader.null()? {
        return Ok(());
    }
    fill(slot, reader)
}

/// Takes the value of a required field out of its slot.
#[inline]
pub(crate) fn take<T: super::Attribute>(slot: Option<T>, name: &'static str) -> Result<T, Fault> {
    match slot.or_else(T::when_missing) {
        Some(value) => Ok(value),
        None => Err(Fault::missing(name, T::TYPE)),
    }
}
