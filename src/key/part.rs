//! What a placeholder of a key template can hold, and how it is written: [`KeyPart`].
//!
//! Numbers have a form of fixed width, so that texts sort as the numbers do. All forms are frozen: they are in users'
//! tables, and `tests/it/key` has golden tests for them. Floats are not key parts, because values that print alike
//! would be two keys.

use std::borrow::Cow;

use super::format::{KeyFormat, KeyFormats};
use super::parser::PartText;
use super::text::{KeyWriter, mismatch, part_text};
use crate::attribute::Attribute;
use crate::wire::{Fault, Reader};

/// A type whose values can be placeholders of a key template.
///
/// It is implemented for strings, characters, `bool`, every integer, [`Number`](crate::Number), the dates and times of
/// `time` and `chrono`, `uuid::Uuid` and `rust_decimal::Decimal`. `#[derive(Attribute)]` implements it for newtypes
/// around these and for enums without data. The [module](crate::key) lists the forms.
///
/// Floats are not key parts, because two values that print alike would be two keys.
///
/// ```
/// use singlet::{Attribute, Model};
///
/// #[derive(Debug, PartialEq, Attribute)]
/// struct OrderId(u32);
///
/// #[derive(Model)]
/// #[model(table = "shop", hash_key = "ORDER#{id}")]
/// struct Order {
///     id: OrderId,
/// }
///
/// assert_eq!(Order::key_of(OrderId(42))?.hash().as_str(), Some("ORDER#0000000042"));
/// # Ok::<(), singlet::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "not a key part",
    note = "use a string, integer, date, UUID, a unit enum or a newtype around one, with `#[derive(Attribute)]`; types of `uuid`, `chrono` and `rust_decimal` need the cargo feature of that name"
)]
pub trait KeyPart: Sized {
    /// The formats besides the sortable one that a placeholder can name, as in `{x:06}`. Another one does not compile.
    const FORMATS: KeyFormats = KeyFormats::SORTED;

    /// Writes this value into a key.
    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat);

    /// Parses the value.
    ///
    /// # Errors
    ///
    /// Returns a fault unless the text is exactly the one that [`write_part`](Self::write_part) writes.
    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault>;

    /// Writes the value of a placeholder of the primary key, which must not be empty. `field` names it in the error.
    #[doc(hidden)]
    fn __write_filled(&self, key: &mut KeyWriter<'_>, field: &'static str, format: KeyFormat) {
        key.filled(field, |key| self.write_part(key, format));
    }

    /// Writes the stored value at `reader`. This is a function of the trait so that a type that is not a key part causes one error:
    /// the bounds of a generic function would cause a second one.
    #[doc(hidden)]
    fn __write_stored(reader: &mut Reader<'_>, key: &mut KeyWriter<'_>, format: KeyFormat) -> Result<(), Fault>
    where
        Self: Attribute,
    {
        Self::read(reader)?.write_part(key, format);
        Ok(())
    }

    /// Whether it is an optional part without a value.
    #[doc(hidden)]
    fn __is_none(&self) -> bool {
        false
    }
}

impl KeyPart for String {
    const FORMATS: KeyFormats = KeyFormats::TEXT;

    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        write_text(key, self, format);
    }

    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        parse_text(text, format).map(Cow::into_owned)
    }
}

impl KeyPart for Box<str> {
    const FORMATS: KeyFormats = KeyFormats::TEXT;

    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        write_text(key, self, format);
    }

    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        parse_text(text, format).map(Into::into)
    }
}

fn write_text(key: &mut KeyWriter<'_>, text: &str, format: KeyFormat) {
    key.escaped(&in_case(text, format));
}

fn parse_text<'a>(text: &PartText<'a>, format: KeyFormat) -> Result<Cow<'a, str>, Fault> {
    let text = text.unescaped()?;
    if in_case(&text, format) == text { Ok(text) } else { Err(mismatch()) }
}

fn in_case(text: &str, format: KeyFormat) -> Cow<'_, str> {
    match format {
        KeyFormat::Lower => text.to_lowercase().into(),
        KeyFormat::Upper => text.to_uppercase().into(),
        _ => text.into(),
    }
}

/// Whether the key holds the whole value. A format with less digits or one case holds a part of some values.
pub(crate) fn is_exact<T: KeyPart>(value: &T, format: KeyFormat) -> bool {
    if !format.is_lossy() {
        return true;
    }
    // A value that has no text in a format is refused where it is written.
    let (Some(held), Some(whole)) = (part_text(value, format), part_text(value, KeyFormat::Sorted)) else {
        return true;
    };
    let held = T::parse_part(&PartText::of(&held), format).ok().and_then(|held| part_text(&held, KeyFormat::Sorted));
    held.is_some_and(|held| held == whole)
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
        // The smallest and the greatest value of an integer type have the same number of digits.
        <$type>::MAX.ilog10() as usize + 1
    };
}
macro_rules! unsigned {
    ($($type:ty),*) => {$(
        impl KeyPart for $type {
            const FORMATS: KeyFormats = KeyFormats::INTEGER;

            fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
                write_unsigned(key, u128::from(*self), digits_of!($type), format);
            }

            fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
                let value = parse_unsigned(text.raw(), digits_of!($type), format)?;
                value.try_into().map_err(|_| mismatch())
            }
        }
    )*};
}
macro_rules! signed {
    ($($type:ty),*) => {$(
        impl KeyPart for $type {
            const FORMATS: KeyFormats = KeyFormats::INTEGER;

            fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
                write_signed(key, i128::from(*self), digits_of!($type), format);
            }

            fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
                let value = parse_signed(text.raw(), digits_of!($type), format)?;
                value.try_into().map_err(|_| mismatch())
            }
        }
    )*};
}
unsigned!(u8, u16, u32, u64, u128);
signed!(i8, i16, i32, i64, i128);

