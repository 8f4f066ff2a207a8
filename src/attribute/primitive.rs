//! `bool`, `char`, integers and floats as attributes.

use super::{Attribute, Form, number};
use crate::wire::{Fault, Reader, Writer};

impl Attribute for bool {
    crate::attribute::leaf!(Flag);
    const TYPE: &'static str = "BOOL";

    #[inline]
    fn write(&self, writer: &mut Writer) {
        writer.boolean(*self);
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.flag()
    }
}

impl Attribute for char {
    crate::attribute::leaf!(Text);
    const TYPE: &'static str = "S";

    fn write(&self, writer: &mut Writer) {
        writer.string(self.encode_utf8(&mut [0; 4]));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let text = reader.text()?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(c),
            _ => Err(Fault::invalid("expected a single character")),
        }
    }
}

// DynamoDB returns integers as plain digits, which `parse` reads. The slow path reads what other tools may have
// written, such as `1e2` and `100.0`.
macro_rules! integers {
    ($($type:ident),*) => {$(
        impl Attribute for $type {
            crate::attribute::leaf!(Number);
            const TYPE: &'static str = "N";
            #[allow(clippy::cast_lossless, reason = "a constant cannot call `From`")]
            const FORM: Form = Form::Integer { min: $type::MIN as i128, max: $type::MAX as i128 };

            #[inline]
            fn write(&self, writer: &mut Writer) {
                writer.digits(itoa::Buffer::new().format(*self));
            }

            #[inline]
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                let digits = reader.digits()?;
                match digits.parse() {
                    Ok(value) => Ok(value),
                    Err(_) => read_other_form(&digits, stringify!($type)),
                }
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

// The 128-bit types can hold 39 digits and DynamoDB's numbers only 38, not counting trailing zeros.
macro_rules! wide_integers {
    ($($type:ident from $min:expr),*) => {$(
        impl Attribute for $type {
            crate::attribute::leaf!(Number);
            const TYPE: &'static str = "N";
            const FORM: Form = Form::Integer { min: $min, max: MOST };

            fn write(&self, writer: &mut Writer) {
                let mut buffer = itoa::Buffer::new();
                let digits = buffer.format(*self);
                if digits.trim_start_matches('-').trim_end_matches('0').len() > number::MAX_DIGITS {
                    writer.fail(Fault::unstorable("the number has more than 38 significant digits"));
                }
                writer.digits(digits);
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                let digits = reader.digits()?;
                match digits.parse() {
                    Ok(value) => Ok(value),
                    Err(_) => read_other_form(&digits, stringify!($type)),
                }
            }
        }
    )*};
}
wide_integers!(u128 from 0, i128 from -MOST);

/// The largest integer of which DynamoDB stores every digit.
const MOST: i128 = 10_i128.pow(38) - 1;

#[cold]
#[inline(never)]
fn read_other_form<T: TryFrom<i128>>(digits: &str, name: &'static str) -> Result<T, Fault> {
    number::parse_integer(digits)
        .and_then(|value| T::try_from(value).ok())
        .ok_or_else(|| Fault::invalid(format!("the number is not a `{name}`: it is out of range or not an integer")))
}

/// Written in the shortest form that reads back as the same float.
macro_rules! floats {
    ($($type:ident),*) => {$(
        impl Attribute for $type {
            crate::attribute::leaf!(Number);
            const TYPE: &'static str = "N";

            fn write(&self, writer: &mut Writer) {
                if !self.is_finite() {
                    return refuse(writer, "NaN and infinity cannot be stored");
                }
                if *self == 0.0 {
                    // DynamoDB has no negative zero.
                    return writer.digits("0");
                }
                if !in_range(f64::from(*self).abs()) {
                    return refuse(writer, "the float is outside DynamoDB's range, 1e-130 to 9.9e125");
                }
                let mut buffer = zmij::Buffer::new();
                let digits = buffer.format_finite(*self);
                writer.digits(digits.strip_suffix(".0").unwrap_or(digits));
            }

            #[inline]
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                match reader.digits()?.parse() {
                    Ok(value) if $type::is_finite(value) => Ok(value),
                    _ => Err(Fault::invalid(concat!("the number is not a finite `", stringify!($type), "`"))),
                }
            }
        }
    )*};
}
floats!(f32, f64);

/// [DynamoDB's range](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
fn in_range(magnitude: f64) -> bool {
    (1e-130..1e126).contains(&magnitude)
}

#[cold]
fn refuse(writer: &mut Writer, rule: &'static str) {
    writer.fail(Fault::unstorable(rule));
}
