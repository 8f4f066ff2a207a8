//! Stores a value, optionally with a TTL and only if the key is free. Created by [`KeyValueStore::put`].

use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;

use super::KeyValueStore;
use super::entry::KeyValueEntry;
use crate::expr::Condition;
use crate::{Error, ErrorKind, Model, OperationFuture, RawExpression, Result, TTLAttribute};

/// Stores a value. Created by [`KeyValueStore::put`].
///
/// With a TTL or [`if_absent`](Self::if_absent), a client without the
/// [service's time](crate::Client::service_now) sends a read first to learn it.
///
/// # Errors
///
/// - `Encode` if serde or DynamoDB does not support the value;
/// - `Validation` if the TTL is zero;
/// - `InvalidKey` or `TooLarge` if the key or the entry exceeds DynamoDB's limits;
/// - `ConditionFailed` with `if_absent`, if a live value exists;
/// - `OutcomeUnknown` with `if_absent`, if an attempt received no answer and another value exists now, which may have
///   replaced this one;
/// - any error of a request.
///
/// ```
/// use std::time::Duration;
/// # use singlet::{Client, kv::KeyValueStore};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let store = KeyValueStore::new(Client::embedded());
/// # store.create_table().await?;
/// // A lock that is released after one minute, even if its holder crashes.
/// let lock = || store.put("lock/nightly", "host-7").ttl(Duration::from_secs(60)).if_absent();
/// lock().await?;
/// assert!(lock().await.unwrap_err().is_condition_failed());
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct PutValue<'a> {
    store: &'a KeyValueStore,
    key: String,
    value: Result<Option<AttributeValue>>,
    ttl: Option<Duration>,
    if_absent: bool,
}

impl<'a> PutValue<'a> {
    pub(super) fn new(store: &'a KeyValueStore, key: String, value: Result<Option<AttributeValue>>) -> Self {
        PutValue { store, key, value, ttl: None, if_absent: false }
    }

    /// Sets the TTL of the value. By default it does not expire.
    ///
    /// Use this for values that are useless after some time, such as tokens and locks. DynamoDB stores whole seconds:
    /// the value expires up to one second later than requested, never earlier.
    ///
    /// ```
    /// use std::time::Duration;
    /// # use singlet::{Client, ManualClock, kv::KeyValueStore};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let clock = ManualClock::at(1_700_000_000);
    /// # let store = KeyValueStore::new(Client::embedded_with_clock(clock.clone()));
    /// # store.create_table().await?;
    /// store.put("token/ann", "f3a9").ttl(Duration::from_secs(60)).await?;
    /// clock.advance(Duration::from_secs(61));
    /// assert_eq!(store.get::<String>("token/ann").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// Stores the value only if no live value exists under the key. Otherwise the error is of kind `ConditionFailed`.
    ///
    /// Use this for locks, and for values that only the first writer may set. If an answer is lost, the next attempt
    /// recognizes the entry by a random mark that is stored with it. A lock therefore never has two holders, even if both
    /// store equal values, and `Ok` always means that this call stored the value.
    ///
    /// ```
    /// # use singlet::{Client, kv::KeyValueStore};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let store = KeyValueStore::new(Client::embedded());
    /// # store.create_table().await?;
    /// store.put("leader", "host-7").if_absent().await?;
    /// let error = store.put("leader", "host-8").if_absent().await.unwrap_err();
    /// assert!(error.is_condition_failed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn if_absent(mut self) -> Self {
        self.if_absent = true;
        self
    }

    async fn send(self) -> Result<()> {
        let client = &self.store.client;
        if self.ttl.is_some_and(|ttl| ttl.is_zero()) {
            return Err(Error::new(ErrorKind::Validation, "the TTL is zero"));
        }
        if self.if_absent || self.ttl.is_some() {
            // With a clock that is ahead, live values would seem expired.
            let ask = async { KeyValueEntry::exists(&*self.key).client(client).table(&self.store.table).await };
            client.know_time(ask).await?;
        }
        let now = client.service_now_millis();
        let expires_at = self.ttl.map(|ttl| TTLAttribute::after_millis(now, ttl));
        let mut entry = KeyValueEntry { key: self.key, value: self.value?, expires_at };
        let save = entry.save().client(client).table(&self.store.table);
        if !self.if_absent {
            return save.await;
        }
        // DynamoDB may not have deleted an expired value yet, so one that exists does not always refuse the put.
        let now = TTLAttribute::from_epoch_seconds(now.div_euclid(1000));
        let none = Condition::from(RawExpression::new("attribute_not_exists(pk)"));
        save.when(|entry| none | entry.expires_at.le(now)).await
    }
}

impl fmt::Debug for PutValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PutValue").finish_non_exhaustive()
    }
}

impl<'a> IntoFuture for PutValue<'a> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.send())
    }
}
