//! Pauses between attempts: one formula, and one policy for each loop that retries.
//!
//! Used by writes, transactions, batches and waits for tables, and by the cache and the registry. Nothing here sends
//! a request.

use std::time::Duration;

use crate::op::engine::random;

/// How pauses grow. Each is twice as long as the previous one, up to a maximum. A random part of each pause is left
/// out, so that callers which failed together do not retry together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    first: Duration,
    longest: Duration,
    jitter: Jitter,
    /// The number of pauses without progress after which the loop gives up.
    pauses: u32,
}

/// The part of a pause that is random.
#[derive(Debug, Clone, Copy)]
enum Jitter {
    /// Nothing, because the caller does not compete with others.
    None,
    /// The second half.
    Half,
    /// The whole pause.
    Full,
}

impl Policy {
    /// For a transaction that conflicts with other transactions or writes.
    pub(crate) const TRANSACTION: Policy =
        Policy { first: millis(50), longest: millis(1_600), jitter: Jitter::Half, pauses: 4 };

    /// For a table that is being created or deleted. The caller limits the total time.
    pub(crate) const TABLE: Policy =
        Policy { first: millis(50), longest: millis(5_000), jitter: Jitter::None, pauses: u32::MAX };

    /// For a change of TTL, which takes longer.
    pub(crate) const TTL: Policy =
        Policy { first: millis(200), longest: millis(10_000), jitter: Jitter::None, pauses: u32::MAX };

    /// For a write that lost to another writer. The pauses are short, because the other write is complete. The caller
    /// limits the total time or the number of attempts.
    pub(crate) const CONTENTION: Policy =
        Policy { first: millis(10), longest: millis(640), jitter: Jitter::Full, pauses: u32::MAX };

    /// For a chunk of a batch that DynamoDB did not process. It is sent at most `tries` times in a row without
    /// progress.
    pub(crate) fn batch(first: Duration, tries: u32) -> Self {
        Policy { first, longest: first.saturating_mul(64), jitter: Jitter::Half, pauses: tries.saturating_sub(1) }
    }

    /// For a failed heartbeat.
    #[cfg(feature = "registry")]
    pub(crate) fn heartbeat(interval: Duration) -> Self {
        Policy { first: interval / 10, longest: interval / 2, jitter: Jitter::Half, pauses: u32::MAX }
    }

    /// Returns the pause that follows `previous` earlier pauses.
    pub(crate) fn pause(self, previous: u32) -> Duration {
        let whole = self.first.saturating_mul(1_u32.checked_shl(previous).unwrap_or(u32::MAX)).min(self.longest);
        match self.jitter {
            Jitter::None => whole,
            Jitter::Half => whole.saturating_sub(random::up_to(whole / 2)),
            Jitter::Full => random::up_to(whole),
        }
    }
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The pauses of one loop.
#[derive(Debug)]
pub(crate) struct Backoff {
    policy: Policy,
    /// The number of pauses since the last progress.
    made: u32,
}

impl Backoff {
    pub(crate) fn new(policy: Policy) -> Self {
        Backoff { policy, made: 0 }
    }

    /// Returns the next pause, or `None` if the loop should give up.
    pub(crate) fn next(&mut self) -> Option<Duration> {
        let made = self.made;
        self.made = made.saturating_add(1);
        (made < self.policy.pauses).then(|| self.policy.pause(made))
    }

    /// Waits before a write that lost to another writer is sent again. The first time it does not wait, because the write may only have
    /// been made from a stale value.
    pub(crate) async fn pause_after_loss(&mut self) {
        let may_be_stale = self.made == 0;
        if let Some(pause) = self.next().filter(|_| !may_be_stale) {
            tokio::time::sleep(pause).await;
        }
    }

    /// Returns the next pause if a retry can help.
    pub(crate) fn next_if(&mut self, is_worth_it: bool) -> Option<Duration> {
        if is_worth_it { self.next() } else { None }
    }

    /// Returns the next pause after an attempt that made progress. The pauses start over.
    pub(crate) fn after_progress(&mut self) -> Duration {
        self.made = 0;
        self.policy.pause(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_between(pause: Option<Duration>, longest: u64) -> bool {
        pause.is_some_and(|pause| millis(longest / 2) <= pause && pause <= millis(longest))
    }

    #[test]
    fn pauses_grow_to_a_bound_and_start_over_after_progress() {
        let mut backoff = Backoff::new(Policy::batch(millis(50), 100));
        for longest in [50, 100, 200, 400, 800, 1_600, 3_200, 3_200, 3_200] {
            assert!(is_between(backoff.next(), longest), "{longest}");
        }
        assert!(is_between(Some(backoff.after_progress()), 50));
        assert!(is_between(backoff.next(), 50));
        assert!(is_between(backoff.next(), 100));
    }

    #[test]
    fn only_pauses_in_a_row_count() {
        let mut backoff = Backoff::new(Policy::batch(millis(50), 2));
        for _ in 0..10 {
            assert!(backoff.next().is_some());
            backoff.after_progress();
        }
        assert!(backoff.next().is_some());
        assert_eq!(backoff.next(), None);
        assert_eq!(Backoff::new(Policy::batch(millis(50), 0)).next(), None);
    }

    #[test]
    fn policies_have_the_pauses_that_their_docs_promise() {
        let all = |policy| {
            let mut backoff = Backoff::new(policy);
            (0..100).map_while(|_| backoff.next()).collect::<Vec<_>>()
        };
        assert_eq!(all(Policy::TRANSACTION).len(), 4);
        let table = all(Policy::TABLE);
        assert_eq!((table[0], table[3], table[99]), (millis(50), millis(400), millis(5_000)));
        assert_eq!(Policy::TTL.pause(u32::MAX), millis(10_000));
        for previous in 0..20 {
            let whole = 50 << previous.min(5);
            assert!(is_between(Some(Policy::TRANSACTION.pause(previous)), whole), "{previous}");
            assert!(Policy::CONTENTION.pause(previous) <= millis(10 << previous.min(6)), "{previous}");
        }
    }

    #[test]
    fn two_callers_do_not_pause_alike() {
        let pauses: std::collections::HashSet<_> = (0..8).map(|_| Policy::TRANSACTION.pause(3)).collect();
        assert!(pauses.len() > 1);
    }
}
