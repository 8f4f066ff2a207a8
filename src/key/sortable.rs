//! The text of numbers in keys: fixed width, so that text sorts as the numbers do.

use super::parse::mismatch;
use super::part::KeyFormat;
use super::writer::KeyWriter;
use crate::wire::Fault;

pub(super) fn write_unsigned(key: &mut KeyWriter<'_>, value: u128, digits: usize, padding: KeyFormat) {
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(value);
    let width = match padding {
        KeyFormat::Plain => 0,
        KeyFormat::Sorted => digits,
        KeyFormat::Width(width) => usize::from(width),
    };
    if matches!(padding, KeyFormat::Width(_)) && text.len() > width {
        key.fail(format!("a number of {} digits does not fit a key padded to {width}", text.len()));
    }
    pad(key, width.saturating_sub(text.len()));
    key.safe(text);
}

pub(super) fn parse_unsigned(text: &str, digits: usize, padding: KeyFormat) -> Result<u128, Fault> {
    let width_fits = match padding {
        KeyFormat::Plain => !text.is_empty() && (text == "0" || !text.starts_with('0')),
        KeyFormat::Sorted => text.len() == digits,
        KeyFormat::Width(width) => text.len() == usize::from(width),
    };
    if !width_fits || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(mismatch());
    }
    text.parse().map_err(|_| mismatch())
}

pub(super) fn write_signed(key: &mut KeyWriter<'_>, value: i128, digits: usize, padding: KeyFormat) {
    let magnitude = value.unsigned_abs();
    match padding {
        KeyFormat::Plain => {
            key.safe(itoa::Buffer::new().format(value));
        }
        KeyFormat::Width(_) if value < 0 => key.fail("a negative number does not fit a zero-padded key"),
        KeyFormat::Width(_) => write_unsigned(key, magnitude, digits, padding),
        KeyFormat::Sorted if value >= 0 => {
            key.safe("p");
            write_unsigned(key, magnitude, digits, padding);
        }
        KeyFormat::Sorted => {
            key.safe("n");
            let mut buffer = itoa::Buffer::new();
            let text = buffer.format(magnitude);
            (text.len()..digits).for_each(|_| key.safe("9"));
            key.safe(&complement(text));
        }
    }
}

pub(super) fn parse_signed(text: &str, digits: usize, padding: KeyFormat) -> Result<i128, Fault> {
    match padding {
        KeyFormat::Plain => {
            let magnitude = parse_unsigned(text.strip_prefix('-').unwrap_or(text), digits, padding)?;
            if text == "-0" || magnitude > i128::MIN.unsigned_abs() {
                return Err(mismatch());
            }
            text.parse().map_err(|_| mismatch())
        }
        KeyFormat::Width(_) => parse_unsigned(text, digits, padding)?.try_into().map_err(|_| mismatch()),
        KeyFormat::Sorted => {
            let (sign, rest) = text.split_at_checked(1).ok_or_else(mismatch)?;
            if !rest.bytes().all(|b| b.is_ascii_digit()) {
                return Err(mismatch());
            }
            match sign {
                "p" => parse_unsigned(rest, digits, padding)?.try_into().map_err(|_| mismatch()),
                "n" => {
                    let magnitude = parse_unsigned(&complement(rest), digits, padding)?;
                    // Zero is written with `p` alone.
                    0_i128.checked_sub_unsigned(magnitude).filter(|v| *v < 0).ok_or_else(mismatch)
                }
                _ => Err(mismatch()),
            }
        }
    }
}

/// The nines' complement of decimal digits: greater numbers get smaller texts.
pub(super) fn complement(digits: &str) -> String {
    digits.bytes().map(|digit| char::from(b'9' - (digit - b'0'))).collect()
}

fn pad(key: &mut KeyWriter<'_>, zeros: usize) {
    const ZEROS: &str = "00000000000000000000000000000000000000000000000000";
    let mut left = zeros;
    while left > 0 {
        let n = left.min(ZEROS.len());
        key.safe(&ZEROS[..n]);
        left -= n;
    }
}
