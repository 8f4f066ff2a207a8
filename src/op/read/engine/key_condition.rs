//! Writes the key condition of a query.

use std::borrow::Cow;

use crate::expr::{Comparator, Placeholders};
use crate::key::KeyValue;
use crate::op::engine::sdk_key::into_sdk_value;
use crate::op::read::engine::key_range::RangeCondition;
use crate::op::read::engine::{KeyRange, Partition, ReadRequest};

/// The length of a typical key condition.
const USUAL_LENGTH: usize = 64;

/// Returns the key condition of a query. A [`Tree`](crate::expr::Tree) would allocate each of its parts.
pub(crate) fn key_condition(request: &ReadRequest, partition: &Partition, placeholders: &mut Placeholders) -> String {
    let equal = |value: &KeyValue| Some(RangeCondition::Compare(Comparator::Eq, value.clone()));
    let hash = request.hash_keys().zip(partition.hash.iter().map(equal));
    let range = request.range_keys().zip(partition.spans.iter().map(KeyRange::condition));
    let mut text = String::with_capacity(USUAL_LENGTH);
    for (key, condition) in hash.chain(range) {
        let Some(condition) = condition else { continue };
        if !text.is_empty() {
            text.push_str(" AND ");
        }
        let name = key.attribute.name.into();
        let value = |value| Cow::Owned(into_sdk_value(value));
        match condition {
            RangeCondition::Compare(comparator, compared) => {
                placeholders.name(name, &mut text);
                text.push(' ');
                text.push_str(comparator.as_str());
                text.push(' ');
                placeholders.value(value(compared), &mut text);
            }
            RangeCondition::Between(low, high) => {
                placeholders.name(name, &mut text);
                text.push_str(" BETWEEN ");
                placeholders.value(value(low), &mut text);
                text.push_str(" AND ");
                placeholders.value(value(high), &mut text);
            }
            RangeCondition::BeginsWith(beginning) => {
                text.push_str("begins_with(");
                placeholders.name(name, &mut text);
                text.push_str(", ");
                placeholders.value(value(beginning), &mut text);
                text.push(')');
            }
        }
    }
    text
}
