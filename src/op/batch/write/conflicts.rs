//! Rejects a batch that writes a key twice.

use crate::op::batch::write::single::Kind;
use crate::op::batch::write::{Entry, Error, Result};

/// Rejects a key that the batch writes twice. DynamoDB rejects it within one request, and two requests have no
/// defined order.
pub(super) fn check<'e>(entries: &'e [Entry], table_of: impl Fn(&'e Entry) -> &'e str) -> Result<()> {
    // Items are usually in the order of their keys, for which sorting is faster than a hash set.
    let mut known: Vec<&Entry> = entries.iter().filter(|entry| entry.key.is_some()).collect();
    known.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| table_of(a).cmp(table_of(b))));
    let same = |pair: &&[&'e Entry]| pair[0].key == pair[1].key && table_of(pair[0]) == table_of(pair[1]);
    known.windows(2).find(same).map_or(Ok(()), |pair| Err(refused(pair[0], pair[1])))
}

#[cold]
fn refused(one: &Entry, other: &Entry) -> Error {
    let message = match (one.kind, other.kind) {
        (Kind::Put, Kind::Put) => "two items of the batch have the same key",
        (Kind::Delete, Kind::Delete) => "the batch deletes the same key twice",
        _ => "the batch puts and deletes the same key",
    };
    let error = Error::new(crate::ErrorKind::Validation, message);
    match other.model.or(one.model) {
        Some(model) => error.with_model(model.schema.model),
        None => error,
    }
}
