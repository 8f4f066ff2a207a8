//! Updates a live record: replaces its value or sets one field.
//!
//! Both read the record, then write on the condition that it has not changed, and start over if it has. They never
//! create a record.

use aws_sdk_dynamodb::types::AttributeValue;

use super::entry::{CacheEntry, Lifetime, RECORD, StoredForm, TRACKER};
use super::live::LiveRecord;
use super::refresh::{Fields, is_condition_unmet, still_live};
use super::retry::Retry;
use super::{Cache, value};
use crate::expr::Condition;
use crate::{Error, ErrorKind, Model as _, Result, TTLAttribute, transact_write};

/// Whether a concurrent write got in the way, so that reading again can help.
fn is_conflict(error: &Error) -> bool {
    is_condition_unmet(error) || error.kind() == ErrorKind::TransactionConflict
}

impl Cache {
    /// Replaces the value of a live record.
    pub(super) async fn replace(&self, key: &str, value: AttributeValue) -> Result<()> {
        let mut retry = Retry::new();
        loop {
            let live = self.live(key).await?;
            let form = self.form(key, value.clone(), self.extended_lifetime(&live))?;
            match self.overwrite(&live, form, false).await {
                Err(error) if is_conflict(&error) => retry.pause(self.conflict(error)).await?,
                outcome => return outcome,
            }
        }
    }

    /// Sets one field of a live record.
    pub(super) async fn set_field(&self, key: &str, field: &str, new: AttributeValue) -> Result<()> {
        let mut retry = Retry::new();
        loop {
            let live = self.live(key).await?;
            let AttributeValue::M(mut fields) = value::unpack(&live.record)? else {
                let message = "the value of the record is not a map, so it has no fields";
                return Err(Error::new(ErrorKind::Validation, message).with_table(self.table()));
            };
            // The whole form decides how to write: the field can make the record large, or worth compressing.
            fields.insert(field.to_owned(), new.clone());
            let form = self.form(key, AttributeValue::M(fields), self.extended_lifetime(&live))?;
            let written = if form.can_update(&live) {
                self.set_path(&live, field, new.clone()).await
            } else {
                self.overwrite(&live, form, true).await
            };
            match written {
                Err(error) if is_conflict(&error) => retry.pause(self.conflict(error)).await?,
                outcome => return outcome,
            }
        }
    }

    async fn live(&self, key: &str) -> Result<LiveRecord> {
        let missing = || Error::new(ErrorKind::NotFound, "no record exists under this key").with_table(self.table());
        self.find(key, true).await?.ok_or_else(missing)
    }

    /// The lifetime of a live record that is updated now.
    fn extended_lifetime(&self, live: &LiveRecord) -> Lifetime {
        let now = self.now();
        let ends = if self.settings.active_ttl { live.extended_expiry(self) } else { live.expiry_item().ends() };
        Lifetime { now, ttl: live.ttl(), ends }
    }

    /// The error after the last attempt.
    fn conflict(&self, error: Error) -> Error {
        let message = "concurrent writes changed the record at each attempt";
        let maybe_written = error.may_have_been_written();
        let conflict = Error::new(ErrorKind::TransactionConflict, message).with_table(self.table());
        conflict.with_source(error).with_maybe_written(maybe_written)
    }

    /// Sets a field in place, in a value that is not compressed. The generation stays the same.
    async fn set_path(&self, live: &LiveRecord, field: &str, new: AttributeValue) -> Result<()> {
        let Lifetime { now, ends, .. } = self.extended_lifetime(live);
        if live.tracker.is_some() && live.is_access_due(now, ends) {
            // Its condition also makes sure that the record is not expired.
            self.extend(live, now, ends).await?;
        }
        let generation = live.record.generation.clone();
        let mut update = CacheEntry::update((&live.record.key, RECORD))
            .table(self.table())
            .client(self.client())
            .set(|e| e.fields.key(field), new)
            .add(|e| e.revision, 1);
        update = if live.tracker.is_some() {
            update.when(|e| e.generation.eq(generation))
        } else {
            update
                .set(|e| e.expires_at, TTLAttribute::from_epoch_seconds(ends))
                .set(|e| e.accessed_at, now)
                .when(still_live(generation, now, ends))
        };
        update.return_nothing().await
    }

    /// Writes a whole record over one that was read, on the condition that it neither changed nor expired since.
    ///
    /// `same_fields` also requires that none of its fields was set since.
    async fn overwrite(&self, live: &LiveRecord, form: StoredForm, same_fields: bool) -> Result<()> {
        let StoredForm { mut record, mut tracker } = form;
        let item = live.expiry_item();
        let (now, ends) = (self.now(), tracker.as_ref().unwrap_or(&record).ends());
        let is_live = still_live(item.generation.clone(), now, ends);
        let unchanged = unchanged(&live.record, same_fields);
        let key = record.key.clone();
        // An update can move a record across the size at which it has a tracker. The item that held the expiry carries
        // the condition that the record is live.
        match (&live.tracker, &mut tracker) {
            (None, None) => {
                let save = record.save().table(self.table()).client(self.client());
                save.when(is_live).when(unchanged).await
            }
            (None, Some(tracker)) => {
                let save = record.save().table(self.table()).when(is_live).when(unchanged);
                self.commit(transact_write().write(save).write(tracker.save().table(self.table()))).await
            }
            (Some(_), None) => {
                let delete = CacheEntry::delete_by_key((key, TRACKER)).table(self.table()).when(is_live);
                self.commit(transact_write().write(record.save().table(self.table()).when(unchanged)).write(delete))
                    .await
            }
            (Some(_), Some(tracker)) => {
                let save = tracker.save().table(self.table()).when(is_live);
                self.commit(transact_write().write(record.save().table(self.table()).when(unchanged)).write(save)).await
            }
        }
    }

    async fn commit(&self, writes: crate::Transaction<'_>) -> Result<()> {
        writes.client(self.client()).await
    }
}

/// Holds while the record is the one that was read.
///
/// A field update keeps the generation, so `same_fields` compares the revision too.
fn unchanged(record: &CacheEntry, same_fields: bool) -> impl FnOnce(Fields) -> Condition<CacheEntry> {
    let (generation, revision) = (record.generation.clone(), record.revision);
    move |entry| {
        let same = entry.generation.eq(generation);
        match revision {
            _ if !same_fields => same,
            Some(revision) => same & entry.revision.eq(revision),
            None => same & entry.revision.not_exists(),
        }
    }
}
