//! DynamoDB's decimal numbers without loss: [`Number`].

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

/// The greatest number of significant digits.
///
/// Source: [data types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
pub(super) const MAX_DIGITS: usize = 38;
/// The range of the first digit's exponent: 1E-130 to 9.99…E+125.
const EXPONENTS: std::ops::RangeInclusive<i32> = -130..=125;

/// A decimal number with up to 38 significant digits: everything that an N can hold, without loss.
///
/// Its magnitude is zero or between 1E-130 and 9.99…E+125. Equality, order and hash depend on the value only: `1`,
/// `1.0` and `1e0` are one number, and so are `0` and `-0`. `Number` has no arithmetic; convert it, or let DynamoDB
/// calculate with `add` and `subtract` in an update.
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
#[doc(alias = "N")]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number {
    /// Zero, or not divisible by ten, so that every value has exactly one representation.
    mantissa: i128,
    /// Zero if the mantissa is zero.
    exponent: i32,
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number { mantissa: 0, exponent: 0 };

    /// The number `mantissa` × 10^`exponent`.
    ///
    /// # Errors
    ///
    /// Returns an error if the number has more than 38 significant digits or is out of range.
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
        // Removing trailing zeros gives every value one representation, which `Eq` and `Hash` rely on.
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

    /// The mantissa and the exponent of ten. The mantissa does not end in a zero; zero is `(0, 0)`.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert_eq!(Number::from(1_200).parts(), (12, 2));
    /// ```
    pub const fn parts(self) -> (i128, i32) {
        (self.mantissa, self.exponent)
    }

    /// Whether the number is zero.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert!(Number::ZERO.is_zero() && "-0.00".parse::<Number>()?.is_zero());
    /// # Ok::<(), singlet::ParseNumberError>(())
    /// ```
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Whether the number is less than zero.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert!(Number::from(-1).is_negative() && !Number::ZERO.is_negative());
    /// ```
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// The sum; `None` if it has more than 38 digits or is out of range.
    pub(crate) fn plus(self, other: Number) -> Option<Self> {
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other } else { self });
        }
        let exponent = self.exponent.min(other.exponent);
        let aligned = |number: Number| {
            let shift = u32::try_from(number.exponent.checked_sub(exponent)?).ok()?;
            number.mantissa.checked_mul(10_i128.checked_pow(shift)?)
        };
        Number::from_parts(aligned(self)?.checked_add(aligned(other)?)?, exponent).ok()
    }

    /// The number of digits of the mantissa; 1 for zero.
    fn digits(self) -> u32 {
        self.mantissa.unsigned_abs().checked_ilog10().unwrap_or(0) + 1
    }

    /// The exponent of the first digit, as in scientific notation.
    fn first_exponent(self) -> i32 {
        // At most 39 digits, so the cast is lossless.
        self.exponent.saturating_add(self.digits().cast_signed() - 1)
    }

    /// The least number that is greater; `None` for the greatest.
    pub(crate) fn next(self) -> Option<Self> {
        if self.is_negative() {
            return (-self).previous().map(Neg::neg);
        }
        let Some(last) = self.last_exponent() else { return Number::from_parts(1, *EXPONENTS.start()).ok() };
        Number::from_parts(self.aligned().cast_signed() + 1, last).ok()
    }

    /// The greatest number that is less; `None` for the least.
    pub(crate) fn previous(self) -> Option<Self> {
        if self.is_negative() {
            return (-self).next().map(Neg::neg);
        }
        let Some(last) = self.last_exponent() else { return Some(-Number::from_parts(1, *EXPONENTS.start()).ok()?) };
        let digits = self.aligned().cast_signed();
        // Below a power of ten, numbers are ten times as dense. The least of all has only zero below it.
        if digits == 10_i128.pow(37) {
            return Some(Number::from_parts(10 * digits - 1, last - 1).unwrap_or(Number::ZERO));
        }
        Number::from_parts(digits - 1, last).ok()
    }

    /// The exponent of the last of 38 digits; `None` for zero.
    fn last_exponent(self) -> Option<i32> {
        (!self.is_zero()).then(|| self.first_exponent() - 37)
    }

    /// The mantissa padded to 38 digits. It is below 10^38, so this does not overflow.
    fn aligned(self) -> u128 {
        self.mantissa.unsigned_abs() * 10_u128.pow(38 - self.digits())
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        // First by sign, then by the exponent of the first digit, then by the digits: no step can overflow.
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
    fn adjacent_numbers_have_38_digits() {
        for (number_, next) in [
            ("5", "5.0000000000000000000000000000000000001"),
            ("0.99999999999999999999999999999999999999", "1"),
            ("-1", "-0.99999999999999999999999999999999999999"),
            ("0", "1e-130"),
            ("-1e-130", "0"),
            ("9.9999999999999999999999999999999999998e125", "9.9999999999999999999999999999999999999e125"),
        ] {
            assert_eq!(number(number_).next(), Some(number(next)), "{number_}");
            assert_eq!(number(next).previous(), Some(number(number_)), "{next}");
        }
        let greatest = number("9.9999999999999999999999999999999999999e125");
        assert_eq!((greatest.next(), (-greatest).previous()), (None, None));
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
