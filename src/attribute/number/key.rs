//! The text of a [`Number`] in a key: `n`, `o` or `p`, three digits of exponent, a point, the digits.
//!
//! The form is frozen: it is in users' keys.

use super::Number;
use crate::key::{KeyFormat, KeyFormats, KeyPart, KeyWriter, PartText, mismatch};
use crate::wire::Fault;

/// Maps the exponent of the first digit, -130 to 125, to a non-negative number of at most three digits.
const BIAS: i32 = 130;
const GREATEST: i32 = 125 + BIAS;

impl KeyPart for Number {
    const FORMATS: KeyFormats = KeyFormats::NUMBER;

    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        match format {
            KeyFormat::Plain => key.safe(&self.to_string()),
            _ => key.safe(&sortable(*self)),
        }
    }

    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        let text = text.raw();
        let number = match format {
            KeyFormat::Plain => text.parse().ok().filter(|number: &Number| number.to_string() == text),
            _ => parse_sortable(text),
        };
        number.ok_or_else(mismatch)
    }
}

/// A negative number is complemented so that greater magnitudes sort first. The final `~` sorts after every digit, so
/// that `-1.2` sorts after `-1.25`.
fn sortable(number: Number) -> String {
    let exponent = number.first_exponent() + BIAS;
    let digits = number.mantissa.unsigned_abs();
    match number.mantissa.signum() {
        0 => "o".to_owned(),
        1 => format!("p{exponent:03}.{digits}"),
        _ => format!("n{:03}.{}~", GREATEST - exponent, complement(&digits.to_string())),
    }
}

fn parse_sortable(text: &str) -> Option<Number> {
    let (sign, rest) = text.split_at_checked(1)?;
    let number = match sign {
        "o" => Number::ZERO,
        "p" => {
            let (exponent, digits) = split(rest)?;
            scientific(digits, exponent - BIAS)?
        }
        "n" => {
            let (exponent, digits) = split(rest.strip_suffix('~')?)?;
            -scientific(&complement(digits), GREATEST - exponent - BIAS)?
        }
        _ => return None,
    };
    // Padding, leading or trailing zeros and misplaced signs are other texts for the same number. Only one is a key.
    (sortable(number) == text).then_some(number)
}

fn split(text: &str) -> Option<(i32, &str)> {
    let (exponent, digits) = text.split_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (exponent.len() == 3 && is_number(exponent) && is_number(digits)).then_some(())?;
    Some((exponent.parse().ok()?, digits))
}

/// The number whose first digit has this exponent.
fn scientific(digits: &str, exponent: i32) -> Option<Number> {
    let after_first = i32::try_from(digits.len()).ok()? - 1;
    Number::from_parts(digits.parse().ok()?, exponent.checked_sub(after_first)?).ok()
}

fn complement(digits: &str) -> String {
    digits.bytes().map(|digit| char::from(b'0' + b'9' - digit)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    /// The form on disk is frozen.
    #[test]
    fn golden() {
        for (value, text) in [
            ("0", "o"),
            ("42.5", "p131.425"),
            ("1", "p130.1"),
            ("1200", "p133.12"),
            ("0.001", "p127.1"),
            ("1e-130", "p000.1"),
            ("9.9e125", "p255.99"),
            ("-1", "n125.8~"),
            ("-42.5", "n124.574~"),
            ("-1.25", "n125.874~"),
            ("-1.2", "n125.87~"),
            ("-1e-130", "n255.8~"),
            ("-9.9e125", "n000.00~"),
        ] {
            assert_eq!(sortable(number(value)), text);
            assert_eq!(parse_sortable(text), Some(number(value)), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_keys() {
        for text in [
            "",
            "o0",
            "p",
            "p131",
            "p131.",
            "p131.4250",
            "p131.0425",
            "p256.1",
            "p31.425",
            "p+31.425",
            "p131.42~",
            "n124.574",
            "n124.5749~",
            "n256.8~",
            "q130.1",
            "p130.-1",
            "42.5",
            "é130.1",
            "p130.1é",
        ] {
            assert_eq!(parse_sortable(text), None, "{text}");
        }
    }

    fn numbers() -> impl Strategy<Value = Number> {
        let mantissas = prop_oneof![-1000..1000_i128, -(10_i128.pow(38) - 1)..10_i128.pow(38)];
        (mantissas, prop_oneof![-3..3, -130..88])
            .prop_map(|(mantissa, exponent)| Number::from_parts(mantissa, exponent).unwrap())
    }

    proptest! {
        #[test]
        fn texts_sort_as_numbers(a in numbers(), b in numbers()) {
            prop_assert_eq!(sortable(a).cmp(&sortable(b)), a.cmp(&b));
            prop_assert_eq!(parse_sortable(&sortable(a)), Some(a));
        }
    }
}
