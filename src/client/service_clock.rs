use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// AWS refuses signatures that are further off, so a greater distance is no skew: somebody has set the client's clock,
/// as tests do.
const MOST: i64 = 15 * 60 * 1000;

/// Stands for an offset that no answer has told yet.
const UNKNOWN: i64 = i64::MIN;

/// How far the service's clock is ahead of a client's, in milliseconds: learned from the `Date` of its answers.
#[derive(Debug, Clone)]
pub(crate) struct ServiceClock(Arc<AtomicI64>);

impl ServiceClock {
    pub(crate) fn new() -> Self {
        ServiceClock(Arc::new(AtomicI64::new(UNKNOWN)))
    }

    /// The offset, once an answer has told it.
    pub(crate) fn offset(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|offset| *offset != UNKNOWN)
    }

    /// Hears of an answer of that date, to a request sent and answered at these times by the client's clock.
    ///
    /// A date is cut to the second and made somewhere between the two, so it allows a range of offsets. What is
    /// known stays while it lies in the range: a clock that goes right is never moved.
    pub(crate) fn hear(&self, date_millis: i64, sent: i64, received: i64) {
        let (least, most) =
            (date_millis.saturating_sub(received), date_millis.saturating_add(999).saturating_sub(sent));
        if least > most {
            return; // The client's clock was set back meanwhile.
        }
        let offset = self.offset().unwrap_or(0).clamp(least, most);
        self.0.store(if (-MOST..=MOST).contains(&offset) { offset } else { UNKNOWN }, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(dates: &[(i64, i64, i64)]) -> Option<i64> {
        let clock = ServiceClock::new();
        for (date, sent, received) in dates {
            clock.hear(*date, *sent, *received);
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
    fn a_clock_that_somebody_has_set_is_left_alone() {
        assert_eq!(after(&[(1_790_000_000_000, 4_000_000_000_000, 4_000_000_000_010)]), None);
        assert_eq!(after(&[(i64::MAX, i64::MIN, i64::MIN)]), None);
        assert_eq!(after(&[(5_000, 9_000, 1_000)]), None);
    }
}
