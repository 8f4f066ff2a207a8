//! One rate: units flow in with the time, requests take them out, and throttling reduces the rate for a while.
//!
//! Pure arithmetic on the instants that the caller passes.

use std::time::Duration;

use tokio::time::Instant;

/// For how long units that are not consumed are kept.
const BURST: Duration = Duration::from_secs(1);

/// The factor of the rate after throttling, and the least part of the configured rate that remains.
const DECREASE: f64 = 0.5;
const LEAST: f64 = 0.05;

/// The time between two reductions. Requests that were on their way when the rate was reduced say nothing about the new one.
const BETWEEN: Duration = Duration::from_secs(1);

/// The time in which the rate grows from nothing to the configured one.
const RECOVERY: Duration = Duration::from_mins(1);

/// What a request counts before anything is known of others.
const FIRST: f64 = 1.0;

/// The longest single pause. A pause at a tiny rate does not fit into a `Duration`; the caller asks again after it.
const LONGEST: Duration = Duration::from_mins(10);

/// A rate, and the units that it allows.
#[derive(Debug)]
pub(super) struct Bucket {
    /// The configured rate, in units per second.
    configured: f64,
    /// When the rate was last reduced, and what it was then.
    reduced: Option<(Instant, f64)>,
    /// The units that may be consumed; below zero, those that are yet to be made up for.
    balance: f64,
    /// When the balance was computed.
    at: Option<Instant>,
    /// The average units of requests.
    average: f64,
}

impl Bucket {
    pub(super) fn new(configured: f64) -> Self {
        Bucket { configured, reduced: None, balance: 0.0, at: None, average: FIRST }
    }

    /// Whether the rate ever allows anything.
    pub(super) fn is_valid(&self) -> bool {
        self.configured > 0.0
    }

    /// The units per second that are allowed at this time.
    pub(super) fn rate(&self, now: Instant) -> f64 {
        let Some((at, rate)) = self.reduced else { return self.configured };
        let grown = self.configured * now.duration_since(at).as_secs_f64() / RECOVERY.as_secs_f64();
        (rate + grown).min(self.configured)
    }

    /// Takes the units of an average request, or returns how long to wait before asking again.
    pub(super) fn reserve(&mut self, now: Instant) -> Result<f64, Duration> {
        if self.configured.is_infinite() {
            return Ok(0.0);
        }
        self.refill(now);
        if self.balance >= 0.0 {
            self.balance -= self.average;
            return Ok(self.average);
        }
        let pause = Duration::try_from_secs_f64(-self.balance / self.rate(now)).unwrap_or(LONGEST);
        // A timer has a resolution of a millisecond, and a pause of zero would spin.
        Err(pause.clamp(Duration::from_millis(1), LONGEST))
    }

    /// Returns the units of a reservation.
    pub(super) fn refund(&mut self, reserved: f64) {
        self.balance += reserved;
    }

    /// Takes the units that a request has consumed.
    pub(super) fn consume(&mut self, units: f64) {
        if units > 0.0 && self.configured.is_finite() {
            self.balance -= units;
            self.average = f64::midpoint(self.average, units);
        }
    }

    /// Reduces the rate, because a request was throttled.
    pub(super) fn slow_down(&mut self, now: Instant) {
        let is_recent = self.reduced.is_some_and(|(at, _)| now.duration_since(at) < BETWEEN);
        if is_recent || self.configured.is_infinite() {
            return;
        }
        self.refill(now);
        let reduced = (self.rate(now) * DECREASE).max(self.configured * LEAST);
        self.reduced = Some((now, reduced));
        // The table has no more units, whatever was saved here.
        self.balance = self.balance.min(0.0);
    }

    /// Adds the units of the time since the last call.
    fn refill(&mut self, now: Instant) {
        let elapsed = self.at.map_or(Duration::ZERO, |at| now.duration_since(at));
        // While the rate grows, its mean over the time is that of both ends.
        let rate = f64::midpoint(self.rate(now), self.at.map_or(0.0, |at| self.rate(at)));
        let most = self.rate(now) * BURST.as_secs_f64();
        self.balance = (self.balance + rate * elapsed.as_secs_f64()).min(most.max(self.balance));
        self.at = Some(now);
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the numbers of the tests are exact in floats")]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_rate_has_to_cover_what_was_consumed() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10.0);
        let reserved = bucket.reserve(start).unwrap();
        bucket.refund(reserved);
        bucket.consume(25.0);
        let pause = bucket.reserve(start + SECOND).unwrap_err();
        assert!(pause.abs_diff(Duration::from_millis(1_500)) < Duration::from_millis(1), "{pause:?}");
        assert!(bucket.reserve(start + SECOND * 3).is_ok());
    }

    #[test]
    fn a_request_counts_like_the_average_until_it_is_known() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10.0);
        for units in [5.0; 20] {
            bucket.consume(units);
        }
        let reserved = bucket.reserve(start + SECOND * 100);
        assert!(reserved.is_err(), "the first call starts the time");
        let reserved = bucket.reserve(start + SECOND * 200).unwrap();
        assert!((reserved - 5.0).abs() < 0.01, "{reserved}");
    }

    #[test]
    fn throttling_halves_the_rate_and_time_restores_it() {
        let start = Instant::now();
        let mut bucket = Bucket::new(60.0);
        bucket.slow_down(start);
        assert_eq!(bucket.rate(start), 30.0);
        // The requests that were sent at the old rate.
        bucket.slow_down(start + SECOND / 2);
        assert_eq!(bucket.rate(start), 30.0);
        assert_eq!(bucket.rate(start + SECOND * 10), 40.0);
        bucket.slow_down(start + SECOND * 10);
        assert_eq!(bucket.rate(start + SECOND * 10), 20.0);
        assert_eq!((bucket.rate(start + SECOND * 49), bucket.rate(start + SECOND * 50)), (59.0, 60.0));
        assert_eq!(bucket.rate(start + SECOND * 500), 60.0);
    }

    #[test]
    fn a_part_of_the_rate_remains_however_often_requests_are_throttled() {
        let start = Instant::now();
        let mut bucket = Bucket::new(60.0);
        for second in 0..100 {
            bucket.slow_down(start + SECOND * second);
        }
        assert_eq!(bucket.rate(start + SECOND * 99), 3.0);
    }

    #[test]
    fn tiny_rates_give_pauses_that_fit() {
        for tiny in [1e-300, f64::MIN_POSITIVE, 1e-9] {
            let mut bucket = Bucket::new(tiny);
            bucket.consume(1.0);
            assert_eq!(bucket.reserve(Instant::now()), Err(LONGEST), "{tiny}");
        }
    }

    #[test]
    fn an_infinite_rate_limits_nothing() {
        let mut bucket = Bucket::new(f64::INFINITY);
        bucket.consume(1e12);
        bucket.slow_down(Instant::now());
        assert_eq!((bucket.reserve(Instant::now()), bucket.rate(Instant::now())), (Ok(0.0), f64::INFINITY));
    }
}
