//! The only source of randomness: jitter of pauses, tokens of transactions and ids of instances.
//!
//! None of the values is a secret. The SDK generates its own idempotency tokens in the same way.

use std::time::Duration;

/// Returns a random duration of at most `longest`.
pub(crate) fn up_to(longest: Duration) -> Duration {
    let nanos = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(fastrand::u64(..=nanos))
}

/// Returns 128 random bits as 32 hexadecimal digits.
pub(crate) fn id() -> String {
    format!("{:032x}", fastrand::u128(..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_within_their_bound() {
        assert_eq!(up_to(Duration::ZERO), Duration::ZERO);
        for _ in 0..100 {
            assert!(up_to(Duration::from_secs(3)) <= Duration::from_secs(3));
        }
        assert!(up_to(Duration::MAX) <= Duration::from_nanos(u64::MAX));
    }

    #[test]
    fn ids_differ_and_have_32_digits() {
        let ids: std::collections::HashSet<_> = (0..100).map(|_| id()).collect();
        assert!(ids.len() == 100 && ids.iter().all(|id| id.len() == 32));
    }
}
