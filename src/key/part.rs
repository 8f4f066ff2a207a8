use super::parse::{PartText, mismatch};
use super::sortable;
use super::writer::KeyWriter;
use crate::wire::Fault;

/// How a placeholder writes a number: what stands behind the colon in `{n:06}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFormat {
    /// `{n}`: as wide as the widest value of the type, so that keys sort as numbers.
    Sorted,
    /// `{n:plain}`: the shortest form, which does not sort.
    Plain,
    /// `{n:06}`: an unsigned integer of at most so many digits, padded with zeros.
    Width(u8),
}

/// A type whose values may stand in a key template.
///
/// It is implemented for strings, characters, `bool`, every integer, [`Number`](crate::Number), the
/// dates and times of `time` and `chrono`, `uuid::Uuid` and `rust_decimal::Decimal`;
/// `#[derive(Attribute)]` implements it for newtypes around these and for enums without data.
/// The forms are listed in the [module](crate::key).
///
/// Floats are not: two values that print alike would be two keys.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "not a key part",
    note = "use a string, integer, date, UUID, or a newtype around one with `#[derive(Attribute)]`"
)]
pub trait KeyPart: Sized {
    /// Whether `{x:plain}` has a meaning: numbers have a shorter form than the one that sorts.
    const HAS_PLAIN: bool = false;

    /// Whether `{x:06}` has a meaning: integers can be padded to a width.
    const HAS_WIDTH: bool = false;

    /// Writes this value into a key.
    fn write_part(&self, key: &mut KeyWriter<'_>, padding: KeyFormat);

    /// Reads the value back.
    fn parse_part(text: &PartText<'_>, padding: KeyFormat) -> Result<Self, Fault>;
}

impl KeyPart for String {
    fn write_part(&self, key: &mut KeyWriter<'_>, _: KeyFormat) {
        key.escaped(self);
    }

    fn parse_part(text: &PartText<'_>, _: KeyFormat) -> Result<Self, Fault> {
        Ok(text.unescaped()?.into_owned())
    }
}

impl KeyPart for Box<str> {
    fn write_part(&self, key: &mut KeyWriter<'_>, _: KeyFormat) {
        key.escaped(self);
    }

    fn parse_part(text: &PartText<'_>, _: KeyFormat) -> Result<Self, Fault> {
        Ok(text.unescaped()?.into())
    }
}

impl KeyPart for char {
    fn write_part(&self, key: &mut KeyWriter<'_>, _: KeyFormat) {
        key.escaped(self.encode_utf8(&mut [0; 4]));
    }

    fn parse_part(text: &PartText<'_>, _: KeyFormat) -> Result<Self, Fault> {
        let text = text.unescaped()?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(c),
            _ => Err(mismatch()),
        }
    }
}

impl KeyPart for bool {
    fn write_part(&self, key: &mut KeyWriter<'_>, _: KeyFormat) {
        key.safe(if *self { "true" } else { "false" });
    }

    fn parse_part(text: &PartText<'_>, _: KeyFormat) -> Result<Self, Fault> {
        text.raw().parse().map_err(|_| mismatch())
    }
}

macro_rules! digits_of {
    ($type:ty) => {
        // The greatest magnitude of an integer type has as many digits as its greatest value.
        <$type>::MAX.ilog10() as usize + 1
    };
}
macro_rules! unsigned {
    ($($type:ty),*) => {$(
        impl KeyPart for $type {
            const HAS_PLAIN: bool = true;
            const HAS_WIDTH: bool = true;

            fn write_part(&self, key: &mut KeyWriter<'_>, padding: KeyFormat) {
                sortable::write_unsigned(key, u128::from(*self), digits_of!($type), padding);
            }

            fn parse_part(text: &PartText<'_>, padding: KeyFormat) -> Result<Self, Fault> {
                let value = sortable::parse_unsigned(text.raw(), digits_of!($type), padding)?;
                value.try_into().map_err(|_| mismatch())
            }
        }
    )*};
}
macro_rules! signed {
    ($($type:ty),*) => {$(
        impl KeyPart for $type {
            const HAS_PLAIN: bool = true;
            const HAS_WIDTH: bool = true;

            fn write_part(&self, key: &mut KeyWriter<'_>, padding: KeyFormat) {
                sortable::write_signed(key, i128::from(*self), digits_of!($type), padding);
            }

            fn parse_part(text: &PartText<'_>, padding: KeyFormat) -> Result<Self, Fault> {
                let value = sortable::parse_signed(text.raw(), digits_of!($type), padding)?;
                value.try_into().map_err(|_| mismatch())
            }
        }
    )*};
}
unsigned!(u8, u16, u32, u64, u128);
signed!(i8, i16, i32, i64, i128);

/// `usize` and `isize` have the form of the 64-bit types on every platform.
impl KeyPart for usize {
    const HAS_PLAIN: bool = true;
    const HAS_WIDTH: bool = true;

    fn write_part(&self, key: &mut KeyWriter<'_>, padding: KeyFormat) {
        (*self as u64).write_part(key, padding);
    }

    fn parse_part(text: &PartText<'_>, padding: KeyFormat) -> Result<Self, Fault> {
        u64::parse_part(text, padding)?.try_into().map_err(|_| mismatch())
    }
}

impl KeyPart for isize {
    const HAS_PLAIN: bool = true;
    const HAS_WIDTH: bool = true;

    fn write_part(&self, key: &mut KeyWriter<'_>, padding: KeyFormat) {
        (*self as i64).write_part(key, padding);
    }

    fn parse_part(text: &PartText<'_>, padding: KeyFormat) -> Result<Self, Fault> {
        i64::parse_part(text, padding)?.try_into().map_err(|_| mismatch())
    }
}
