//! Equality of items and values in DynamoDB's terms.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Item, Number};

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
    use crate::item;

    #[test]
    fn equal_by_value_not_by_form() {
        let item_of = |json: &str| item::from_bytes(json.as_bytes()).unwrap();
        let a = item_of(r#"{"n":{"N":"1.50"},"s":{"NS":["1","2e0"]},"l":{"L":[{"M":{"x":{"N":"-0"}}}]}}"#);
        let b = item_of(r#"{"s":{"NS":["2","1.0"]},"n":{"N":"1.5"},"l":{"L":[{"M":{"x":{"N":"0"}}}]}}"#);
        assert!(same_item(&a, &b));
        let a = item_of(r#"{"n":{"N":"1"},"s":{"S":"1"}}"#);
        for b in [
            r#"{"n":{"N":"1"}}"#,
            r#"{"n":{"N":"2"},"s":{"S":"1"}}"#,
            r#"{"n":{"N":"1"},"s":{"N":"1"}}"#,
            r#"{"n":{"N":"1"},"s":{"S":"1"},"t":{"S":""}}"#,
        ] {
            assert!(!same_item(&a, &item_of(b)), "{b}");
        }
    }
}
