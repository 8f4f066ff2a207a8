use std::time::Duration;

/// Seconds of an option, such as `10` or `0.5`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected seconds, such as 10 or 0.5".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "expected seconds of 0 or more".to_owned())
}

/// A duration as seconds with one decimal.
pub(crate) fn show(duration: Duration) -> String {
    let text = format!("{:.1}", duration.as_secs_f64());
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A duration as a number of JSON: seconds with three decimals.
pub(crate) fn number(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}
