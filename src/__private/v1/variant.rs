//! Enums with data: an M with one entry that the variant names, or with a tag attribute.

use crate::key::mismatch;
use crate::wire::{END, Fault, FaultKind, FieldOf, Reader, Tag, UNKNOWN, Writer};

/// Opens the M of a variant. Returns `false` if it is nested too deeply. That is already a fault, so the contents are
/// omitted.
pub fn open_variant(writer: &mut Writer) -> bool {
    writer.open_map();
    !writer.is_too_deep()
}

/// Enters an M whose only entry names the variant, and returns the variant's number.
pub fn read_variant(reader: &mut Reader<'_>, variant_of: FieldOf, name: &'static str) -> Result<u8, Fault> {
    reader.expect(Tag::M)?;
    match reader.enter(variant_of)? {
        END => Err(unknown_variant(name)),
        variant => Ok(variant),
    }
}

/// Leaves the M after skipping entries that name no variant.
pub fn end_variant(reader: &mut Reader<'_>, variant_of: FieldOf, name: &'static str) -> Result<(), Fault> {
    match reader.advance(variant_of)? {
        END => reader.end(),
        _ => Err(Fault::invalid(format!("two variants of `{name}` in one value"))),
    }
}

/// Reads the value of a variant without data, which is a NULL.
pub fn read_unit(reader: &mut Reader<'_>) -> Result<(), Fault> {
    reader.expect(Tag::Null)?;
    reader.skip()?;
    reader.end()
}

/// Returns the variant that the tag attribute of an M names, and moves the reader back to the M.
pub fn tag_of(
    reader: &mut Reader<'_>,
    is_tag: FieldOf,
    variant_of: FieldOf,
    tag: &'static str,
    name: &'static str,
) -> Result<u8, Fault> {
    let start = reader.mark();
    reader.expect(Tag::M)?;
    if reader.enter(is_tag)? == END {
        return Err(Fault::missing(tag, "S"));
    }
    let variant = variant_of(reader.text().map_err(|fault| fault.inside(tag))?.as_bytes());
    reader.rewind(&start);
    if variant == UNKNOWN { Err(unknown_variant(name).inside(tag)) } else { Ok(variant) }
}

/// Reads a value as a variant of an untagged enum; `None`, at the place where it was, if the value is not one of it.
pub fn attempt<T>(
    reader: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let start = reader.mark();
    match read(reader) {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.kind() == FaultKind::Syntax => Err(fault),
        Err(_) => {
            reader.rewind(&start);
            Ok(None)
        }
    }
}

/// Where the next value begins.
pub fn value_start(writer: &Writer) -> usize {
    writer.written()
}

/// Refuses a value that would be read as an earlier variant than the one that was written.
pub fn check_untagged(
    writer: &mut Writer,
    start: usize,
    name: &'static str,
    is_unread: impl FnOnce(&mut Reader<'_>) -> Result<bool, Fault>,
) {
    let is_unread = Reader::new(writer.since(start)).and_then(|mut reader| is_unread(&mut reader));
    if matches!(is_unread, Ok(false)) {
        let message = format!(
            "a variant of `{name}` that is declared earlier would read this value; declare the more specific variant first"
        );
        writer.fail(Fault::unstorable(message));
    }
}

/// Returns the fault of a value that no variant of an untagged enum reads.
#[cold]
pub fn no_variant(name: &'static str) -> Fault {
    Fault::invalid(format!("no variant of `{name}` reads the value"))
}

/// Adds the variant to the path of a fault.
#[inline]
pub fn inside<T>(result: Result<T, Fault>, variant: &'static str) -> Result<T, Fault> {
    result.map_err(|fault| fault.inside(variant))
}

/// Returns the variant that a key names. A key with an unknown variant has another form.
pub fn key_variant<T>(variant: Result<T, Fault>) -> Result<T, Fault> {
    variant.map_err(|_| mismatch())
}

/// Returns the fault of a value that belongs to no variant.
#[cold]
pub fn unknown_variant(name: &'static str) -> Fault {
    Fault::invalid(format!("unknown variant of `{name}`"))
}
