//! The time: the clock of a machine or of a test, and the [service's time](service), which a client derives from it.
//!
//! Everything that depends on the time asks a client, so tests move time instead of sleeping.

mod service;

use std::future::Future;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub(crate) use service::ServiceClock;

static DEFAULT: RwLock<Option<ServiceClock>> = RwLock::new(None);

tokio::task_local! {
    static SCOPED: ServiceClock;
}

/// The clock of the machine that a [`Client`](crate::Client) runs on. The timestamps of models come from it.
///
/// Expiry does not depend on it but on the service's time, which the client derives from its responses and this clock: see
/// [`Client::service_now`](crate::Client::service_now).
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

    /// A clock that stands still until `clock` or one of its clones is moved.
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
            TimeSource::Manual(clock) => clock.hands().wall,
        }
    }

    /// The wall time and the monotonic time of a clock, read at once.
    pub(crate) fn read(&self) -> Hands {
        match &self.0 {
            TimeSource::System => Hands { wall: system_millis(), steady: steady_millis() },
            TimeSource::Manual(clock) => *clock.hands(),
        }
    }

    /// Returns the monotonic time of a clock.
    pub(crate) fn steady(&self) -> i64 {
        match &self.0 {
            TimeSource::System => steady_millis(),
            TimeSource::Manual(clock) => clock.hands().steady,
        }
    }

    fn is_manual(&self) -> bool {
        matches!(self.0, TimeSource::Manual(_))
    }
}

/// A reading of a clock, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hands {
    /// Since 1970-01-01T00:00:00Z. It can be set.
    pub(crate) wall: i64,
    /// Since an arbitrary start. It never goes back, and it stops while the machine sleeps.
    pub(crate) steady: i64,
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
/// It represents the clock of a machine. [`advance`](Self::advance) lets time pass. [`set`](Self::set) does what an
/// administrator or NTP does: it changes the time, but not how much time has passed.
///
/// The embedded DynamoDB of `Client::embedded_with_clock` shares the clock of its client, so the clock decides what is
/// expired. With any other service, the service's time decides. If the clock differs from it by more than one day, a test
/// has set it on purpose, and the clock decides from then on.
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
pub struct ManualClock(Arc<Mutex<Hands>>);

impl ManualClock {
    /// A clock that shows `epoch_seconds`, counted from 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// # use singlet::ManualClock;
    /// assert_eq!(ManualClock::at(-1).now(), -1);
    /// ```
    pub fn at(epoch_seconds: i64) -> Self {
        ManualClock(Arc::new(Mutex::new(Hands { wall: epoch_seconds.saturating_mul(1000), steady: 0 })))
    }

    /// Lets time pass: moves the clock forward. Fractions of a millisecond are truncated.
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
        let mut hands = self.hands();
        hands.wall = hands.wall.saturating_add(millis);
        hands.steady = hands.steady.saturating_add(millis);
    }

    /// Sets the clock to `epoch_seconds`, forward or back, as if somebody had set the clock of a machine.
    ///
    /// ```
    /// # use singlet::ManualClock;
    /// let clock = ManualClock::at(10);
    /// clock.set(5);
    /// assert_eq!(clock.now(), 5);
    /// ```
    pub fn set(&self, epoch_seconds: i64) {
        self.hands().wall = epoch_seconds.saturating_mul(1000);
    }

    /// The time in whole seconds since 1970-01-01T00:00:00Z, rounded down.
    ///
    /// ```
    /// # use singlet::ManualClock;
    /// assert_eq!(ManualClock::at(10).now(), 10);
    /// ```
    pub fn now(&self) -> i64 {
        self.hands().wall.div_euclid(1000)
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        // A panic cannot leave a partial change behind, so a poisoned lock is still usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The service's time in epoch milliseconds, by the client of the task or else by the default client. Without either, it is
/// the time of the system.
///
/// Values such as `ExpiresIn` need it, because they are created before an operation chooses its client.
pub(crate) fn now_millis() -> i64 {
    let default = || DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone();
    let clock = SCOPED.try_with(ServiceClock::clone).ok().or_else(default);
    clock.map_or_else(system_millis, |clock| clock.now_millis())
}

/// Like [`now_millis`], in whole seconds, rounded down.
pub(crate) fn now() -> i64 {
    now_millis().div_euclid(1000)
}

/// Makes `clock`, which is that of the new default client, the clock of the process.
pub(crate) fn set_default(clock: ServiceClock) {
    *DEFAULT.write().unwrap_or_else(PoisonError::into_inner) = Some(clock);
}

/// Runs `future` with `clock` as the clock of the task.
pub(crate) async fn scoped<F: Future>(clock: ServiceClock, future: F) -> F::Output {
    SCOPED.scope(clock, future).await
}

fn steady_millis() -> i64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    i64::try_from(START.elapsed().as_millis()).unwrap_or(i64::MAX)
}

fn system_millis() -> i64 {
    let millis = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => millis(since),
        // A system whose clock has not been set yet may report a time before 1970.
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
