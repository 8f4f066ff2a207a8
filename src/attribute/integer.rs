use super::{Attribute, number};
use crate::wire::{Fault, Reader, Writer};

/// Plain digits are what the service sends for integers; `1e2` and `100.0` are what other tools
/// may have written.
macro_rules! integers {
    ($($type:ident),*) => {$(
        impl Attribute for $type {
            crate::attribute::leaf!(Number);
            const TYPE: &'static str = "N";

            #[inline]
            fn write(&self, writer: &mut Writer) {
                writer.digits(itoa::Buffer::new().format(*self));
            }

            #[inline]
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                let digits = reader.digits()?;
                match digits.parse() {
                    Ok(value) => Ok(value),
                    Err(_) => odd_form(&digits, stringify!($type)),
                }
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// The 128-bit types can hold 39 digits and DynamoDB's numbers 38, trailing zeros aside.
macro_rules! wide_integers {
    ($($type:ident),*) => {$(
        impl Attribute for $type {
            crate::attribute::leaf!(Number);
            const TYPE: &'static str = "N";

            fn write(&self, writer: &mut Writer) {
                let mut buffer = itoa::Buffer::new();
                let digits = buffer.format(*self);
                if digits.trim_start_matches('-').trim_end_matches('0').len() > number::MAX_DIGITS {
                    writer.fail(Fault::unstorable("a number has more than 38 significant digits"));
                }
                writer.digits(digits);
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                let digits = reader.digits()?;
                match digits.parse() {
                    Ok(value) => Ok(value),
                    Err(_) => odd_form(&digits, stringify!($type)),
                }
            }
        }
    )*};
}
wide_integers!(u128, i128);

#[cold]
#[inline(never)]
fn odd_form<T: TryFrom<i128>>(digits: &str, name: &'static str) -> Result<T, Fault> {
    number::parse_integer(digits)
        .and_then(|value| T::try_from(value).ok())
        .ok_or_else(|| Fault::invalid(format!("the number is not a `{name}`: out of its range, or not whole")))
}
