use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Item;
use crate::attribute::epoch_seconds;
use crate::wire::{Fault, Mark, Reader, Tag};

/// Finds the life of the item that the reader stands at, where items are of several models; the reader stays there.
pub(crate) type ExpiryCheckFn = Arc<dyn Fn(&mut Reader<'_>) -> Result<Option<ExpiryCheck>, Fault> + Send + Sync>;

/// Until when the items of a response live: what has expired is passed over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExpiryCheck {
    /// The TTL attribute.
    pub(crate) attribute: &'static str,
    /// The time, in epoch seconds.
    pub(crate) now: i64,
}

impl ExpiryCheck {
    /// Whether the item that began at `start` has expired; the reader is behind it, before and after.
    pub(crate) fn is_expired_at(&self, start: &Mark, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        reader.rewind(start);
        let expires_at = read_expiry(reader, self.attribute)?;
        Ok(expires_at.is_some_and(|expires_at| expires_at <= self.now))
    }

    /// Whether the item has expired. One whose TTL attribute is absent or no number never does.
    pub(crate) fn is_expired(&self, item: &Item) -> bool {
        expiry_of(item, self.attribute).is_some_and(|expires_at| expires_at <= self.now)
    }
}

/// When the item expires that the reader stands at, if it does; steps behind it.
pub(crate) fn read_expiry(reader: &mut Reader<'_>, attribute: &str) -> Result<Option<i64>, Fault> {
    let mut expires_at = None;
    let mut more = reader.open_map()?;
    while more {
        if reader.key()? == attribute {
            if reader.tag()? == Tag::N {
                expires_at = epoch_seconds(&reader.raw_text()?);
            } else {
                reader.skip()?;
            }
            reader.end()?;
        } else {
            reader.skip()?;
        }
        more = reader.more_entries()?;
    }
    Ok(expires_at)
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
