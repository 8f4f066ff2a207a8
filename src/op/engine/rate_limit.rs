//! A budget of capacity units per second, shared by the requests of one operation.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many capacity units requests may consume per second, together.
#[derive(Debug)]
pub(crate) struct Budget {
    units_per_second: f64,
    spent: Mutex<Option<(Instant, f64)>>,
}

/// However small the budget, a request goes out now and then.
const LONGEST: Duration = Duration::from_mins(10);

impl Budget {
    pub(crate) fn new(units_per_second: f64) -> Self {
        Budget { units_per_second, spent: Mutex::new(None) }
    }

    /// Waits until what was spent is earned again.
    pub(crate) async fn wait(&self) {
        let pause = {
            let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
            let (since, units) = spent.get_or_insert_with(|| (Instant::now(), 0.0));
            pause(*units, self.units_per_second, since.elapsed())
        };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }

    pub(crate) fn spend(&self, units: f64) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.get_or_insert_with(|| (Instant::now(), 0.0)).1 += units;
    }
}

/// How long it takes until `units` are earned, when `elapsed` has passed.
fn pause(units: f64, units_per_second: f64, elapsed: Duration) -> Duration {
    let earned = Duration::try_from_secs_f64(units / units_per_second).unwrap_or(LONGEST);
    earned.saturating_sub(elapsed).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_has_to_be_earned() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(0.0, 10.0, Duration::ZERO), Duration::ZERO);
        assert_eq!(pause(25.0, 10.0, second), Duration::from_millis(1_500));
        assert_eq!(pause(25.0, 10.0, second * 3), Duration::ZERO);
        for odd in [0.0, -1.0, f64::NAN] {
            assert!(pause(1.0, odd, second) <= LONGEST, "{odd}");
        }
    }
}
