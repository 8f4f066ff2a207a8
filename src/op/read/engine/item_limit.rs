//! How many items one request evaluates. Used by everything that reads page by page.

/// How many items one request evaluates: DynamoDB's `Limit`.
///
/// If the user does not set it, it starts at the number of items wanted and doubles with each request: a filter and
/// items of other entities can leave little of a page, and each request costs a round trip.
#[derive(Debug)]
pub(crate) struct ItemLimit {
    next: Option<u32>,
    fixed: bool,
}

/// The smallest first page of a filtered read. A smaller page is hardly cheaper, and is likely to be discarded whole.
const LEAST_FILTERED: u32 = 64;

impl ItemLimit {
    pub(crate) fn new(page_size: Option<u32>, wanted: Option<usize>, is_filtered: bool) -> Self {
        let least = if is_filtered { LEAST_FILTERED } else { 1 };
        let wanted = wanted.map(|items| u32::try_from(items).unwrap_or(u32::MAX).max(least));
        ItemLimit { next: page_size.or(wanted), fixed: page_size.is_some() }
    }

    pub(crate) fn next(&mut self) -> Option<i32> {
        let items = self.next?.max(1);
        if !self.fixed {
            self.next = Some(items.saturating_mul(2));
        }
        Some(i32::try_from(items).unwrap_or(i32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_grow_unless_the_user_says_their_size() {
        let mut grows = ItemLimit::new(None, Some(3), false);
        assert_eq!([grows.next(), grows.next(), grows.next()], [Some(3), Some(6), Some(12)]);
        let mut stays = ItemLimit::new(Some(7), Some(3), false);
        assert_eq!([stays.next(), stays.next()], [Some(7), Some(7)]);
        assert_eq!(ItemLimit::new(None, Some(1), true).next(), Some(64));
        assert_eq!(ItemLimit::new(None, None, true).next(), None);
        assert_eq!(ItemLimit::new(Some(0), None, false).next(), Some(1));
    }
}
