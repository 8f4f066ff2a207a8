//! Enums with data: an M with one entry named by the variant, or with a tag attribute.

use crate::key::mismatch;
use crate::wire::{END, Fault, FieldOf, Reader, Tag, UNKNOWN, Writer};

/// Opens the M of a variant. `false` when it is nested too deep: that is a fault already, and the inside is left out.
pub fn open_variant(writer: &mut Writer) -> bool {
    writer.open_map();
    !writer.is_too_deep()
}

/// Steps into an M whose one entry is named by the variant: the number of that.
pub fn read_variant(reader: &mut Reader<'_>, variant_of: FieldOf, name: &'static str) -> Result<u8, Fault> {
    reader.expect(Tag::M)?;
    match reader.enter(variant_of)? {
        END => Err(unknown_variant(name)),
        variant => Ok(variant),
    }
}

/// Steps out of the M, over entries of no variant.
pub fn end_variant(reader: &mut Reader<'_>, variant_of: FieldOf, name: &'static str) -> Result<(), Fault> {
    match reader.advance(variant_of)? {
        END => reader.end(),
        _ => Err(Fault::invalid(format!("two variants of `{name}` in one value"))),
    }
}

/// Reads the value of a variant without data: a NULL.
pub fn read_unit(reader: &mut Reader<'_>) -> Result<(), Fault> {
    reader.expect(Tag::Null)?;
    reader.skip()?;
    reader.end()
}

/// The variant that the tag attribute of an M names. The reader stands before the M again then.
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

/// The outcome of reading the value of a variant, with the path to it.
#[inline]
pub fn inside<T>(result: Result<T, Fault>, variant: &'static str) -> Result<T, Fault> {
    result.map_err(|fault| fault.inside(variant))
}

/// The variant that a key names: an unknown one is a key of another form.
pub fn key_variant<T>(variant: Result<T, Fault>) -> Result<T, Fault> {
    variant.map_err(|_| mismatch())
}

/// The fault of a value that is none of the enum's.
#[cold]
pub fn unknown_variant(name: &'static str) -> Fault {
    Fault::invalid(format!("unknown variant of `{name}`"))
}
