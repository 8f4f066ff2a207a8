//! A TTL as an option states it: seconds or `"30m"`. Checked while the model is compiled.

use syn::{Expr, ExprLit, Lit, LitInt};

use crate::errors::Errors;
use crate::setting::Setting;

/// How long items live, as `ttl` says it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Lifetime {
    /// `ttl` alone: as long as the client says.
    OfClient,
    Seconds(u64),
}

const UNITS: [(char, u64); 5] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];

/// The latest expiry there is, the last second of the year 9999, in seconds after 1970.
const LONGEST: u64 = 253_402_300_799;

const FORM: &str =
    "`ttl` is seconds as a number, or a whole number with its unit, s, m, h, d or w; write `ttl = \"30m\"`";
const TOO_SHORT: &str = "a TTL must be at least one second; write `ttl = \"30m\"`";
const TOO_LONG: &str = "no expiry is later than the year 9999; write a shorter `ttl`, such as `ttl = \"52w\"`";

impl Lifetime {
    pub(crate) fn parse(setting: &Setting, errors: &Errors) -> Self {
        if setting.is_bare() {
            return Lifetime::OfClient;
        }
        let Some(expr) = setting.expr("\"30m\"", errors) else { return Lifetime::OfClient };
        let seconds = match expr {
            Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => number(literal),
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => text(&literal.value()).map_err(str::to_owned),
            _ => Err(FORM.to_owned()),
        };
        match seconds {
            Ok(seconds) => Lifetime::Seconds(seconds),
            Err(rule) => {
                errors.at(expr, rule);
                Lifetime::OfClient
            }
        }
    }
}

/// The seconds of `1800`. Rust takes `30m` for a number too, which would be half a minute instead of half an hour.
fn number(literal: &LitInt) -> Result<u64, String> {
    let (digits, unit) = (literal.base10_digits(), literal.suffix());
    if unit.is_empty() {
        return seconds(digits, 1).map_err(str::to_owned);
    }
    let quoted = format!("{digits}{unit}");
    text(&quoted)?;
    Err(format!("a `ttl` with a unit is a string; write `ttl = \"{quoted}\"`"))
}

/// The seconds of `30m`.
fn text(text: &str) -> Result<u64, &'static str> {
    let unit = UNITS.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(*unit)?, *seconds)));
    let (digits, unit) = unit.ok_or(FORM)?;
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(FORM);
    }
    seconds(digits, unit)
}

fn seconds(digits: &str, unit: u64) -> Result<u64, &'static str> {
    match digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)) {
        Some(0) => Err(TOO_SHORT),
        Some(seconds) if seconds <= LONGEST => Ok(seconds),
        _ => Err(TOO_LONG),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_unit() {
        let texts = ["30s", "30m", "1h", "2d", "3w", "007s"];
        let seconds = [30, 1_800, 3_600, 172_800, 1_814_400, 7];
        assert_eq!(texts.map(text), seconds.map(Ok));
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in ["", "30", "m", "1.5h", "-1m", "+1m", "1 m", " 1m", "30min", "30M", "1h30m", "٣h"] {
            assert_eq!(text(wrong), Err(FORM), "{wrong}");
        }
    }

    #[test]
    fn a_life_has_a_second_and_an_end() {
        assert_eq!(text("0w"), Err(TOO_SHORT));
        assert_eq!(text("253402300799s"), Ok(LONGEST));
        for long in ["253402300800s", "9999999999999999999w", "99999999999999999999s"] {
            assert_eq!(text(long), Err(TOO_LONG), "{long}");
        }
    }

    #[test]
    fn a_unit_is_in_quotes() {
        let of = |text| syn::parse_str(text).map_err(|error| error.to_string()).and_then(|literal| number(&literal));
        assert_eq!(of("1_800"), Ok(1_800));
        assert_eq!(of("30m"), Err("a `ttl` with a unit is a string; write `ttl = \"30m\"`".to_owned()));
        assert_eq!(of("30x"), Err(FORM.to_owned()));
        assert_eq!(of("0"), Err(TOO_SHORT.to_owned()));
    }
}
