//! A limit of units per second that the requests of one operation share. Used by scans, imports, backfills, the cleanup of the
//! cache and the exports of the command-line tool.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Limits the units that concurrent requests consume per second. A request waits until the rate covers the units of
/// the previous ones. The consumption of a request is known only afterwards, so the limit holds on average.
#[derive(Debug)]
pub struct RateLimiter {
    units_per_second: Option<f64>,
    consumed: Mutex<Consumed>,
}

#[derive(Debug)]
struct Consumed {
    /// When the first request waited.
    since: Option<Instant>,
    units: f64,
}

/// The longest pause. Even at a tiny rate, a request is sent now and then.
const LONGEST: Duration = Duration::from_mins(10);

impl RateLimiter {
    /// Creates a limiter. Without a rate, no request waits.
    pub fn new(units_per_second: Option<f64>) -> Self {
        RateLimiter { units_per_second, consumed: Mutex::new(Consumed { since: None, units: 0.0 }) }
    }

    /// Whether there is a rate, which requires the consumption of requests to be known.
    pub fn is_limited(&self) -> bool {
        self.units_per_second.is_some()
    }

    /// Waits until the consumed units are covered by the rate.
    pub async fn wait(&self) {
        let Some(rate) = self.units_per_second else { return };
        let pause = {
            let mut consumed = self.consumed.lock().unwrap_or_else(PoisonError::into_inner);
            let since = *consumed.since.get_or_insert_with(Instant::now);
            pause(consumed.units, rate, since.elapsed())
        };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }

    /// Adds the consumption of a request.
    pub fn consume(&self, units: f64) {
        self.consumed.lock().unwrap_or_else(PoisonError::into_inner).units += units;
    }

    /// Returns the units consumed so far.
    pub fn consumed(&self) -> f64 {
        self.consumed.lock().unwrap_or_else(PoisonError::into_inner).units
    }

    /// Returns the units per second for each of `consumers`, or `None` without a rate.
    pub fn share(&self, consumers: impl Into<f64>) -> Option<f64> {
        self.units_per_second.map(|units| units / consumers.into())
    }
}

/// Returns how long it takes until the rate covers `units`, if `elapsed` has already passed.
fn pause(units: f64, rate: f64, elapsed: Duration) -> Duration {
    // At a tiny rate, the time does not fit into a `Duration`.
    let covered = Duration::try_from_secs_f64(units / rate).unwrap_or(LONGEST);
    covered.saturating_sub(elapsed).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_has_to_cover_what_was_consumed() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(0.0, 10.0, Duration::ZERO), Duration::ZERO);
        assert_eq!(pause(25.0, 10.0, second), Duration::from_millis(1_500));
        assert_eq!(pause(25.0, 10.0, second * 3), Duration::ZERO);
        for odd in [0.0, -1.0, f64::NAN, 1e-300] {
            assert!(pause(1.0, odd, second) <= LONGEST, "{odd}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_wait_for_the_rate() {
        let start = Instant::now();
        let limiter = RateLimiter::new(Some(10.0));
        limiter.wait().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        limiter.consume(25.0);
        limiter.wait().await;
        assert_eq!(start.elapsed(), Duration::from_millis(2_500));
        assert_eq!((limiter.consumed(), limiter.share(4), limiter.is_limited()), (25.0, Some(2.5), true));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_nothing_waits() {
        let start = Instant::now();
        let limiter = RateLimiter::new(None);
        limiter.consume(1e9);
        limiter.wait().await;
        assert_eq!((start.elapsed(), limiter.share(4), limiter.is_limited()), (Duration::ZERO, None, false));
    }
}
