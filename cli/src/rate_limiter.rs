//! Limits the capacity units that an export consumes per second. (Imports and cleanups are limited by the library.)

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::seconds;

/// Limits the capacity units that concurrent requests consume per second: a request waits until the units of previous
/// ones are covered by the rate.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    units_per_second: Option<f64>,
    spent: Mutex<f64>,
    since: Instant,
}

impl RateLimiter {
    /// Creates a limiter. Without a limit, no request waits.
    pub(crate) fn new(units_per_second: Option<f64>) -> Self {
        RateLimiter { units_per_second, spent: Mutex::new(0.0), since: Instant::now() }
    }

    /// Waits until the consumed units are covered by the rate.
    pub(crate) async fn wait(&self) {
        let Some(limit) = self.units_per_second else { return };
        // With a tiny rate, the time would not fit a `Duration`.
        let earned = Duration::try_from_secs_f64(self.spent() / limit).unwrap_or(seconds::MOST);
        tokio::time::sleep_until(self.since + earned.min(seconds::MOST)).await;
    }

    /// The units per second for each of `of` concurrent consumers, or `None` without a limit.
    pub(crate) fn share(&self, of: i32) -> Option<f64> {
        self.units_per_second.map(|units| units / f64::from(of))
    }

    pub(crate) fn spend(&self, units: f64) {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += units;
    }

    /// The units consumed so far.
    pub(crate) fn spent(&self) -> f64 {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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

    #[tokio::test(start_paused = true)]
    async fn what_is_spent_has_to_be_earned() {
        let rate_limiter = RateLimiter::new(Some(10.0));
        rate_limiter.wait().await;
        assert_eq!(rate_limiter.since.elapsed(), Duration::ZERO);
        rate_limiter.spend(25.0);
        rate_limiter.wait().await;
        assert_eq!(rate_limiter.since.elapsed(), Duration::from_millis(2_500));
        assert_eq!((rate_limiter.share(4), RateLimiter::new(None).share(4)), (Some(2.5), None));
        let slow = RateLimiter::new(Some(1e-300));
        slow.spend(1.0);
        let waited = tokio::time::timeout(Duration::from_hours(1), slow.wait()).await;
        assert!(waited.is_err(), "a tiny rate is still a limit");
        let free = RateLimiter::new(None);
        free.spend(1e9);
        free.wait().await;
        assert_eq!(free.since.elapsed(), Duration::ZERO);
    }

    #[test]
    fn units_are_positive() {
        assert_eq!(parse("0.5"), Ok(0.5));
        for bad in ["0", "-1", "NaN", "inf", "ten", ""] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
