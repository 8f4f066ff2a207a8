use syn::{Expr, ExprLit, Lit};

use crate::errors::Errors;
use crate::setting::Setting;

const EXAMPLE: &str = "ttl = \"30m\"";

/// How long items live, as `ttl` says it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Lifetime {
    /// `ttl` alone: as long as the client says.
    OfClient,
    Seconds(u64),
}

impl Lifetime {
    pub(crate) fn parse(setting: &Setting, errors: &Errors) -> Option<Self> {
        if setting.is_bare() {
            return Some(Lifetime::OfClient);
        }
        let expr = setting.expr("\"30m\"", errors)?;
        let seconds = match expr {
            Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => literal.base10_parse().ok(),
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => seconds(&literal.value()),
            _ => None,
        };
        match seconds {
            Some(0) => {
                errors.at(expr, format_args!("an item lives a second at least; write `{EXAMPLE}`"));
                None
            }
            Some(seconds) => Some(Lifetime::Seconds(seconds)),
            None => {
                let units = "seconds as a number, or a whole number with its unit: s, m, h, d or w";
                errors.at(expr, format_args!("`ttl` is {units}; write `{EXAMPLE}`"));
                None
            }
        }
    }
}

/// The seconds of `30m`; `None` when it is no such text, or too long.
fn seconds(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|unit: char| unit.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits)? {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    let is_plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse::<u64>().ok().filter(|_| is_plain)?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_number_and_its_unit() {
        let texts = ["30s", "30m", "1h", "2d", "3w"];
        assert_eq!(texts.map(seconds), [Some(30), Some(1_800), Some(3_600), Some(172_800), Some(1_814_400)]);
        for wrong in
            ["", "30", "m", "1.5h", "-1m", "+1m", "1 m", "30min", "99999999999999999999s", "9999999999999999999w"]
        {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
