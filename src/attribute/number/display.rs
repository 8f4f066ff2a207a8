//! The text of a [`Number`]: what `Display` shows and what is sent to DynamoDB.

use std::fmt::{self, Write as _};

use super::{MAX_DIGITS, Number};

/// The most zeros after the point that a small number has before it is written with an exponent.
const LEADING_ZEROS: i32 = 6;

/// Plain digits if they are short (`1200`, `0.015`), otherwise scientific notation (`1.5E-20`). There are no trailing
/// zeros after the point. The text parses back to the same number.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(self.mantissa.unsigned_abs());
        let first = self.first_exponent();
        let text = if self.exponent == 0 {
            return f.pad_integral(!self.is_negative(), "", digits);
        } else if self.exponent > 0 && usize::try_from(first).is_ok_and(|first| first < MAX_DIGITS) {
            format!("{digits}{:0<1$}", "", self.exponent.unsigned_abs() as usize)
        } else if self.exponent < 0 && first >= 0 {
            with_point(digits, first.unsigned_abs() as usize + 1)
        } else if self.exponent < 0 && first >= -1 - LEADING_ZEROS {
            format!("0.{:0<1$}{digits}", "", first.unsigned_abs() as usize - 1)
        } else {
            let mut text = with_point(digits, 1);
            write!(text, "E{first}")?;
            text
        };
        f.pad_integral(!self.is_negative(), "", &text)
    }
}

/// Inserts a point after so many digits, unless no digit follows it.
fn with_point(digits: &str, at: usize) -> String {
    match digits.split_at_checked(at) {
        Some((whole, fraction)) if !fraction.is_empty() => format!("{whole}.{fraction}"),
        _ => digits.to_owned(),
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn golden() {
        for (text, parts) in [
            ("0", (0, 0)),
            ("-7", (-7, 0)),
            ("1200", (12, 2)),
            ("1.5", (15, -1)),
            ("-12.345", (-12_345, -3)),
            ("0.5", (5, -1)),
            ("0.000000123", (123, -9)),
            ("1.23E-8", (123, -10)),
            ("1E-130", (1, -130)),
            ("10000000000000000000000000000000000000", (1, 37)),
            ("1E38", (1, 38)),
            ("-1.25E125", (-125, 123)),
        ] {
            assert_eq!(Number::from_parts(parts.0, parts.1).unwrap().to_string(), text);
        }
    }

    #[test]
    fn width_and_sign_are_kept() {
        assert_eq!(
            format!("{:+}|{:>6}|{:06}", Number::from(5), Number::from(-12), Number::from(42)),
            "+5|   -12|000042"
        );
        assert_eq!(format!("{:?}", Number::from_parts(-15, -1).unwrap()), "Number(-1.5)");
    }

    proptest! {
        #[test]
        fn reads_back(mantissa in -(10_i128.pow(38) - 1)..10_i128.pow(38), exponent in -130..88) {
            let number = Number::from_parts(mantissa, exponent).unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }
    }
}
