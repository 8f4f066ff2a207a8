//! How many items one request evaluates. Used by everything that reads page by page.

use crate::op::read::engine::pager::Fetched;

/// How many items one request evaluates: DynamoDB's `Limit`.
///
/// DynamoDB bills the items that a request evaluates, and each request costs a round trip. If the user does not set the
/// limit, the first request evaluates as many items as are wanted. Each further request evaluates as many as are
/// expected to contain the rest, by the share of the items that was returned and by their size.
#[derive(Debug)]
pub(crate) struct ItemLimit {
    fixed: Option<u32>,
    /// How many items were evaluated and how many of them were returned. The older ones count less.
    evaluated: f64,
    returned: f64,
    /// Whether the last request returned nothing.
    is_dry: bool,
    /// The read units of all requests.
    units: f64,
    units_per_item: f64,
}

/// How many read units a request may consume however little has been read. A request for less is hardly cheaper than
/// its round trip.
const LEAST_UNITS: f64 = 8.0;

/// What an item consumes if the service does not tell: 1 KB, in an eventually consistent read.
const USUAL_UNITS_PER_ITEM: f64 = 0.125;

/// How much more a request evaluates after one that returned nothing.
const GROWTH: f64 = 4.0;

impl ItemLimit {
    pub(crate) fn new(page_size: Option<u32>) -> Self {
        ItemLimit {
            fixed: page_size,
            evaluated: 0.0,
            returned: 0.0,
            is_dry: false,
            units: 0.0,
            units_per_item: USUAL_UNITS_PER_ITEM,
        }
    }

    /// The limit of the next request, if `wanted` more items are to be returned; `None` for all of them.
    pub(crate) fn next(&self, wanted: Option<usize>) -> Option<i32> {
        if let Some(items) = self.fixed {
            return Some(i32::try_from(items.max(1)).unwrap_or(i32::MAX));
        }
        let wanted = wanted?.max(1);
        let expected = self.expected(float(wanted)).min(self.most()).max(1.0);
        // A fraction of an item is an item. The conversion saturates.
        #[allow(clippy::cast_possible_truncation)]
        Some(expected.ceil() as i32)
    }

    /// How many items are expected to contain those that are wanted.
    fn expected(&self, wanted: f64) -> f64 {
        if self.evaluated == 0.0 {
            return wanted;
        }
        let by_share = if self.returned > 0.0 { wanted * self.evaluated / self.returned } else { wanted };
        if self.is_dry { by_share.max(self.evaluated * GROWTH) } else { by_share }
    }

    /// How many items one request may evaluate: reading on never consumes more than twice the units that were consumed so
    /// far, apart from small amounts.
    fn most(&self) -> f64 {
        if self.evaluated == 0.0 { f64::INFINITY } else { LEAST_UNITS.max(2.0 * self.units) / self.units_per_item }
    }

    /// Learns from a response.
    pub(crate) fn learn(&mut self, fetched: &Fetched) {
        let evaluated = float(fetched.evaluated.max(fetched.returned));
        if evaluated == 0.0 {
            return;
        }
        let units = fetched.sent.cost.read;
        if units > 0.0 {
            self.units_per_item = units / evaluated;
        }
        self.units += self.units_per_item * evaluated;
        self.is_dry = fetched.returned == 0;
        self.evaluated = self.evaluated / 2.0 + evaluated;
        self.returned = self.returned / 2.0 + float(fetched.returned);
    }
}

/// Counts of items are far below the 2^52 that a float holds exactly.
#[allow(clippy::cast_precision_loss)]
fn float(items: usize) -> f64 {
    items as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cost;
    use crate::op::engine::context::RequestFacts;

    fn learned(limit: &mut ItemLimit, evaluated: usize, returned: usize, units: Option<f64>) {
        let cost = Cost { read: units.unwrap_or_default(), ..Cost::default() };
        let sent = RequestFacts { cost, ..RequestFacts::default() };
        limit.learn(&Fetched { sink: None, matched: returned, evaluated, returned, sent });
    }

    /// The limits of the requests until one of `items`, each of so many units, is the first one that a filter lets pass.
    fn limits_until(items: usize, units_per_item: f64) -> Vec<i32> {
        let (mut limit, mut limits, mut read) = (ItemLimit::new(None), Vec::new(), 0);
        while read < items {
            let next = limit.next(Some(1)).unwrap();
            let evaluated = usize::try_from(next).unwrap();
            learned(&mut limit, evaluated, 0, Some(units_per_item * float(evaluated)));
            read += evaluated;
            limits.push(next);
        }
        limits
    }

    #[test]
    fn the_first_request_evaluates_what_is_wanted() {
        assert_eq!(ItemLimit::new(None).next(Some(3)), Some(3));
        assert_eq!(ItemLimit::new(None).next(Some(0)), Some(1));
        assert_eq!(ItemLimit::new(None).next(Some(usize::MAX)), Some(i32::MAX));
        assert_eq!(ItemLimit::new(None).next(None), None);
    }

    #[test]
    fn the_users_page_size_stays() {
        let mut limit = ItemLimit::new(Some(7));
        learned(&mut limit, 7, 0, None);
        assert_eq!([limit.next(Some(3)), limit.next(None)], [Some(7), Some(7)]);
        assert_eq!(ItemLimit::new(Some(0)).next(None), Some(1));
    }

    #[test]
    fn further_requests_follow_the_share_of_items_that_pass() {
        let mut limit = ItemLimit::new(None);
        learned(&mut limit, 10, 5, Some(1.5));
        assert_eq!(limit.next(Some(5)), Some(10));
        let mut limit = ItemLimit::new(None);
        learned(&mut limit, 10, 10, Some(1.5));
        assert_eq!(limit.next(Some(1)), Some(1));
    }

    #[test]
    fn requests_that_return_nothing_grow_by_their_units() {
        assert_eq!(limits_until(300, 0.125), [1, 4, 18, 64, 174, 522]);
        for (units, items) in [(0.125, 5_000), (0.5, 2_000), (5.0, 500)] {
            let limits = limits_until(items, units);
            let mut read = 0.0;
            for limit in &limits {
                let next = f64::from(*limit) * units;
                assert!(next <= LEAST_UNITS.max(2.0 * read) + units, "{limits:?}");
                read += next;
            }
            assert!(limits.len() <= 12, "{limits:?}");
        }
    }

    #[test]
    fn a_service_that_reports_no_units_is_asked_for_as_many_items_as_if_they_had_one_kilobyte() {
        let mut limit = ItemLimit::new(None);
        learned(&mut limit, 1, 0, None);
        assert_eq!(limit.next(Some(1)), Some(4));
        learned(&mut limit, 1_000, 1, None);
        assert_eq!(limit.next(Some(1_000)), Some(2_002));
    }
}
