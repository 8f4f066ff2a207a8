use super::Attribute;
use crate::wire::{Fault, Reader, Writer};

/// Written in the shortest form that reads back the same.
macro_rules! floats {
    ($($type:ident),*) => {$(
        impl Attribute for $type {
            crate::attribute::leaf!(Number);
            const TYPE: &'static str = "N";

            fn write(&self, writer: &mut Writer) {
                if !self.is_finite() {
                    return refuse(writer, "NaN and infinities cannot be stored");
                }
                if *self == 0.0 {
                    // DynamoDB knows no negative zero.
                    return writer.digits("0");
                }
                if !in_range(f64::from(*self).abs()) {
                    return refuse(writer, "a float is outside DynamoDB's range, 1e-130 to 9.9e125");
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
