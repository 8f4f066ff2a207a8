//! Setting a record, whatever is there.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Cache;
use super::entry::{CacheEntry, TRACKER};
use super::form::{Form, Span};
use super::retry::Retry;
use crate::{Error, ErrorKind, Model as _, Result, TTLAttribute, transact_write};

/// Sets a record: [`Cache::set_record`]. Await it.
///
/// Whatever is under the key is replaced. The record gets the [ttl](Self::ttl) of this call, else the
/// [default](super::CacheBuilder::default_ttl).
///
/// Errors, before anything is sent: `InvalidKey` when the key is empty or too long, `Validation` when the ttl is,
/// `Encode` when the value cannot be stored, `TooLarge` when it does not fit an item even compressed.
#[must_use = "an operation does nothing until it is awaited"]
pub struct SetRecord<'a> {
    pub(super) cache: &'a Cache,
    pub(super) key: &'a str,
    pub(super) value: Result<AttributeValue>,
    pub(super) ttl: Option<Duration>,
}

impl SetRecord<'_> {
    /// How long the record lives, unless it is prolonged: from one second on, rounded up to whole ones.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    async fn run(self) -> Result<()> {
        let SetRecord { cache, key, value, ttl } = self;
        cache.check_key(key)?;
        let value = value.map_err(|error| error.with_table(cache.table()))?;
        cache.set(cache.form(key, value, cache.span(ttl)?)?).await
    }
}

impl<'a> IntoFuture for SetRecord<'a> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Shows neither key nor value.
impl fmt::Debug for SetRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetRecord").field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

/// A ttl in whole seconds, at least one.
pub(super) fn whole_seconds(ttl: Duration) -> u64 {
    ttl.as_secs().saturating_add(u64::from(ttl.subsec_nanos() > 0))
}

impl Cache {
    /// The life of a record that is set now.
    pub(super) fn span(&self, ttl: Option<Duration>) -> Result<Span> {
        let ttl = whole_seconds(ttl.unwrap_or(self.settings.default_ttl));
        let now = self.now();
        // Twice: a record with a tracker outlives it by that, and `MAX` is not to be met by saturating.
        let last = now.saturating_add_unsigned(ttl.saturating_mul(2));
        if ttl == 0 || last >= TTLAttribute::MAX.epoch_seconds() {
            let message = if ttl == 0 { "the ttl of a record is zero" } else { "the ttl of a record is too long" };
            return Err(Error::new(ErrorKind::Validation, message).with_table(self.table()));
        }
        Ok(Span { now, ttl, ends: now.saturating_add_unsigned(ttl) })
    }

    /// Writes a record over whatever is under its key.
    pub(super) async fn set(&self, mut form: Form) -> Result<()> {
        let mut retry = Retry::new();
        loop {
            match self.put(&mut form).await {
                Err(error) if error.kind() == ErrorKind::TransactionConflict => retry.pause(error).await?,
                outcome => return outcome,
            }
        }
    }

    async fn put(&self, form: &mut Form) -> Result<()> {
        let Form { record, tracker } = form;
        if let Some(tracker) = tracker {
            let writes = transact_write().write(record.save().table(self.table()));
            return writes.write(tracker.save().table(self.table())).client(self.client()).await;
        }
        // Alone and for one unit, unless there is a tracker to be taken away.
        let alone = record.save().table(self.table()).client(self.client()).when(|e| e.tracked.not_exists()).await;
        match alone {
            Err(error) if error.is_condition_failed() => {}
            outcome => return outcome,
        }
        let key = record.key.clone();
        transact_write()
            .write(record.save().table(self.table()))
            .write(CacheEntry::delete_by_key((key, TRACKER)).table(self.table()))
            .client(self.client())
            .await
    }
}
