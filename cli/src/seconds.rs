//! Durations in options and output, in seconds.

use std::time::Duration;

/// About thirty years, which can be added to an `Instant` without overflow.
pub(crate) const MOST: Duration = Duration::from_secs(1_000_000_000);

/// Parses the seconds of an option, such as `10` or `0.5`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|seconds| *seconds <= MOST).ok_or_else(|| "expected seconds, such as 10 or 0.5".to_owned())
}

/// A duration in seconds with at most one decimal.
pub(crate) fn show(duration: Duration) -> String {
    let text = format!("{:.1}", duration.as_secs_f64());
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A duration in seconds with three decimals, for JSON.
pub(crate) fn number(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_and_shown() {
        assert_eq!(parse("0.25"), Ok(Duration::from_millis(250)));
        assert_eq!(parse("1000000000"), Ok(MOST));
        for bad in ["", "-1", "1h", "NaN", "inf", "1e300", "1000000001"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert_eq!(show(Duration::from_secs(10)), "10");
        assert_eq!(show(Duration::from_millis(1_270)), "1.3");
    }
}
