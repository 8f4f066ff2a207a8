//! Samples the expiries of a table for the checks of `ttl verify`. It counts, and keeps no values.

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Client, Item};

use crate::Failure;

/// The number of items in a sample, which one request reads.
const ITEMS: i32 = 100;

/// DynamoDB does not delete items that expired longer ago than this.
/// See [its documentation](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html).
pub(super) const FIVE_YEARS: i64 = 5 * 365 * 24 * 60 * 60;

/// Larger than any time in seconds before the year 5138, and smaller than any time in milliseconds since 1973.
const MILLISECONDS: f64 = 1e11;

/// Counts of the expiries of some items of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) items: usize,
    /// Items without the attribute, which never expire.
    pub(super) without: usize,
    /// Items whose attribute is not a number, which never expire.
    pub(super) not_numbers: usize,
    /// Items whose number looks like milliseconds, which expire in thousands of years.
    pub(super) milliseconds: usize,
    /// Items that expired more than five years ago, which DynamoDB does not delete.
    pub(super) too_old: usize,
    /// Expired items that DynamoDB will delete.
    pub(super) expired: usize,
}

impl Sample {
    /// Counts the first items of a scan.
    pub(super) async fn take(client: &Client, table: &str, ttl: &str) -> Result<Self, Failure> {
        let scan = client.sdk().scan().table_name(table).limit(ITEMS);
        let scan = scan.projection_expression("#ttl").expression_attribute_names("#ttl", ttl);
        let output = scan.send().await.map_err(|error| Failure::from_sdk("the table cannot be sampled", &error))?;
        Ok(Self::of(output.items(), ttl, client.service_now()))
    }

    fn of(items: &[Item], ttl: &str, now: i64) -> Self {
        let mut sample = Sample { items: items.len(), ..Sample::default() };
        for item in items {
            match item.get(ttl) {
                None => sample.without += 1,
                Some(AttributeValue::N(digits)) => sample.count(digits, now),
                Some(_) => sample.not_numbers += 1,
            }
        }
        sample
    }

    // A float is exact enough to distinguish years.
    #[allow(clippy::cast_precision_loss)]
    fn count(&mut self, digits: &str, now: i64) {
        // A number that is too large for a float cannot be seconds.
        let seconds: f64 = digits.parse().unwrap_or(f64::INFINITY);
        let age = now as f64 - seconds;
        if seconds >= MILLISECONDS {
            self.milliseconds += 1;
        } else if age > FIVE_YEARS as f64 {
            self.too_old += 1;
        } else if age >= 0.0 {
            self.expired += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(values: impl IntoIterator<Item = AttributeValue>) -> Vec<Item> {
        values.into_iter().map(|value| Item::from([("ttl".to_owned(), value)])).collect()
    }

    #[test]
    fn expiries_are_told_apart() {
        let now = 1_700_000_000;
        let number = |n: i64| AttributeValue::N(n.to_string());
        let mut all = items([
            number(now + 60),
            number(now),
            number(now - 60),
            number(now - FIVE_YEARS),
            number(now - FIVE_YEARS - 1),
            number(now * 1000),
            AttributeValue::N("1E+12".to_owned()),
            AttributeValue::S("2030-01-01".to_owned()),
            AttributeValue::Null(true),
        ]);
        all.push(Item::new());
        let expected = Sample { items: 10, without: 1, not_numbers: 2, milliseconds: 2, too_old: 1, expired: 3 };
        assert_eq!(Sample::of(&all, "ttl", now), expected);
    }
}
