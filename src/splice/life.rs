use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::epoch_seconds;
use crate::wire::{Fault, Mark, Reader};
use crate::{Item, item};

/// Until when the items of a response live: what has expired is passed over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    /// The TTL attribute.
    pub(crate) attribute: &'static str,
    /// The time, in epoch seconds.
    pub(crate) now: i64,
}

impl Life {
    /// Whether the item that began at `start` has expired; the reader is behind it, before and after.
    pub(crate) fn is_over(&self, start: &Mark, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        reader.rewind(start);
        let item = item::read_some(reader, &[self.attribute])?;
        Ok(self.has_ended(&item))
    }

    /// Whether the item has expired. One whose TTL attribute is absent or no number never does.
    pub(crate) fn has_ended(&self, item: &Item) -> bool {
        expiry_of(item, self.attribute).is_some_and(|expires_at| expires_at <= self.now)
    }
}

/// When the item expires, if it does.
pub(crate) fn expiry_of(item: &Item, attribute: &str) -> Option<i64> {
    item.get(attribute).and_then(epoch_seconds_of)
}

/// The value of a TTL attribute, where it is one.
pub(crate) fn epoch_seconds_of(value: &AttributeValue) -> Option<i64> {
    match value {
        AttributeValue::N(digits) => epoch_seconds(digits),
        _ => None,
    }
}
