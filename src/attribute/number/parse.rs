//! Parsing of [`Number`]s, and of integers in unusual forms.

use std::fmt;
use std::str::FromStr;

use super::{MAX_DIGITS, Number};

/// The reason why a text or value is not a [`Number`]. It never contains the text.
///
/// ```
/// use singlet::Number;
///
/// let error = "1e126".parse::<Number>().unwrap_err();
/// assert_eq!(error.to_string(), "the number is out of range: from 1E-130 to 9.99E+125, or zero");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseNumberError(&'static str);

impl ParseNumberError {
    pub(super) const SYNTAX: Self = Self("not a number");
    pub(super) const DIGITS: Self = Self("the number has more than 38 significant digits");
    pub(super) const RANGE: Self = Self("the number is out of range: from 1E-130 to 9.99E+125, or zero");
    pub(super) const NOT_FINITE: Self = Self("DynamoDB has no NaN and no infinity");

    pub(super) fn message(&self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ParseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ParseNumberError {}

/// Accepts what DynamoDB accepts: digits with an optional sign, point and exponent (`-12.50`, `1e2`, `+1E-7`).
impl FromStr for Number {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, ParseNumberError> {
        let (is_negative, unsigned) = split_sign(text.as_bytes());
        let mut parts = unsigned.splitn(2, |byte| matches!(byte, b'e' | b'E'));
        let (digits, exponent) = (parts.next().unwrap_or_default(), parts.next());
        let exponent = exponent.map_or(Ok(0), parse_exponent)?;
        let (mantissa, scale) = parse_digits(digits)?;
        let exponent = i32::try_from(exponent.saturating_add(scale)).unwrap_or(i32::MAX);
        Number::from_parts(if is_negative { -mantissa } else { mantissa }, exponent)
    }
}

fn split_sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// Exponents saturate here. It is far out of range, and sums with it do not overflow.
const FAR: i64 = 1 << 40;

fn parse_exponent(text: &[u8]) -> Result<i64, ParseNumberError> {
    let (is_negative, digits) = split_sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(ParseNumberError::SYNTAX);
    }
    let exponent = digits.iter().fold(0, |value, digit| (value * 10 + i64::from(digit - b'0')).min(FAR));
    Ok(if is_negative { -exponent } else { exponent })
}

/// Reads digits as a mantissa of at most 38 digits and its exponent. Zeros are only counted until another digit
/// follows, so that any number of trailing zeros is accepted.
fn parse_digits(text: &[u8]) -> Result<(i128, i64), ParseNumberError> {
    let (mut mantissa, mut count, mut zeros, mut scale) = (0_i128, 0, 0_usize, 0_i64);
    let (mut is_fraction, mut is_number) = (false, false);
    for byte in text {
        let digit = match byte {
            b'.' if !is_fraction => {
                is_fraction = true;
                continue;
            }
            b'0'..=b'9' => byte - b'0',
            _ => return Err(ParseNumberError::SYNTAX),
        };
        is_number = true;
        scale -= i64::from(is_fraction);
        if digit == 0 {
            // Leading zeros are dropped; the scale already counts those after the point.
            zeros += usize::from(count > 0);
            continue;
        }
        count += zeros + 1;
        if count > MAX_DIGITS {
            return Err(digits_or_syntax(text));
        }
        while zeros > 0 {
            mantissa *= 10;
            zeros -= 1;
        }
        mantissa = mantissa * 10 + i128::from(digit);
    }
    let zeros = i64::try_from(zeros).unwrap_or(FAR);
    if is_number { Ok((mantissa, scale + zeros)) } else { Err(ParseNumberError::SYNTAX) }
}

/// The error for a text with too many digits, unless a later character shows that it is not a number at all.
#[cold]
fn digits_or_syntax(text: &[u8]) -> ParseNumberError {
    let is_number = text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
        && text.splitn(3, |byte| *byte == b'.').count() < 3;
    if is_number { ParseNumberError::DIGITS } else { ParseNumberError::SYNTAX }
}

/// Parses an integer in any form: `1e2`, `100.0`.
pub(in crate::attribute) fn parse_integer(text: &str) -> Option<i128> {
    text.parse::<Number>().ok()?.to_i128()
}

/// The integer part of a number in any form; `None` if it does not fit.
pub(in crate::attribute) fn truncate(text: &str) -> Option<i64> {
    let (mantissa, exponent) = text.parse::<Number>().ok()?.parts();
    let power = 10_i128.checked_pow(exponent.unsigned_abs());
    let whole = match power {
        Some(power) if exponent < 0 => mantissa / power,
        Some(power) => mantissa.checked_mul(power)?,
        None if exponent < 0 => 0,
        None => return None,
    };
    i64::try_from(whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str) -> Result<Number, ParseNumberError> {
        text.parse()
    }

    #[test]
    fn every_form_is_read() {
        for (text, parts) in [
            ("1e2", (1, 2)),
            ("-0", (0, 0)),
            ("1.50", (15, -1)),
            ("+1", (1, 0)),
            (".5", (5, -1)),
            ("5.", (5, 0)),
            ("-00012.0300E-2", (-1203, -4)),
            ("0e999999999999999999999", (0, 0)),
            ("0.00000000000000000000000000000000000000000000001e+40", (1, -7)),
        ] {
            assert_eq!(outcome(text).map(Number::parts), Ok(parts), "{text}");
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "", "-", "+", ".", "e5", "1e", "1e+", "1e1.0", "--1", "1 ", " 1", "1.2.3", "1_000", "NaN", "inf", "0x1",
            "١",
        ] {
            assert_eq!(outcome(text), Err(ParseNumberError::SYNTAX), "{text}");
        }
        assert_eq!(outcome(&format!("{}x", "1".repeat(50))), Err(ParseNumberError::SYNTAX));
    }

    #[test]
    fn digits_and_range_have_limits() {
        let most = "9".repeat(38);
        assert_eq!(outcome(&most).unwrap().to_string(), most);
        assert_eq!(outcome(&format!("0.000{most}000")).unwrap().digits(), 38);
        assert_eq!(outcome(&format!("{most}9")), Err(ParseNumberError::DIGITS));
        assert_eq!(outcome(&format!("1{}1", "0".repeat(37))), Err(ParseNumberError::DIGITS));
        for good in ["1e-130", "1e125", "9.9999999999999999999999999999999999999e125", "-1.5e-130", "10e124", "0.1e126"]
        {
            assert!(outcome(good).is_ok(), "{good}");
        }
        for bad in ["9.9e-131", "1e126", "-10e125", "1e99999999999999999999", "1e-99999999999999999999"] {
            assert_eq!(outcome(bad), Err(ParseNumberError::RANGE), "{bad}");
        }
        let long = format!("1{}", "0".repeat(1_000));
        assert_eq!(outcome(&long), Err(ParseNumberError::RANGE));
        assert_eq!(outcome(&format!("{long}e-1000")), Ok(Number::from(1)));
    }

    #[test]
    fn integers_in_odd_forms() {
        for (text, integer) in
            [("1e2", Some(100)), ("100.0", Some(100)), ("-0", Some(0)), ("1.5", None), ("1e39", None), ("x", None)]
        {
            assert_eq!(parse_integer(text), integer, "{text}");
        }
        for (text, whole) in [
            ("1.9", Some(1)),
            ("-1.9", Some(-1)),
            ("1.7e9", Some(1_700_000_000)),
            ("1e-99", Some(0)),
            ("1e19", None),
            ("1e99", None),
            ("9223372036854775807.5", Some(i64::MAX)),
            ("x", None),
        ] {
            assert_eq!(truncate(text), whole, "{text}");
        }
    }
}
