//! The rate of options such as `--max-capacity`. [`RateLimiter`](singlet::RateLimiter) keeps to it.

/// Parses the capacity units of an option, which must be positive.
pub(crate) fn parse(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(units) if units.is_finite() && units > 0.0 => Ok(units),
        _ => Err("expected capacity units per second, such as 10 or 0.5".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_positive() {
        assert_eq!(parse("0.5"), Ok(0.5));
        for bad in ["0", "-1", "NaN", "inf", "ten", ""] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
