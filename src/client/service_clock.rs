//! The service's time, learned from the `Date` header of its responses.
//!
//! The registry and the key-value store use it, since several machines have to agree on when something expires.
//! Timestamps of models come from the client's own clock instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::Client;

/// The largest offset that can be clock skew, in milliseconds. AWS rejects signatures that are further off, so a larger
/// offset means that a test has set the client's clock.
const MAX_SKEW: i64 = 15 * 60 * 1000;

/// The stored value as long as no response has told the offset.
const UNKNOWN: i64 = i64::MIN;

/// How far the service's clock is ahead of a client's, in milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct ServiceClock(Arc<AtomicI64>);

impl ServiceClock {
    pub(crate) fn new() -> Self {
        ServiceClock(Arc::new(AtomicI64::new(UNKNOWN)))
    }

    /// The offset; `None` before the first response.
    pub(crate) fn offset(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|offset| *offset != UNKNOWN)
    }

    /// Takes the date of a response into account. `sent` and `received` are times of the client's clock.
    ///
    /// The service truncates the date to the second, and reads its clock at some time between the two. So a response
    /// bounds the offset to an interval. The known offset moves by as little as possible to lie in that interval: an
    /// exact clock is never corrected, which an average would not guarantee.
    pub(crate) fn learn(&self, date_millis: i64, sent: i64, received: i64) {
        let (least, most) =
            (date_millis.saturating_sub(received), date_millis.saturating_add(999).saturating_sub(sent));
        if least > most {
            return; // The client's clock was set back in the meantime.
        }
        // Concurrent responses may overwrite each other. Either offset is one that a response allowed.
        let offset = self.offset().unwrap_or(0).clamp(least, most);
        self.0.store(if (-MAX_SKEW..=MAX_SKEW).contains(&offset) { offset } else { UNKNOWN }, Ordering::Relaxed);
    }
}

impl Client {
    /// The time by the service's clock, in whole seconds since 1970-01-01T00:00:00Z.
    ///
    /// Use it where several machines must agree on the time although their clocks differ. It is this client's clock,
    /// corrected by [`clock_offset`](Self::clock_offset).
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// assert_eq!(Client::embedded_with_clock(ManualClock::at(60)).service_now(), 60);
    /// ```
    pub fn service_now(&self) -> i64 {
        self.service_now_millis().div_euclid(1000)
    }

    /// Like [`service_now`](Self::service_now), in milliseconds.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// assert_eq!(Client::embedded_with_clock(ManualClock::at(60)).service_now_millis(), 60_000);
    /// ```
    pub fn service_now_millis(&self) -> i64 {
        self.0.clock.now_millis().saturating_add(self.clock_offset().unwrap_or(0))
    }

    /// How many milliseconds the service's clock is ahead of this client's clock; negative if it is behind.
    ///
    /// The client learns it from the `Date` header of every response. That date has whole seconds, so a clock that is
    /// right to the second is not corrected. It is `None` before the first response, if responses have no date, and if
    /// the two clocks differ by more than 15 minutes: AWS rejects requests whose signature is that far off, so the
    /// clock must be one that a test has set.
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::{Client, ManualClock, Model};
    ///
    /// # #[derive(Debug, Model)]
    /// # #[model(table = "users")]
    /// # struct User { #[model(hash_key)] pk: String }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// let service = Client::embedded_with_clock(ManualClock::at(1_000));
    /// let late = service.clone().with_clock(ManualClock::at(940));
    /// assert_eq!(late.clock_offset(), None);
    ///
    /// User::create_table().client(&late).await?;
    /// assert_eq!(late.clock_offset(), Some(60_000));
    /// assert_eq!((late.now(), late.service_now()), (940, 1_000));
    /// # Ok(())
    /// # }
    /// ```
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.service_clock.offset()
    }

    pub(crate) fn service_clock(&self) -> &ServiceClock {
        &self.0.service_clock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(dates: &[(i64, i64, i64)]) -> Option<i64> {
        let clock = ServiceClock::new();
        for (date, sent, received) in dates {
            clock.learn(*date, *sent, *received);
        }
        clock.offset()
    }

    #[test]
    fn a_clock_that_goes_right_is_not_moved() {
        assert_eq!(after(&[]), None);
        assert_eq!(after(&[(5_000, 5_000, 5_010)]), Some(0));
        assert_eq!(after(&[(5_000, 5_980, 6_010)]), Some(0));
        assert_eq!(after(&[(5_000, 4_000, 9_000)]), Some(0));
    }

    #[test]
    fn the_least_correction_that_explains_all_dates_is_kept() {
        assert_eq!(after(&[(125_000, 5_000, 5_010)]), Some(119_990));
        assert_eq!(after(&[(125_000, 5_000, 5_010), (125_000, 5_400, 5_500)]), Some(119_990));
        assert_eq!(after(&[(125_000, 5_000, 5_010), (126_000, 5_500, 5_510)]), Some(120_490));
        assert_eq!(after(&[(5_000, 125_000, 125_010)]), Some(-119_001));
        assert_eq!(after(&[(5_000, 125_000, 125_010), (66_000, 66_100, 66_200)]), Some(-200));
    }

    #[test]
    fn a_clock_that_a_test_has_set_is_not_corrected() {
        assert_eq!(after(&[(1_790_000_000_000, 4_000_000_000_000, 4_000_000_000_010)]), None);
        assert_eq!(after(&[(i64::MAX, i64::MIN, i64::MIN)]), None);
        assert_eq!(after(&[(5_000, 9_000, 1_000)]), None);
    }
}
