//! Updates a live record: replaces its value or sets one field.
//!
//! Both read the record, then write on the condition that it has not changed, and start over if it has. They never
//! create a record.

use aws_sdk_dynamodb::types::AttributeValue;

use super::entry::{CacheEntry, Lifetime, RECORD};
use super::live::LiveRecord;
use super::refresh::{Fields, is_condition_unmet, still_live};
use super::retry::Retry;
use super::{Cache, value};
use crate::{Error, ErrorKind, Model as _, Result, TTLAttribute};

impl Cache {
    /// Replaces the value of a live record.
    pub(super) async fn replace(&self, key: &str, value: AttributeValue) -> Result<()> {
        let mut retry = Retry::new();
        loop {
            let live = self.live(key).await?;
            let record = self.form(key, value.clone(), self.extended_lifetime(&live), live.record.is_large())?;
            match self.overwrite(&live, record).await {
                Err(error) if is_condition_unmet(&error) => retry.pause(self.conflict(error)).await?,
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
            // The whole record decides how to write: the field can make it large, or worth compressing.
            fields.insert(field.to_owned(), new.clone());
            let fields = AttributeValue::M(fields);
            let record = self.form(key, fields, self.extended_lifetime(&live), live.record.is_large())?;
            let is_plain = |record: &CacheEntry| record.fields.is_some();
            let in_place = is_plain(&record) && is_plain(&live.record) && record.is_large() == live.record.is_large();
            let written = if in_place {
                self.set_path(&live, field, new.clone()).await
            } else {
                self.overwrite(&live, record).await
            };
            match written {
                Err(error) if is_condition_unmet(&error) => retry.pause(self.conflict(error)).await?,
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
        let ends = if self.settings.active_ttl { live.extended_expiry(self) } else { live.ends() };
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
        let is_large = live.record.is_large();
        if is_large {
            self.check_live(live)?;
            if live.is_access_due(now, ends) {
                self.extend(live, now, ends).await?;
            }
        }
        let generation = live.record.generation.clone();
        let update = CacheEntry::update((&live.record.key, RECORD))
            .table(self.table())
            .client(self.client())
            .set(|e| e.fields.key(field), new)
            // Added, so that the revision differs from the one that a repetition of this request finds.
            .add(|e| e.revision, new_revision());
        let update = if is_large {
            // An update keeps the generation of a large record, but may have replaced the map.
            update.when(|e| e.generation.eq(generation) & e.fields.exists())
        } else {
            update
                .set(|e| e.expires_at, TTLAttribute::from_epoch_seconds(ends))
                .set(|e| e.accessed_at, now)
                .when(still_live(generation, now, ends))
        };
        update.return_nothing().await
    }

    /// Writes a whole record over one that was read, on the condition that it has not changed since.
    ///
    /// A small one must not have expired either; that of a large one is a condition of its tracker.
    async fn overwrite(&self, live: &LiveRecord, mut record: CacheEntry) -> Result<()> {
        let (now, ends) = (self.now(), record.ends());
        let old = &live.record;
        if old.is_large() {
            // The generation stays the same, so that the tracker remains that of the record: accesses until this write
            // keep their effect.
            record.generation.clone_from(&old.generation);
            record.revision = Some(new_revision());
            (record.ends, record.accessed_at) = (old.ends, old.accessed_at);
            record.expires_at = record.expires_at.max(old.expires_at);
            self.check_live(live)?;
            if live.ends() < ends || live.accessed_at().is_none_or(|accessed_at| accessed_at < now) {
                self.extend(live, now, ends).await?;
            }
        }
        let (is_large, is_live) = (old.is_large(), still_live(old.generation.clone(), now, ends));
        let (old, new) = ((old.generation.clone(), old.revision), (record.generation.clone(), record.revision));
        let is_version = |e: &Fields, (generation, revision): (String, Option<u64>)| match revision {
            Some(revision) => e.generation.eq(generation) & e.revision.eq(revision),
            None => e.generation.eq(generation) & e.revision.not_exists(),
        };
        let expires_at = record.expires_at;
        let condition = |e: Fields| {
            // Also holds for this write itself, which the SDK sends again if its response is lost, unless a small record was
            // refreshed since.
            let (is_old, is_new) = (is_version(&e, old), is_version(&e, new));
            if is_large { is_new | is_old } else { (is_new & e.expires_at.le(expires_at)) | (is_old & is_live(e)) }
        };
        record.save().table(self.table()).client(self.client()).when(condition).await
    }
}

/// Random rather than counted, so that a write recognizes itself if it is sent again.
fn new_revision() -> u64 {
    // Of 32 bits, because field updates add them up.
    uuid::Uuid::new_v4().as_fields().0.into()
}
