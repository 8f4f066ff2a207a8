//! The time: the system's clock, or one that a test sets.
//!
//! Everything that depends on the time asks a client's clock, so tests move time instead of sleeping.

use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

static DEFAULT: RwLock<Option<Clock>> = RwLock::new(None);

tokio::task_local! {
    static SCOPED: Clock;
}

/// The clock of a [`Client`](crate::Client). Expiries and timestamps are computed from it.
///
/// ```
/// use singlet::{Clock, ManualClock};
///
/// assert!(Clock::system().now() > 1_700_000_000);
/// assert_eq!(Clock::manual(ManualClock::at(60)).now(), 60);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Clock(TimeSource);

#[derive(Debug, Clone, Default)]
enum TimeSource {
    #[default]
    System,
    Manual(ManualClock),
}

impl Clock {
    /// The clock of the operating system.
    ///
    /// ```
    /// # use singlet::Clock;
    /// assert!(Clock::system().now() > 1_700_000_000);
    /// ```
    pub fn system() -> Self {
        Clock(TimeSource::System)
    }

    /// A clock that stands still until `clock` or one of its clones moves it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::{Clock, ManualClock};
    ///
    /// let hand = ManualClock::at(60);
    /// let clock = Clock::manual(hand.clone());
    /// hand.advance(Duration::from_secs(5));
    /// assert_eq!(clock.now(), 65);
    /// ```
    pub fn manual(clock: ManualClock) -> Self {
        Clock(TimeSource::Manual(clock))
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    ///
    /// ```
    /// # use singlet::{Clock, ManualClock};
    /// assert_eq!(Clock::manual(ManualClock::at(60)).now(), 60);
    /// ```
    pub fn now(&self) -> i64 {
        self.now_millis().div_euclid(1000)
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z, rounded down.
    ///
    /// ```
    /// # use singlet::{Clock, ManualClock};
    /// assert_eq!(Clock::manual(ManualClock::at(60)).now_millis(), 60_000);
    /// ```
    pub fn now_millis(&self) -> i64 {
        match &self.0 {
            TimeSource::System => system_millis(),
            TimeSource::Manual(clock) => clock.0.load(Ordering::SeqCst),
        }
    }
}

impl From<ManualClock> for Clock {
    fn from(clock: ManualClock) -> Self {
        Clock::manual(clock)
    }
}

/// A clock for tests, which stands still until it is moved. Clones share the same time.
///
/// It counts milliseconds, and stops at the limits of their range (292 million years before and after 1970).
///
/// ```
/// use std::time::Duration;
/// use singlet::ManualClock;
///
/// let clock = ManualClock::at(1_700_000_000);
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now(), 1_700_003_600);
/// clock.set(0);
/// assert_eq!(clock.now(), 0);
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows `epoch_seconds`, counted from 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// # use singlet::ManualClock;
    /// assert_eq!(ManualClock::at(-1).now(), -1);
    /// ```
    pub fn at(epoch_seconds: i64) -> Self {
        ManualClock(Arc::new(AtomicI64::new(epoch_seconds.saturating_mul(1000))))
    }

    /// Moves the clock forward. Fractions of a millisecond are truncated.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use singlet::ManualClock;
    /// let clock = ManualClock::at(10);
    /// clock.advance(Duration::from_millis(1_500));
    /// assert_eq!(clock.now(), 11);
    /// ```
    pub fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        // The closure always returns a value, so the update cannot fail.
        let moved = |now: i64| Some(now.saturating_add(millis));
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved).ok();
    }

    /// Sets the clock to `epoch_seconds`, forward or back.
    ///
    /// ```
    /// # use singlet::ManualClock;
    /// let clock = ManualClock::at(10);
    /// clock.set(5);
    /// assert_eq!(clock.now(), 5);
    /// ```
    pub fn set(&self, epoch_seconds: i64) {
        self.0.store(epoch_seconds.saturating_mul(1000), Ordering::SeqCst);
    }

    /// The time in whole seconds since 1970-01-01T00:00:00Z, rounded down.
    ///
    /// ```
    /// # use singlet::ManualClock;
    /// assert_eq!(ManualClock::at(10).now(), 10);
    /// ```
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst).div_euclid(1000)
    }
}

/// Epoch milliseconds by the clock of the scoped client, or else of the default client, or else of the system.
///
/// This is for values that are created before an operation, and with it a client, exists, such as `ExpiresIn`.
pub(crate) fn now_millis() -> i64 {
    let default = || DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone();
    SCOPED.try_with(Clock::clone).ok().or_else(default).unwrap_or_default().now_millis()
}

/// The same in whole seconds, rounded down.
pub(crate) fn now() -> i64 {
    now_millis().div_euclid(1000)
}

/// Makes `clock` the clock of the process, along with the default client that carries it.
pub(crate) fn set_default(clock: Clock) {
    *DEFAULT.write().unwrap_or_else(PoisonError::into_inner) = Some(clock);
}

/// Runs `future` with `clock` as the clock of its task.
pub(crate) async fn scoped<F: Future>(clock: Clock, future: F) -> F::Output {
    SCOPED.scope(clock, future).await
}

fn system_millis() -> i64 {
    let millis = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => millis(since),
        // A system whose clock is not set yet may report a time before 1970.
        Err(before) => -millis(before.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_stops_at_the_ends_of_its_range() {
        let clock = ManualClock::at(i64::MAX);
        let last = clock.now();
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), last);
        assert!(last > 100_000_000 * 365 * 86_400);
    }

    #[test]
    fn times_before_1970_round_down() {
        let clock = ManualClock::at(-2);
        clock.advance(Duration::from_millis(500));
        assert_eq!((clock.now(), Clock::from(clock).now_millis()), (-2, -1500));
    }
}
