//! Whether a stored item is expired: `now >= expiry`, decided here because DynamoDB deletes a few days late.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Item;
use crate::attribute::{epoch_seconds, has_passed};
use crate::clock::ServiceClock;
use crate::wire::{Fault, Mark, Reader, Tag};

/// Finds the check for the item at the reader's position, for responses with items of several models. Does not move the
/// reader.
pub(crate) type ExpiryCheckFn = Arc<dyn Fn(&mut Reader<'_>) -> Result<Option<ExpiryCheck>, Fault> + Send + Sync>;

/// The test whether an item of a response is expired. Expired items are skipped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExpiryCheck {
    /// The TTL attribute.
    pub(crate) attribute: &'static str,
    /// The time of the decision in epoch seconds.
    pub(crate) now: i64,
}

impl ExpiryCheck {
    /// Whether the item that begins at `start` is expired. The reader is after the item, before and after the call.
    pub(crate) fn is_expired_at(&self, start: &Mark, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        reader.rewind(start);
        let expires_at = read_expiry(reader, self.attribute)?;
        Ok(expires_at.is_some_and(|expires_at| has_passed(expires_at, self.now)))
    }

    /// Whether the item is expired. An item whose TTL attribute is missing or not a number never expires.
    pub(crate) fn is_expired(&self, item: &Item) -> bool {
        expiry_of(item, self.attribute).is_some_and(|expires_at| has_passed(expires_at, self.now))
    }
}

/// Which items count as absent because they have expired.
#[derive(Clone)]
pub(crate) enum HiddenItems {
    /// Those of one model, or of models with one rule.
    Expired(ExpiryCheck),
    /// Each by the rule of its own model.
    ByModel(ExpiryCheckFn),
    /// As these, by the time at which the first response arrives instead of the operation's.
    OnArrival(Box<HiddenItems>, ServiceClock, OnceLock<i64>),
}

impl fmt::Debug for HiddenItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HiddenItems")
    }
}

impl HiddenItems {
    /// Decides by the time of `clock` when the first item arrives. Each clone has a first item of its own.
    pub(crate) fn on_arrival(self, clock: &ServiceClock) -> Self {
        HiddenItems::OnArrival(Box::new(self), clock.clone(), OnceLock::new())
    }

    /// Whether the item that began at `start` counts as absent. The reader is behind it, before and after.
    pub(crate) fn hides(&self, start: &Mark, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        reader.rewind(start);
        match self.check(reader)? {
            Some(check) => check.is_expired_at(start, reader),
            None => reader.skip().map(|()| false),
        }
    }

    /// The check of the item at the reader's position, which stays.
    fn check(&self, reader: &mut Reader<'_>) -> Result<Option<ExpiryCheck>, Fault> {
        match self {
            HiddenItems::Expired(check) => Ok(Some(*check)),
            HiddenItems::ByModel(check_of) => check_of(reader),
            HiddenItems::OnArrival(hidden, clock, arrived) => {
                let now = *arrived.get_or_init(|| clock.now_millis().div_euclid(1000));
                Ok(hidden.check(reader)?.map(|check| ExpiryCheck { now, ..check }))
            }
        }
    }
}

/// Reads the item at the reader's position and returns its expiry, if it has one.
pub(crate) fn read_expiry(reader: &mut Reader<'_>, attribute: &str) -> Result<Option<i64>, Fault> {
    let mut expires_at = None;
    let mut more = reader.open_map()?;
    while more {
        if reader.key()? == attribute {
            // DynamoDB ignores a TTL attribute of another type, so such an item never expires.
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

/// The expiry of the item, if it has one.
pub(crate) fn expiry_of(item: &Item, attribute: &str) -> Option<i64> {
    item.get(attribute).and_then(epoch_seconds_of)
}

/// The expiry that the value of a TTL attribute stands for; `None` if it is not a number.
pub(crate) fn epoch_seconds_of(value: &AttributeValue) -> Option<i64> {
    match value {
        AttributeValue::N(digits) => epoch_seconds(digits),
        _ => None,
    }
}
