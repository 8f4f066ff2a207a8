//! How much room decompression gets, when the length that the data claims cannot be trusted.

/// Typical text shrinks to more than a sixteenth: most values fit the first attempt.
const USUAL_RATIO: usize = 16;
const SMALLEST: usize = 4 * 1024;

/// The capacities to try one after another: from what `compressed` bytes usually hold, or less
/// when less is claimed, up to exactly `most`.
pub(super) fn attempts(compressed: usize, claimed: Option<usize>, most: usize) -> impl Iterator<Item = usize> {
    let usual = compressed.saturating_mul(USUAL_RATIO).max(SMALLEST);
    let first = claimed.map_or(usual, |claimed| claimed.min(usual)).min(most);
    std::iter::successors(Some(first), move |size| (*size < most).then(|| size.saturating_mul(4).clamp(1, most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_only_shrink_the_first_attempt() {
        assert_eq!(attempts(10, None, 100_000).collect::<Vec<_>>(), [4_096, 16_384, 65_536, 100_000]);
        assert_eq!(attempts(1_000, Some(usize::MAX), 20_000).collect::<Vec<_>>(), [16_000, 20_000]);
        assert_eq!(attempts(1_000, Some(0), 3).collect::<Vec<_>>(), [0, 1, 3]);
        assert_eq!(attempts(usize::MAX, None, 0).collect::<Vec<_>>(), [0]);
    }
}
