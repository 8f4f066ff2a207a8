//! In which form a value is stored: with a tracker or without, plain or compressed.

use aws_sdk_dynamodb::types::AttributeValue;

use super::entry::{CacheEntry, RECORD, TRACKER};
use super::live::Live;
use super::refresh::margin;
use super::{Cache, value};
use crate::{Error, ErrorKind, MAX_ITEM_SIZE, Model as _, Result, TTLAttribute};

/// Up to here every write of a record costs one unit, as one of its tracker would.
pub(super) const ONE_UNIT: usize = 1024;

/// How long a record lives, from which moment on.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) now: i64,
    pub(super) ttl: u64,
    pub(super) ends: i64,
}

/// A record and, where it is large, its tracker, both of a new generation.
pub(super) struct Form {
    pub(super) record: CacheEntry,
    pub(super) tracker: Option<CacheEntry>,
}

impl Form {
    /// Whether a record as this one can be made of `live` by setting fields of it.
    pub(super) fn is_that_of(&self, live: &Live) -> bool {
        let is_plain = |record: &CacheEntry| record.fields.is_some();
        is_plain(&self.record) && is_plain(&live.record) && self.tracker.is_some() == live.tracker.is_some()
    }
}

impl Cache {
    /// The form of a value. `TooLarge` where no form fits an item.
    pub(super) fn form(&self, key: &str, value: AttributeValue, span: Span) -> Result<Form> {
        let generation = uuid::Uuid::new_v4().simple().to_string();
        let mut record = CacheEntry::new(key, RECORD, &generation, span.ends);
        record.ttl = Some(span.ttl);
        record.accessed_at = Some(span.now);
        value::put_plain(&mut record, value);
        let bytes = self.checked(record.bytes())?;
        self.checked(value::pack(&mut record, bytes, &self.settings))?;
        let bytes = self.checked(record.bytes())?;
        if bytes <= ONE_UNIT {
            return Ok(Form { record, tracker: None });
        }
        let mut tracker = CacheEntry::new(key, TRACKER, &generation, span.ends);
        tracker.ttl = record.ttl.take();
        tracker.accessed_at = record.accessed_at.take();
        record.tracked = Some(true);
        record.expires_at = TTLAttribute::from_epoch_seconds(span.ends.saturating_add_unsigned(margin(span.ttl)));
        let bytes = self.checked(record.bytes())?;
        if bytes > MAX_ITEM_SIZE {
            let message =
                format!("the record has {bytes} bytes as it would be stored, DynamoDB allows {MAX_ITEM_SIZE}");
            return Err(Error::new(ErrorKind::TooLarge, message).with_table(self.table()));
        }
        Ok(Form { record, tracker: Some(tracker) })
    }

    fn checked<T>(&self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| error.with_table(self.table()))
    }

    /// Refuses a key that no item can have.
    pub(super) fn check_key(&self, key: &str) -> Result<()> {
        if key.is_empty() {
            return Err(Error::new(ErrorKind::InvalidKey, "the key of a record is empty").with_table(self.table()));
        }
        self.checked(CacheEntry::key_of((key, RECORD)).map(|_| ()))
    }
}
