//! Changing a record that is there.

use aws_sdk_dynamodb::types::AttributeValue;

use super::entry::{CacheEntry, RECORD, TRACKER};
use super::form::{Form, Span};
use super::live::Live;
use super::refresh::{Fields, is_refused, still_leased};
use super::retry::Retry;
use super::{Cache, value};
use crate::expr::Condition;
use crate::{Error, ErrorKind, Model as _, Result, TTLAttribute, transact_write};

/// Whether a write met what another one did meanwhile, so that it is worth reading again.
fn is_overtaken(error: &Error) -> bool {
    is_refused(error) || error.kind() == ErrorKind::TransactionConflict
}

impl Cache {
    /// Replaces the value of a live record.
    pub(super) async fn replace(&self, key: &str, value: AttributeValue) -> Result<()> {
        let mut retry = Retry::new();
        loop {
            let live = self.live(key).await?;
            let form = self.form(key, value.clone(), self.prolonged(&live))?;
            match self.put_over(&live, form, false).await {
                Err(error) if is_overtaken(&error) => retry.pause(self.overtaken(error)).await?,
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
                let message = "the record's value is no map, so it has no fields";
                return Err(Error::new(ErrorKind::Validation, message).with_table(self.table()));
            };
            fields.insert(field.to_owned(), new.clone());
            let form = self.form(key, AttributeValue::M(fields), self.prolonged(&live))?;
            let written = if form.is_that_of(&live) {
                self.set_path(&live, field, new.clone()).await
            } else {
                self.put_over(&live, form, true).await
            };
            match written {
                Err(error) if is_overtaken(&error) => retry.pause(self.overtaken(error)).await?,
                outcome => return outcome,
            }
        }
    }

    async fn live(&self, key: &str) -> Result<Live> {
        let missing = || Error::new(ErrorKind::NotFound, "there is no record under this key").with_table(self.table());
        self.find(key, true).await?.ok_or_else(missing)
    }

    /// The life of a live record that is updated now.
    fn prolonged(&self, live: &Live) -> Span {
        let now = self.now();
        let ends = if self.settings.active_ttl { live.prolonged(now) } else { live.lease().ends() };
        Span { now, ttl: live.ttl(), ends }
    }

    /// What is left to say when others were faster every time.
    fn overtaken(&self, error: Error) -> Error {
        let message = "others were at work on the record each time it was tried";
        Error::new(ErrorKind::TransactionConflict, message).with_table(self.table()).with_source(error)
    }

    /// Sets a field of a value that is stored plain. The generation stays.
    async fn set_path(&self, live: &Live, field: &str, new: AttributeValue) -> Result<()> {
        let Span { now, ends, .. } = self.prolonged(live);
        if live.tracker.as_ref().is_some_and(|lease| lease.ends() < ends || lease.accessed_at != Some(now)) {
            // This also makes sure that the record has not ended.
            self.lease(live, now, ends).await?;
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
                .when(still_leased(generation, now, ends))
        };
        update.return_nothing().await
    }

    /// Writes a whole record over one that was read, and has neither changed nor ended since.
    ///
    /// With `same_fields`, no field of it was set since either.
    async fn put_over(&self, live: &Live, form: Form, same_fields: bool) -> Result<()> {
        let Form { mut record, mut tracker } = form;
        let lease = live.lease();
        let (now, ends) = (self.now(), tracker.as_ref().unwrap_or(&record).ends());
        let leased = still_leased(lease.generation.clone(), now, ends);
        let unchanged = unchanged(&live.record, same_fields);
        let key = record.key.clone();
        match (&live.tracker, &mut tracker) {
            (None, None) => {
                let save = record.save().table(self.table()).client(self.client());
                save.when(leased).when(unchanged).await
            }
            (None, Some(tracker)) => {
                let save = record.save().table(self.table()).when(leased).when(unchanged);
                self.both(transact_write().write(save).write(tracker.save().table(self.table()))).await
            }
            (Some(_), None) => {
                let delete = CacheEntry::delete_by_key((key, TRACKER)).table(self.table()).when(leased);
                self.both(transact_write().write(record.save().table(self.table()).when(unchanged)).write(delete)).await
            }
            (Some(_), Some(tracker)) => {
                let save = tracker.save().table(self.table()).when(leased);
                self.both(transact_write().write(record.save().table(self.table()).when(unchanged)).write(save)).await
            }
        }
    }

    async fn both(&self, writes: crate::Transaction<'_>) -> Result<()> {
        writes.client(self.client()).await
    }
}

/// Holds while the record is the one that was read.
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
