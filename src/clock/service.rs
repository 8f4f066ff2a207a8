//! The service's time as a client knows it. It decides everything about expiry.
//!
//! The client learns it from the `Date` headers of responses, and adds the monotonic time that has passed since the last
//! one. Machines therefore agree on what is expired although their clocks differ, and setting the clock of a machine changes
//! nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Clock, Hands};

/// How many milliseconds the wall time and the monotonic time may drift apart before a write asks for the time again. A
/// smaller drift would not show in the `Date` header, whose resolution is one second.
const TOLERANCE: i64 = 1_000;

/// The largest difference, in milliseconds, from the service's time at which a manual clock still represents the clock of a
/// machine. At a larger one, the test decides what time it is.
const MACHINE: i64 = 24 * 60 * 60 * 1_000;

/// A client's clock, and what is known about the service's. Clones share both.
#[derive(Debug, Clone)]
pub(crate) struct ServiceClock(Arc<ClockState>);

#[derive(Debug)]
struct ClockState {
    clock: Clock,
    knowledge: Mutex<Knowledge>,
}

#[derive(Debug, Clone, Copy)]
enum Knowledge {
    /// There has been no response yet.
    Nothing,
    /// The responses have no date, so the client's clock must do.
    Undated,
    /// The client's clock is also the service's: the embedded database shares it, or a test has set it.
    Own,
    /// `service` was the service's time when the client's clock showed `local`.
    Dated { service: i64, local: Hands },
}

impl ServiceClock {
    /// Returns the clock of a client that has not learned the service's time yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self::with(clock, Knowledge::Nothing)
    }

    /// Returns a clock that the client shares with its service.
    #[cfg(feature = "embedded")]
    pub(crate) fn shared(clock: Clock) -> Self {
        Self::with(clock, Knowledge::Own)
    }

    fn with(clock: Clock, knowledge: Knowledge) -> Self {
        ServiceClock(Arc::new(ClockState { clock, knowledge: Mutex::new(knowledge) }))
    }

    /// The client's own clock.
    pub(crate) fn local(&self) -> &Clock {
        &self.0.clock
    }

    /// The service's time in epoch milliseconds, as far as it is known.
    pub(crate) fn now_millis(&self) -> i64 {
        let local = self.local().read();
        match *self.knowledge() {
            Knowledge::Dated { service, local: then } => after(service, then, local),
            Knowledge::Nothing | Knowledge::Undated | Knowledge::Own => local.wall,
        }
    }

    /// How many milliseconds the service's clock is ahead of the client's, if that is known.
    pub(crate) fn offset(&self) -> Option<i64> {
        let local = self.local().read();
        match *self.knowledge() {
            Knowledge::Dated { service, local: then } => Some(after(service, then, local).saturating_sub(local.wall)),
            Knowledge::Own => Some(0),
            Knowledge::Nothing | Knowledge::Undated => None,
        }
    }

    /// Whether the time is reliable enough to decide what may be deleted or replaced.
    ///
    /// It is not before the first response, and not after wall time and monotonic time have drifted apart. Then the machine
    /// slept or its clock was set, and these two cases cannot be told apart.
    pub(crate) fn is_known(&self) -> bool {
        match *self.knowledge() {
            Knowledge::Nothing => false,
            Knowledge::Undated | Knowledge::Own => true,
            Knowledge::Dated { local: then, .. } => {
                let local = self.local().read();
                let (wall, steady) = (local.wall.saturating_sub(then.wall), local.steady.saturating_sub(then.steady));
                wall.saturating_sub(steady).saturating_abs() <= TOLERANCE
            }
        }
    }

    /// Takes a response into account, with its date in epoch milliseconds if it has one, and the monotonic time when the request
    /// was sent.
    ///
    /// The service truncates the date to the second, and reads its clock at some time between the request and the
    /// response. A response therefore limits the time to an interval. The known time changes by as little as possible to lie
    /// in it. So an exact clock is never corrected, which an average would not guarantee.
    pub(crate) fn learn(&self, date: Option<i64>, sent: i64) {
        let mut knowledge = self.knowledge();
        let Some(date) = date else {
            if let Knowledge::Nothing = *knowledge {
                *knowledge = Knowledge::Undated;
            }
            return;
        };
        let received = self.local().read();
        let expected = match *knowledge {
            Knowledge::Own => return,
            Knowledge::Dated { service, local } => after(service, local, received),
            Knowledge::Nothing | Knowledge::Undated => received.wall,
        };
        if self.local().is_manual() && expected.saturating_sub(date).saturating_abs() > MACHINE {
            *knowledge = Knowledge::Own;
            return;
        }
        let took = received.steady.saturating_sub(sent).max(0);
        let service = expected.clamp(date, date.saturating_add(999).saturating_add(took));
        *knowledge = Knowledge::Dated { service, local: received };
    }

    /// Stops asking for the time, because the responses of the service do not contain it.
    pub(crate) fn give_up(&self) {
        *self.knowledge() = Knowledge::Undated;
    }

    fn knowledge(&self) -> MutexGuard<'_, Knowledge> {
        // A panic cannot leave a partial change behind, so a poisoned lock is still usable.
        self.0.knowledge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The service's time at the moment `now`, if it was `service` at the moment `then`.
