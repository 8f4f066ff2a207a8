//! Reading and writing of structs, for the code that the derives generate.
//!
//! The generated part is a table of names and one `match` with a call per field. Loops, unknown attributes, missing
//! attributes and the paths of faults are handled here once, so that a model adds little code.

use super::Form;
use super::names::Names;
use crate::expr::Role;
use crate::wire::{END, Fault, Mark, Reader, StoredKeyMarks, Tag, Writer};

/// A struct whose fields are the attributes of one map. Both derives generate this for reading and writing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a struct of attributes",
    label = "expected a struct with named fields and `#[derive(Attribute)]`",
    note = "a `flatten` field, and a variant of an enum with a `tag`, hold such a struct"
)]
pub trait Record: Sized {
    /// The values of the fields that have been read.
    type Slots: Default;

    /// The paths of the attributes; a [`Path`](crate::expr::Path) if they are not used.
    type Paths<M, D, R: Role>;

    /// The number of fields. Field numbers are less than it.
    const COUNT: u8 = Self::NAMES.field_count();

    /// The number of the field that the attribute `name` belongs to, or [`UNKNOWN`](crate::wire::UNKNOWN).
    fn field_of(name: &[u8]) -> u8;

    /// The attribute names, in the order of the field numbers.
    const NAMES: &'static Names;

    /// The stored form of a field; for [`UNKNOWN`](crate::wire::UNKNOWN), that of the attributes that are not fields.
    fn form(field: u8) -> Form {
        let _ = field;
        Form::Whole
    }

    /// Reads the value of a field into its slot.
    fn fill(slots: &mut Self::Slots, field: u8, reader: &mut Reader<'_>) -> Result<(), Fault>;

    /// Builds the struct after all attributes have been read.
    fn finish(slots: Self::Slots) -> Result<Self, Fault>;

    /// Where the stored primary key is, if the fields of the model might form another.
    fn stored_key(_: &Self::Slots) -> StoredKeyMarks {
        StoredKeyMarks::default()
    }

    /// Checks that the fields form the stored primary key.
    fn check_key(&self, _: StoredKeyMarks, _: &mut Reader<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Takes or refuses the attributes of the item at `start` that are not fields. They are ignored by default.
    fn unknown(&mut self, _: Mark, _: &mut Reader<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Writes the attributes into the open map.
    fn write_fields(&self, writer: &mut Writer);

    /// [`read_map`] as a method, so that a type without this trait gives the same compile error everywhere.
    fn read_map(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        read_map(reader)
    }
}

/// Reads an item or the inside of an M.
pub(crate) fn read_fields<T: Record>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    let start = reader.mark();
    // Attributes come in any order, so each is kept in its slot until the end.
    let mut slots = T::Slots::default();
    let filled = fill_slots::<T>(&mut slots, reader);
    let stored = T::stored_key(&slots);
    // This variable is returned on every path, so the compiler builds the struct directly in the memory of the result.
    let mut read = match filled {
        Ok(()) => T::finish(slots),
        Err(fault) => Err(fault),
    };
    if let Ok(value) = &mut read {
        // Both keys are complete only now: attributes come in any order.
        if let Err(fault) = value.check_key(stored, reader).and_then(|()| value.unknown(start, reader)) {
            read = Err(fault);
        }
    }
    // The nested maps of an item are read before this line, so the marks of the item are recorded last.
    reader.set_stored_key(stored);
    read
}

/// Reads the attributes of a map into their slots.
fn fill_slots<T: Record>(slots: &mut T::Slots, reader: &mut Reader<'_>) -> Result<(), Fault> {
    let mut field = reader.enter(T::field_of)?;
    while field != END {
        if let Err(fault) = T::fill(slots, field, reader) {
            // The name is looked up only for a fault, so the generated code need not pass it to every call.
            return Err(fault.inside(T::NAMES.get(usize::from(field))));
        }
        field = reader.advance(T::field_of)?;
    }
    Ok(())
}

/// Reads an M.
#[doc(hidden)]
pub fn read_map<T: Record>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    // One variable, as in `read_fields`.
    let mut read = match reader.expect(Tag::M) {
        Ok(()) => read_fields(reader),
        Err(fault) => Err(fault),
    };
    if read.is_ok()
        && let Err(fault) = reader.end()
    {
        read = Err(fault);
    }
    read
}

/// Writes an M.
#[doc(hidden)]
pub fn write_map<T: Record>(value: &T, writer: &mut Writer) {
    writer.open_map();
    // The writer has recorded a fault for a value that is too deep. Writing on could overflow the stack.
    if !writer.is_too_deep() {
        value.write_fields(writer);
    }
    writer.close_map();
}

impl Writer {
    /// Writes the attribute `name` of the open map, unless the value is absent.
    ///
    /// `quoted` is the name as JSON with its colon, `"\"city\":"`. The derive computes it at compile time.
    #[inline]
    pub fn field<T: super::Attribute>(&mut self, name: &'static str, quoted: &'static str, value: &T) {
        if !value.is_absent() {
            self.name(name, quoted);
            value.write(self);
        }
    }
}

/// Reads an attribute into its slot.
#[inline]
pub(crate) fn fill<T: super::Attribute>(slot: &mut Option<T>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    *slot = Some(T::read(reader)?);
    Ok(())
}

/// Like [`fill`], for a field with a default: NULL counts as absent.
#[inline]
pub(crate) fn fill_default<T: super::Attribute>(slot: &mut Option<T>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    if reader.null()? {
        return Ok(());
    }
    fill(slot, reader)
}

/// Which names the fields with former names were read from. A slot holds the value of the best name so far.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct NamesRead(Vec<NameRead>);

#[derive(Debug)]
struct NameRead {
    /// The number of the field.
    field: u8,
    /// 0 for the current name, then the former names in their order.
    rank: u8,
    /// Why the value does not fit. It counts only if no better name follows.
    fault: Option<Fault>,
}

impl NamesRead {
    /// Reads the attribute `name` of a field into its slot with `fill`, unless the item has had a better name.
    pub fn fill<T>(
        &mut self,
        (field, rank, name): (u8, u8, &'static str),
        slot: &mut Option<T>,
        reader: &mut Reader<'_>,
        fill: impl FnOnce(&mut Option<T>, &mut Reader<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.0.iter().any(|read| read.field == field && read.rank < rank) {
            return reader.skip();
        }
        self.0.retain(|read| read.field != field);
        let start = reader.mark();
        *slot = None;
        let fault = fill(slot, reader).err();
        if fault.is_some() {
            reader.rewind(&start);
            reader.skip()?;
        }
        self.0.push(NameRead { field, rank, fault: fault.map(|fault| fault.inside(name)) });
        Ok(())
    }

    /// Fails if the value of the best name of a field does not fit.
    pub fn check(self) -> Result<(), Fault> {
        self.0.into_iter().find_map(|read| read.fault).map_or(Ok(()), Err)
    }
}

/// Takes the value of a required field out of its slot.
#[inline]
pub(crate) fn take<T: super::Attribute>(slot: Option<T>, name: &'static str) -> Result<T, Fault> {
    // Missing `Option`s and sets have a value, other attributes are required.
    let value = match slot {
        Some(value) => Some(value),
        None => T::when_missing(),
    };
    match value {
        Some(value) => Ok(value),
        None => Err(Fault::missing(name, T::TYPE)),
    }
}
