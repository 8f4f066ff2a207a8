use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;

use super::KeyValueStore;
use super::key_value::KeyValue;
use crate::expr::Condition;
use crate::{Error, ErrorKind, Model, RawExpression, Result, TTLAttribute};

/// Stores a value: [`KeyValueStore::put`]. Await it.
///
/// A client that has had no answer yet does not know how wrong its clock is. With a time to live or
/// [`if_absent`](Self::if_absent) it reads first.
///
/// Errors: `Encode` for a value that serde or DynamoDB refuses; `Validation` for a time to live of zero; `InvalidKey`
/// and `TooLarge`; `ConditionFailed` with [`if_absent`](Self::if_absent); those of any request.
///
/// ```
/// use std::time::Duration;
/// # use singlet::{Client, kv::KeyValueStore};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let store = KeyValueStore::new(Client::embedded());
/// # store.create_table().await?;
/// // A lock that nobody holds for longer than a minute, whatever becomes of its holder.
/// let lock = || store.put("lock/nightly", "host-7").ttl(Duration::from_secs(60)).if_absent();
/// lock().await?;
/// assert!(lock().await.unwrap_err().is_condition_failed());
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct Put<'a> {
    store: &'a KeyValueStore,
    key: String,
    value: Result<Option<AttributeValue>>,
    ttl: Option<Duration>,
    if_absent: bool,
}

impl<'a> Put<'a> {
    pub(super) fn new(store: &'a KeyValueStore, key: String, value: Result<Option<AttributeValue>>) -> Self {
        Put { store, key, value, ttl: None, if_absent: false }
    }

    /// How long the value lives; without it until it is deleted. DynamoDB counts in whole seconds: it lives up to one
    /// second longer, never shorter.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// Only if nothing lives under the key: otherwise an error of kind `ConditionFailed`.
    pub fn if_absent(mut self) -> Self {
        self.if_absent = true;
        self
    }

    async fn send(self) -> Result<()> {
        let client = &self.store.client;
        if self.ttl.is_some_and(|ttl| ttl.is_zero()) {
            return Err(Error::new(ErrorKind::Validation, "the time to live is zero"));
        }
        if (self.if_absent || self.ttl.is_some()) && client.clock_offset().is_none() {
            // Any answer tells what time it is. By a clock that is ahead, what lives would have expired.
            KeyValue::exists(&*self.key).client(client).table(&self.store.table).await?;
        }
        let now = client.service_now_millis();
        let expires_at = self.ttl.map(|ttl| expiry(now, ttl));
        let mut entry = KeyValue { key: self.key, value: self.value?, expires_at };
        let save = entry.save().client(client).table(&self.store.table);
        if !self.if_absent {
            return save.await;
        }
        let now = TTLAttribute::from_epoch_seconds(now.div_euclid(1000));
        let none = Condition::from(RawExpression::new("attribute_not_exists(pk)"));
        save.when(|entry| none | entry.expires_at.le(now)).await
    }
}

/// Rounded up to whole seconds.
fn expiry(now_millis: i64, ttl: Duration) -> TTLAttribute {
    let ttl = i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX);
    TTLAttribute::from_epoch_seconds(now_millis.saturating_add(ttl).saturating_add(999).div_euclid(1000))
}

impl fmt::Debug for Put<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Put").finish_non_exhaustive()
    }
}

impl<'a> IntoFuture for Put<'a> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_never_lives_shorter_than_said() {
        let seconds = |now, millis| expiry(now, Duration::from_millis(millis)).epoch_seconds();
        assert_eq!(seconds(10_000, 5_000), 15);
        assert_eq!(seconds(10_001, 5_000), 16);
        assert_eq!(seconds(10_999, 1), 11);
        assert_eq!(expiry(i64::MAX, Duration::MAX), TTLAttribute::MAX);
    }
}
