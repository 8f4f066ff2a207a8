//! Sets a record: writes it over whatever is stored under its key.
//!
//! [`Cache::set`] serves `set_record` and `batch_set`. It reads nothing before it writes.

use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Cache;
use super::entry::{CacheEntry, Lifetime, RECORD};
use crate::{Error, ErrorKind, Model as _, OperationFuture, Result, TTLAttribute};

/// Sets a record, replacing whatever is stored under its key. Created by [`Cache::set_record`].
///
/// The record gets the [TTL](Self::ttl) of this call, or the [default](super::CacheBuilder::default_ttl) if the call
/// sets none.
///
/// # Errors
///
/// All of these are reported before the record is written:
///
/// - `InvalidKey` if the key is empty or too long;
/// - `Validation` if the TTL is zero or too long;
/// - `Encode` if the value cannot be stored;
/// - `TooLarge` if the value does not fit an item even when compressed.
#[must_use = "an operation does nothing until it is awaited"]
pub struct SetRecord<'a> {
    pub(super) cache: &'a Cache,
    pub(super) key: &'a str,
    pub(super) value: Result<AttributeValue>,
    pub(super) ttl: Option<Duration>,
}

impl SetRecord<'_> {
    /// Sets the TTL of this record, rounded up to whole seconds.
    ///
    /// Use this for records that must expire earlier or later than the default, such as one-time codes.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let clock = singlet::ManualClock::at(1_750_000_000);
    /// # let client = singlet::Client::embedded_with_clock(clock.clone());
    /// # let cache = singlet::cache::Cache::builder().client(&client).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// cache.set_record("code:ann", "738201").ttl(Duration::from_mins(2)).await?;
    /// clock.advance(Duration::from_mins(2));
    /// assert_eq!(cache.get_record::<String>("code:ann").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    async fn run(self) -> Result<()> {
        let SetRecord { cache, key, value, ttl } = self;
        cache.check_key(key)?;
        let value = value.map_err(|error| error.with_table(cache.table()))?;
        let lifetime = cache.lifetime(key, ttl).await?;
        cache.set(cache.form(key, value, lifetime, false)?).await
    }
}

impl<'a> IntoFuture for SetRecord<'a> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.run())
    }
}

/// Shows neither key nor value.
impl fmt::Debug for SetRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetRecord").field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

/// A TTL rounded up to whole seconds.
pub(super) fn whole_seconds(ttl: Duration) -> u64 {
    u64::try_from(TTLAttribute::after_millis(0, ttl).epoch_seconds()).unwrap_or(0)
}

impl Cache {
    /// The lifetime of a record that is set now under `key`.
    pub(super) async fn lifetime(&self, key: &str, ttl: Option<Duration>) -> Result<Lifetime> {
        self.lifetime_now(ttl)?;
        // With a wrong clock the record could be expired at once, for other machines.
        let ask = async { CacheEntry::exists((key, RECORD)).table(self.table()).client(self.client()).await };
        self.client().know_time(ask).await?;
        self.lifetime_now(ttl)
    }

    fn lifetime_now(&self, ttl: Option<Duration>) -> Result<Lifetime> {
        let ttl = whole_seconds(ttl.unwrap_or(self.settings.default_ttl));
        let now = self.now();
        // Twice the TTL, because a record outlives its tracker by its margin. Otherwise the expiry would saturate at
        // `MAX`, and record and tracker would expire together.
        let last = now.saturating_add_unsigned(ttl.saturating_mul(2));
        if ttl == 0 || last >= TTLAttribute::MAX.epoch_seconds() {
            let message = if ttl == 0 { "the TTL of the record is zero" } else { "the TTL of the record is too long" };
            return Err(Error::new(ErrorKind::Validation, message).with_table(self.table()));
        }
        Ok(Lifetime { now, ttl, ends: self.expiry(ttl) })
    }

    /// Writes a record over whatever is stored under its key.
    ///
    /// A tracker that is left of an earlier generation has no effect, so this is one write. Its condition always holds,
    /// except when the SDK sends the request again after it was applied: what has happened to the record since stays.
    pub(super) async fn set(&self, mut record: CacheEntry) -> Result<()> {
        let generation = record.generation.clone();
        let save = record.save().table(self.table()).client(self.client());
        match save.when(|e| e.generation.not_exists() | e.generation.ne(generation)).await {
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => Ok(()),
            outcome => outcome,
        }
    }
}
