use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::seconds;

/// Keeps requests to so many capacity units per second, together: what was spent has to be earned before the next.
#[derive(Debug)]
pub(crate) struct Pace {
    units_per_second: Option<f64>,
    spent: Mutex<f64>,
    since: Instant,
}

impl Pace {
    /// Without a limit nothing waits.
    pub(crate) fn new(units_per_second: Option<f64>) -> Self {
        Pace { units_per_second, spent: Mutex::new(0.0), since: Instant::now() }
    }

    /// Waits until what was spent is earned.
    pub(crate) async fn wait(&self) {
        let Some(limit) = self.units_per_second else { return };
        let earned = Duration::try_from_secs_f64(self.spent() / limit).unwrap_or(seconds::MOST);
        tokio::time::sleep_until(self.since + earned.min(seconds::MOST)).await;
    }

    /// The units that each of so many who spend side by side may spend in a second; `None` without a limit.
    pub(crate) fn share(&self, of: i32) -> Option<f64> {
        self.units_per_second.map(|units| units / f64::from(of))
    }

    pub(crate) fn spend(&self, units: f64) {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += units;
    }

    /// The units spent so far.
    pub(crate) fn spent(&self) -> f64 {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Capacity units of an option: a positive number.
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
        let pace = Pace::new(Some(10.0));
        pace.wait().await;
        assert_eq!(pace.since.elapsed(), Duration::ZERO);
        pace.spend(25.0);
        pace.wait().await;
        assert_eq!(pace.since.elapsed(), Duration::from_millis(2_500));
        assert_eq!((pace.share(4), Pace::new(None).share(4)), (Some(2.5), None));
        let slow = Pace::new(Some(1e-300));
        slow.spend(1.0);
        let waited = tokio::time::timeout(Duration::from_hours(1), slow.wait()).await;
        assert!(waited.is_err(), "a rate of nearly nothing is no rate without a limit");
        let free = Pace::new(None);
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
