//! Distinguishes a lost response from a lost race.
//!
//! If the response to a conditional write is lost, the SDK retries the write, and the item from the first attempt
//! makes the condition fail. The service returns the stored item with the failure. If it equals the item that was
//! sent, the write has succeeded.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Item, Number, item};

/// Whether the stored item is the one that was sent.
pub(crate) fn is_own_write(attempts: u32, sent: &[u8], stored: Option<&Item>) -> bool {
    match (attempts > 1, stored, item::from_bytes(sent)) {
        (true, Some(stored), Ok(sent)) => same_item(stored, &sent),
        _ => false,
    }
}

/// Whether the items are equal in DynamoDB's terms: numbers by value, sets regardless of order.
pub(crate) fn same_item(a: &Item, b: &Item) -> bool {
    a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same_value(value, other)))
}

/// Whether the values are equal in DynamoDB's terms: numbers by value, sets regardless of order.
pub(crate) fn same_value(a: &AttributeValue, b: &AttributeValue) -> bool {
    use AttributeValue::{Bs, L, M, N, Ns, Ss};
    match (a, b) {
        (N(a), N(b)) => same_number(a, b),
        (Ss(a), Ss(b)) => same_set(a, b, |a, b| a == b),
        (Bs(a), Bs(b)) => same_set(a, b, |a, b| a == b),
        (Ns(a), Ns(b)) => same_set(a, b, |a, b| same_number(a, b)),
        (L(a), L(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b)),
        (M(a), M(b)) => same_item(a, b),
        (a, b) => a == b,
    }
}

fn same_number(a: &str, b: &str) -> bool {
    a == b || matches!((a.parse::<Number>(), b.parse::<Number>()), (Ok(a), Ok(b)) if a == b)
}

fn same_set<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| same(a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item_of(json: &str) -> Item {
        item::from_bytes(json.as_bytes()).unwrap()
    }

    #[test]
    fn equal_by_value_not_by_form() {
        let sent = br#"{"n":{"N":"1.50"},"s":{"NS":["1","2e0"]},"l":{"L":[{"M":{"x":{"N":"-0"}}}]}}"#;
        let stored = item_of(r#"{"s":{"NS":["2","1.0"]},"n":{"N":"1.5"},"l":{"L":[{"M":{"x":{"N":"0"}}}]}}"#);
        assert!(is_own_write(2, sent, Some(&stored)));
        assert!(!is_own_write(1, sent, Some(&stored)), "a first attempt cannot be its own retry");
        assert!(!is_own_write(2, sent, None));
    }

    #[test]
    fn another_item_is_another_writer() {
        let sent = br#"{"n":{"N":"1"},"s":{"S":"1"}}"#;
        for stored in [
            r#"{"n":{"N":"1"}}"#,
            r#"{"n":{"N":"2"},"s":{"S":"1"}}"#,
            r#"{"n":{"N":"1"},"s":{"N":"1"}}"#,
            r#"{"n":{"N":"1"},"s":{"S":"1"},"t":{"S":""}}"#,
        ] {
            assert!(!is_own_write(3, sent, Some(&item_of(stored))), "{stored}");
        }
    }
}
