//! DynamoDB's numbers, without loss.

mod convert;
mod display;
mod key;
mod parse;

use std::cmp::Ordering;
use std::ops::Neg;

use super::Attribute;
use crate::wire::{Fault, Reader, Writer};

pub use parse::ParseNumberError;
pub(super) use parse::{parse_integer, truncate};

/// How many significant digits a number has at most.
///
/// Source: [data types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
pub(super) const MAX_DIGITS: usize = 38;
/// The exponents of the first digit: from 1E-130 to 9.99…E+125.
const EXPONENTS: std::ops::RangeInclusive<i32> = -130..=125;

/// A decimal number of up to 38 significant digits: everything that an N can hold, without loss.
///
/// Its magnitude is zero, or from 1E-130 to 9.99…E+125. `1`, `1.0` and `1e0` are one number, and so are
/// `0` and `-0`: equality, order and hash are those of the value. It calculates nothing: let DynamoDB add,
/// or convert.
///
/// ```
/// use singlet::Number;
///
/// let price: Number = "19.90".parse()?;
/// assert_eq!(price.to_string(), "19.9");
/// assert_eq!("1e2".parse(), Ok(Number::from(100)));
/// assert!(price < Number::from(20) && price > Number::try_from(19.89)?);
/// assert_eq!(Number::from(20).to_u64(), Some(20));
/// assert_eq!(price.to_u64(), None);
/// # Ok::<(), singlet::ParseNumberError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number {
    /// Zero, or not divisible by ten: so a value has one form.
    mantissa: i128,
    /// Zero where the mantissa is.
    exponent: i32,
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number { mantissa: 0, exponent: 0 };

    /// The number `mantissa` × 10^`exponent`; an error when it has over 38 digits or is out of range.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert_eq!(Number::from_parts(1990, -2)?.to_string(), "19.9");
    /// assert!(Number::from_parts(1, 126).is_err());
    /// # Ok::<(), singlet::ParseNumberError>(())
    /// ```
    pub fn from_parts(mut mantissa: i128, mut exponent: i32) -> Result<Self, ParseNumberError> {
        if mantissa == 0 {
            return Ok(Number::ZERO);
        }
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent = exponent.saturating_add(1);
        }
        let number = Number { mantissa, exponent };
        if number.digits() as usize > MAX_DIGITS {
            return Err(ParseNumberError::DIGITS);
        }
        if EXPONENTS.contains(&number.first_exponent()) { Ok(number) } else { Err(ParseNumberError::RANGE) }
    }

    /// The mantissa, which does not end in zero, and the exponent of ten; `(0, 0)` for zero.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert_eq!(Number::from(1_200).parts(), (12, 2));
    /// ```
    pub const fn parts(self) -> (i128, i32) {
        (self.mantissa, self.exponent)
    }

    /// Whether this is zero.
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Whether this is below zero.
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// How many digits the mantissa has; 1 for zero.
    fn digits(self) -> u32 {
        self.mantissa.unsigned_abs().checked_ilog10().unwrap_or(0) + 1
    }

    /// The exponent of the first digit, as in scientific notation.
    fn first_exponent(self) -> i32 {
        // Up to 39 digits.
        self.exponent.saturating_add(self.digits().cast_signed() - 1)
    }

    /// The digits as if there were 38 of them; below 10^38, so it does not overflow.
    fn aligned(self) -> u128 {
        self.mantissa.unsigned_abs() * 10_u128.pow(38 - self.digits())
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.mantissa.signum().cmp(&other.mantissa.signum());
        if signs != Ordering::Equal || self.is_zero() {
            return signs;
        }
        let exponents = self.first_exponent().cmp(&other.first_exponent());
        let magnitudes = exponents.then_with(|| self.aligned().cmp(&other.aligned()));
        if self.is_negative() { magnitudes.reverse() } else { magnitudes }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Neg for Number {
    type Output = Number;

    fn neg(self) -> Number {
        Number { mantissa: -self.mantissa, ..self }
    }
}

impl Attribute for Number {
    crate::attribute::leaf!(Number);
    const TYPE: &'static str = "N";

    fn write(&self, writer: &mut Writer) {
        if self.exponent == 0 {
            writer.digits(itoa::Buffer::new().format(self.mantissa));
        } else {
            writer.digits(&self.to_string());
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.digits()?.parse().map_err(|error: ParseNumberError| Fault::invalid(error.message()))
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn one_value_has_one_form() {
        let hasher = RandomState::new();
        for equal in [&["0", "-0", "0.000", "0e99", "+0"][..], &["100", "1e2", "100.00", "+1E+2", "0.1e3", "00100"]] {
            for (a, b) in equal.iter().zip(&equal[1..]) {
                assert_eq!(number(a), number(b), "{a} {b}");
                assert_eq!(hasher.hash_one(number(a)), hasher.hash_one(number(b)));
            }
        }
    }

    #[test]
    fn order_is_that_of_the_values() {
        let ascending = [
            "-9.9e125",
            "-100",
            "-99.9",
            "-1.25",
            "-1.2",
            "-1",
            "-0.5",
            "-1e-130",
            "0",
            "1e-130",
            "2e-130",
            "0.009",
            "0.01",
            "0.1",
            "0.12",
            "0.125",
            "1",
            "9.9",
            "10",
            "12345678901234567890123456789012345678",
            "1e38",
            "1e125",
        ]
        .map(number);
        assert!(ascending.is_sorted());
        for (index, a) in ascending.iter().enumerate() {
            assert!(ascending[index + 1..].iter().all(|b| a < b && a != b && -*a > -*b), "{a}");
        }
    }

    #[test]
    fn attributes_read_back() {
        for text in ["0", "-17", "1.5", "1200", "1E-130", "-9.9999999999999999999999999999999999999E125"] {
            let mut writer = Writer::new();
            number(text).write(&mut writer);
            let json = writer.into_bytes().unwrap();
            assert_eq!(json, format!("{{\"N\":\"{text}\"}}").as_bytes());
            assert_eq!(Number::read(&mut Reader::new(&json).unwrap()).unwrap(), number(text));
        }
        assert!(Number::read(&mut Reader::new(br#"{"N":"x"}"#).unwrap()).is_err());
    }
}