// `usize` and `isize` have the form of the 64-bit types on every platform.
impl KeyPart for usize {
    const FORMATS: KeyFormats = KeyFormats::INTEGER;

    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        (*self as u64).write_part(key, format);
    }

    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        u64::parse_part(text, format)?.try_into().map_err(|_| mismatch())
    }
}

impl KeyPart for isize {
    const FORMATS: KeyFormats = KeyFormats::INTEGER;

    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        (*self as i64).write_part(key, format);
    }

    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        i64::parse_part(text, format)?.try_into().map_err(|_| mismatch())
    }
}

fn write_unsigned(key: &mut KeyWriter<'_>, value: u128, digits: usize, format: KeyFormat) {
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(value);
    let width = match format {
        KeyFormat::Plain => 0,
        KeyFormat::Width(width) => usize::from(width),
        _ => digits,
    };
    // Only an explicit width can be too small: the sorted form is as wide as the type.
    if matches!(format, KeyFormat::Width(_)) && text.len() > width {
        key.fail(format!("a number with {} digits does not fit a key part of width {width}", text.len()));
    }
    pad(key, width.saturating_sub(text.len()));
    key.safe(text);
}

fn parse_unsigned(text: &str, digits: usize, format: KeyFormat) -> Result<u128, Fault> {
    let width_fits = match format {
        KeyFormat::Plain => !text.is_empty() && (text == "0" || !text.starts_with('0')),
        KeyFormat::Width(width) => text.len() == usize::from(width),
        _ => text.len() == digits,
    };
    if !width_fits || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(mismatch());
    }
    text.parse().map_err(|_| mismatch())
}

fn write_signed(key: &mut KeyWriter<'_>, value: i128, digits: usize, format: KeyFormat) {
    let magnitude = value.unsigned_abs();
    match format {
        KeyFormat::Plain => {
            key.safe(itoa::Buffer::new().format(value));
        }
        KeyFormat::Width(_) if value < 0 => key.fail("a negative number cannot be padded with zeros in a key"),
        KeyFormat::Width(_) => write_unsigned(key, magnitude, digits, format),
        _ if value >= 0 => {
            key.safe("p");
            write_unsigned(key, magnitude, digits, format);
        }
        _ => {
            key.safe("n");
            let mut buffer = itoa::Buffer::new();
            let text = buffer.format(magnitude);
            // The complement of the leading zeros.
            (text.len()..digits).for_each(|_| key.safe("9"));
            key.safe(&complement(text));
        }
    }
}

fn parse_signed(text: &str, digits: usize, format: KeyFormat) -> Result<i128, Fault> {
    match format {
        KeyFormat::Plain => {
            let magnitude = parse_unsigned(text.strip_prefix('-').unwrap_or(text), digits, format)?;
            // A second text for zero, and numbers beyond the type, are not keys.
            if text == "-0" || magnitude > i128::MIN.unsigned_abs() {
                return Err(mismatch());
            }
            text.parse().map_err(|_| mismatch())
        }
        KeyFormat::Width(_) => parse_unsigned(text, digits, format)?.try_into().map_err(|_| mismatch()),
        _ => {
            let (sign, rest) = text.split_at_checked(1).ok_or_else(mismatch)?;
            if !rest.bytes().all(|b| b.is_ascii_digit()) {
                return Err(mismatch());
            }
            match sign {
                "p" => parse_unsigned(rest, digits, format)?.try_into().map_err(|_| mismatch()),
                "n" => {
                    let magnitude = parse_unsigned(&complement(rest), digits, format)?;
                    // Zero is only written with `p`.
                    0_i128.checked_sub_unsigned(magnitude).filter(|v| *v < 0).ok_or_else(mismatch)
                }
                _ => Err(mismatch()),
            }
        }
    }
}

/// The nines' complement of decimal digits, so that greater magnitudes have smaller texts.
fn complement(digits: &str) -> String {
    digits.bytes().map(|digit| char::from(b'9' - (digit - b'0'))).collect()
}

fn pad(key: &mut KeyWriter<'_>, zeros: usize) {
    const ZEROS: &str = "00000000000000000000000000000000000000000000000000";
    let mut left = zeros;
    while left > 0 {
        let n = left.min(ZEROS.len());
        key.safe(&ZEROS[..n]);
        left -= n;
    }
}
