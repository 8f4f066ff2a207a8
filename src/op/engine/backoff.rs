//! How long to pause before something is tried again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::client::BatchRetries;

/// Doublings of the first pause: from 50 ms to 3.2 s.
const DOUBLINGS: u32 = 6;

/// The pauses of one chunk of a batch.
#[derive(Debug)]
pub(crate) struct Backoff {
    retries: BatchRetries,
    /// Answers in a row that brought nothing further.
    stalls: u32,
}

impl Backoff {
    pub(crate) fn new(retries: BatchRetries) -> Self {
        Backoff { retries, stalls: 0 }
    }

    /// The pause before what is left is sent again; `None` when it is time to give up.
    pub(crate) fn after_answer(&mut self, progressed: bool) -> Option<Duration> {
        self.stalls = if progressed { 0 } else { self.stalls + 1 };
        (self.stalls < self.retries.tries).then(|| jittered(self.longest()))
    }

    fn longest(&self) -> Duration {
        self.retries.base.saturating_mul(1 << self.stalls.saturating_sub(1).min(DOUBLINGS))
    }
}

/// Leaves a random half of a pause out, so that clients do not meet again.
fn jittered(pause: Duration) -> Duration {
    let half = pause / 2;
    let nanos = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX);
    let random = RandomState::new().hash_one(nanos);
    half + Duration::from_nanos(random % nanos.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;

    fn backoff(tries: u32) -> Backoff {
        let client = Client::from_sdk(crate::op::engine::context::offline().sdk().clone());
        Backoff::new(client.with_batch_retries(tries, Duration::from_millis(50)).batch_retries())
    }

    fn is_between(pause: Option<Duration>, longest: u64) -> bool {
        let longest = Duration::from_millis(longest);
        pause.is_some_and(|pause| longest / 2 <= pause && pause <= longest)
    }

    #[test]
    fn pauses_grow_to_a_bound_and_start_over_after_progress() {
        let mut backoff = backoff(100);
        for longest in [50, 100, 200, 400, 800, 1_600, 3_200, 3_200, 3_200] {
            assert!(is_between(backoff.after_answer(false), longest), "{longest}");
        }
        assert!(is_between(backoff.after_answer(true), 50));
        assert!(is_between(backoff.after_answer(false), 50));
        assert!(is_between(backoff.after_answer(false), 100));
    }

    #[test]
    fn only_answers_in_a_row_count() {
        let mut backoff = backoff(2);
        for _ in 0..10 {
            assert!(backoff.after_answer(false).is_some());
            assert!(backoff.after_answer(true).is_some());
        }
        assert!(backoff.after_answer(false).is_some());
        assert_eq!(backoff.after_answer(false), None);
        assert_eq!(self::backoff(0).after_answer(false), None);
    }

    #[test]
    fn two_clients_do_not_pause_alike() {
        let pauses: std::collections::HashSet<_> = (0..8).map(|_| backoff(8).after_answer(false)).collect();
        assert!(pauses.len() > 1);
    }
}