fn after(service: i64, then: Hands, now: Hands) -> i64 {
    service.saturating_add(now.steady.saturating_sub(then.steady))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ManualClock;

    const HOUR: i64 = 3_600;
    const START: i64 = 1_800_000_000;

    /// The clock of a machine that is `ahead` seconds ahead of the service.
    fn machine(ahead: i64) -> (ManualClock, ServiceClock) {
        let clock = ManualClock::at(START + ahead);
        (clock.clone(), ServiceClock::new(Clock::manual(clock)))
    }

    fn learn(clock: &ServiceClock, date: i64) {
        clock.learn(Some(date * 1000), clock.local().steady());
    }

    #[test]
    fn a_clock_that_goes_right_is_not_moved() {
        let (hand, clock) = machine(0);
        assert_eq!((clock.offset(), clock.is_known()), (None, false));
        for millis in [0, 10, 980, 9] {
            hand.advance(Duration::from_millis(millis));
            learn(&clock, hand.now());
            assert_eq!((clock.offset(), clock.is_known()), (Some(0), true));
        }
    }

    #[test]
    fn the_least_correction_that_explains_all_dates_is_kept() {
        let (hand, clock) = machine(0);
        learn(&clock, START + 120);
        assert_eq!(clock.offset(), Some(120_000));
        hand.advance(Duration::from_millis(400));
        learn(&clock, START + 120);
        assert_eq!(clock.offset(), Some(120_000));
        hand.advance(Duration::from_millis(100));
        learn(&clock, START + 121);
        assert_eq!(clock.offset(), Some(120_500));
        let (_, ahead) = machine(120);
        learn(&ahead, START);
        assert_eq!(ahead.offset(), Some(-119_001));
    }

    #[test]
    fn any_offset_of_a_machine_is_honoured() {
        for ahead in [-20 * HOUR, -HOUR, -1_200, 1_200, HOUR, 20 * HOUR] {
            let (_, clock) = machine(ahead);
            learn(&clock, START);
            assert!((clock.now_millis() - START * 1000).abs() < 1_000, "{ahead}");
        }
    }

    #[test]
    fn a_step_of_the_wall_clock_changes_nothing_and_is_noticed() {
        for step in [-HOUR, -40, 40, HOUR, 30 * 24 * HOUR] {
            let (hand, clock) = machine(0);
            learn(&clock, START);
            hand.advance(Duration::from_secs(5));
            hand.set(START + 5 + step);
            assert_eq!((clock.now_millis(), clock.is_known()), ((START + 5) * 1000, false), "{step}");
            learn(&clock, START + 5);
            assert_eq!((clock.now_millis(), clock.is_known()), ((START + 5) * 1000, true), "{step}");
        }
    }

    #[test]
    fn time_that_a_machine_slept_through_is_learned() {
        let (hand, clock) = machine(0);
        learn(&clock, START);
        // The monotonic time stood still.
        hand.set(START + HOUR);
        assert!(!clock.is_known());
        learn(&clock, START + HOUR);
        assert_eq!((clock.now_millis(), clock.is_known()), ((START + HOUR) * 1000, true));
    }

    #[test]
    fn a_clock_that_a_test_sets_decides() {
        for ahead in [-40 * 24 * HOUR, 70 * 365 * 24 * HOUR] {
            let (hand, clock) = machine(ahead);
            learn(&clock, START);
            hand.advance(Duration::from_secs(10));
            learn(&clock, START);
            assert_eq!((clock.now_millis(), clock.offset()), ((START + ahead + 10) * 1000, Some(0)));
            hand.set(START);
            learn(&clock, START + 60);
            assert_eq!((clock.now_millis(), clock.is_known()), (START * 1000, true), "once is enough");
        }
    }

    #[test]
    fn without_dates_the_clients_clock_decides() {
        let (hand, clock) = machine(0);
        clock.learn(None, clock.local().steady());
        hand.set(START + 7);
        assert_eq!((clock.now_millis(), clock.offset(), clock.is_known()), ((START + 7) * 1000, None, true));
        learn(&clock, START);
        clock.learn(None, clock.local().steady());
        assert!(clock.offset().is_some(), "one response without a date changes nothing");
    }

    #[test]
    fn times_at_the_ends_of_the_range_do_not_overflow() {
        for wall in [i64::MIN, i64::MAX] {
            let clock = ServiceClock::new(Clock::manual(ManualClock::at(wall)));
            clock.learn(Some(i64::MAX), i64::MIN);
            clock.learn(Some(i64::MIN), i64::MAX);
            let _ = (clock.now_millis(), clock.offset(), clock.is_known());
        }
    }
}
