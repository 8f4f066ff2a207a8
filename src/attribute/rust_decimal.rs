//! `rust_decimal::Decimal` as an attribute, key part and key attribute.

use rust_decimal::Decimal;

use super::{Attribute, Number};
use crate::key::{KeyFormat, KeyFormats, KeyPart, KeyWriter, PartText, by_text, mismatch};
use crate::wire::{Fault, Reader, Writer};

/// A stored number with more digits than a `Decimal` can hold (28) is an error and never rounded.
impl Attribute for Decimal {
    crate::attribute::leaf!(Number);
    const TYPE: &'static str = "N";

    fn write(&self, writer: &mut Writer) {
        writer.digits(&number(*self).to_string());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let digits = reader.digits()?;
        let number: Number = digits.parse().map_err(|_| out_of_range())?;
        decimal(number).ok_or_else(out_of_range)
    }
}

#[cold]
fn out_of_range() -> Fault {
    Fault::invalid("the number does not fit a `Decimal`")
}

fn number(value: Decimal) -> Number {
    // A mantissa of 96 bits and a scale of at most 28 are within the range of `Number`, so this does not fail.
    Number::from_parts(value.mantissa(), -(value.scale().cast_signed())).unwrap_or_default()
}

fn decimal(number: Number) -> Option<Decimal> {
    let (mantissa, exponent) = number.parts();
    let (mantissa, scale) = match u32::try_from(-exponent) {
        Ok(scale) => (mantissa, scale),
        Err(_) => (mantissa.checked_mul(10_i128.checked_pow(exponent.unsigned_abs())?)?, 0),
    };
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

impl KeyPart for Decimal {
    const FORMATS: KeyFormats = KeyFormats::NUMBER;

    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        number(*self).write_part(key, format);
    }

    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        decimal(Number::parse_part(text, format)?).ok_or_else(mismatch)
    }
}

by_text!(N: Decimal);
