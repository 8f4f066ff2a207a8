//! Conversions between [`Number`] and the numbers of Rust.

use super::{Number, ParseNumberError};

macro_rules! from_integers {
    ($($type:ty),*) => {$(
        impl From<$type> for Number {
            fn from(value: $type) -> Self {
                // At most 20 digits.
                Number::of_integer(i128::from(value))
            }
        }
    )*};
}
from_integers!(u8, u16, u32, u64, i8, i16, i32, i64);

/// Fails for a value with more than 38 significant digits.
impl TryFrom<i128> for Number {
    type Error = ParseNumberError;

    fn try_from(value: i128) -> Result<Self, ParseNumberError> {
        Number::from_parts(value, 0)
    }
}

/// Fails for a value with more than 38 significant digits.
impl TryFrom<u128> for Number {
    type Error = ParseNumberError;

    fn try_from(value: u128) -> Result<Self, ParseNumberError> {
        match i128::try_from(value) {
            Ok(value) => Number::from_parts(value, 0),
            // Values above `i128::MAX` have 39 digits. Only a trailing zero makes them 38 significant ones.
            Err(_) if value.is_multiple_of(10) => Number::from_parts((value / 10).cast_signed(), 1),
            Err(_) => Err(ParseNumberError::DIGITS),
        }
    }
}

/// The shortest number that converts back to this float. Fails for NaN, infinity and numbers out of range.
impl TryFrom<f64> for Number {
    type Error = ParseNumberError;

    fn try_from(value: f64) -> Result<Self, ParseNumberError> {
        if !value.is_finite() {
            return Err(ParseNumberError::NOT_FINITE);
        }
        zmij::Buffer::new().format_finite(value).parse()
    }
}

/// The shortest number that converts back to this float. Fails for NaN and infinity.
impl TryFrom<f32> for Number {
    type Error = ParseNumberError;

    fn try_from(value: f32) -> Result<Self, ParseNumberError> {
        if !value.is_finite() {
            return Err(ParseNumberError::NOT_FINITE);
        }
        zmij::Buffer::new().format_finite(value).parse()
    }
}

impl Number {
    fn of_integer(mut mantissa: i128) -> Self {
        if mantissa == 0 {
            return Number::ZERO;
        }
        let mut exponent = 0;
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent += 1;
        }
        Number { mantissa, exponent }
    }

    /// The number as an `i128`; `None` if it is not an integer or does not fit.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert_eq!("1e3".parse::<Number>()?.to_i128(), Some(1_000));
    /// assert_eq!("1.5".parse::<Number>()?.to_i128(), None);
    /// # Ok::<(), singlet::ParseNumberError>(())
    /// ```
    pub fn to_i128(self) -> Option<i128> {
        let factor = 10_i128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        self.mantissa.checked_mul(factor)
    }

    /// The number as a `u128`; `None` if it is not an integer or does not fit.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert_eq!(Number::from(7).to_u128(), Some(7));
    /// assert_eq!(Number::from(-7).to_u128(), None);
    /// ```
    pub fn to_u128(self) -> Option<u128> {
        let factor = 10_u128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        u128::try_from(self.mantissa).ok()?.checked_mul(factor)
    }

    /// The number as an `i64`; `None` if it is not an integer or does not fit.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert_eq!(Number::from(-7).to_i64(), Some(-7));
    /// assert_eq!("1e30".parse::<Number>()?.to_i64(), None);
    /// # Ok::<(), singlet::ParseNumberError>(())
    /// ```
    pub fn to_i64(self) -> Option<i64> {
        self.to_i128()?.try_into().ok()
    }

    /// The number as a `u64`; `None` if it is not an integer or does not fit.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert_eq!(Number::from(42).to_u64(), Some(42));
    /// assert_eq!(Number::from(-1).to_u64(), None);
    /// ```
    pub fn to_u64(self) -> Option<u64> {
        self.to_i128()?.try_into().ok()
    }

    /// The nearest `f64`. It is always finite, and exact only for some numbers.
    ///
    /// ```
    /// # use singlet::Number;
    /// assert_eq!("0.1".parse::<Number>()?.to_f64(), 0.1);
    /// # Ok::<(), singlet::ParseNumberError>(())
    /// ```
    pub fn to_f64(self) -> f64 {
        // Digits with an exponent always parse as a float, so the fallback is never used.
        format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_survive() {
        for value in [0, 1, -1, 10, 1_200, i64::MIN, i64::MAX] {
            assert_eq!(Number::from(value).to_i64(), Some(value));
        }
        assert_eq!(Number::from(u64::MAX).to_u64(), Some(u64::MAX));
        assert_eq!(Number::from(u64::MAX).to_i64(), None);
        assert_eq!(Number::from(-1).to_u64(), None);
        let most = 10_i128.pow(38) - 1;
        assert_eq!(Number::try_from(most).map(Number::to_i128), Ok(Some(most)));
        assert_eq!(Number::try_from(most + 1).map(Number::to_i128), Ok(Some(most + 1)));
        assert_eq!(Number::try_from(i128::MAX), Err(ParseNumberError::DIGITS));
        let round = u128::MAX / 1_000 * 1_000;
        assert_eq!(Number::try_from(round).map(Number::to_u128), Ok(Some(round)));
        assert_eq!(Number::try_from(u128::MAX), Err(ParseNumberError::DIGITS));
        assert_eq!(Number::from_parts(5, 38).map(Number::to_u128), Ok(None));
        assert_eq!(Number::from_parts(5, -1).map(Number::to_i128), Ok(None));
    }

    #[test]
    fn floats_are_shortest() {
        for (value, text) in
            [(0.1, "0.1"), (-0.0, "0"), (1e100, "1E100"), (-2.5e-9, "-2.5E-9"), (f64::EPSILON, "2.220446049250313E-16")]
        {
            let number = Number::try_from(value).unwrap();
            assert_eq!(number.to_string(), text);
            assert!((number.to_f64() - value).abs() == 0.0);
        }
        assert_eq!(Number::try_from(0.1_f32).unwrap().to_string(), "0.1");
        assert_eq!(Number::try_from(f64::NAN), Err(ParseNumberError::NOT_FINITE));
        assert_eq!(Number::try_from(f32::NEG_INFINITY), Err(ParseNumberError::NOT_FINITE));
        assert_eq!(Number::try_from(1e300), Err(ParseNumberError::RANGE));
        assert_eq!(Number::try_from(f64::MIN_POSITIVE), Err(ParseNumberError::RANGE));
    }
}
