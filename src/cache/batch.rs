//! Sets and deletes many records, several requests at a time.
//!
//! It does not use `BatchWriteItem`, which has no conditions: a repeated request could undo later updates.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde::Serialize;

use super::{Cache, value};
use crate::{Error, ErrorKind, OperationFuture, Result};

/// The number of records that are written at the same time.
const CONCURRENCY: usize = 16;

/// Sets many records. Created by [`Cache::batch_set`].
///
/// The records are set one by one, several at a time, because the puts of DynamoDB's own batches have no conditions. The cost
/// is that of setting each record.
///
/// # Errors
///
/// Keys, TTL and values are checked before a request is sent, with the errors of [`SetRecord`](super::SetRecord);
/// `Validation` also if a key occurs twice. After a failed request no further record is started, and the first error is
/// returned. Records that were set remain; you can send the whole batch again.
#[must_use = "an operation does nothing until it is awaited"]
pub struct BatchSet<'a> {
    cache: &'a Cache,
    records: Result<Vec<(String, AttributeValue)>>,
    ttl: Option<Duration>,
}

/// Deletes many records, and returns how many of them were live. Created by [`Cache::batch_delete`].
///
/// The records are deleted one by one, several at a time. After a failed request no further delete is started, and the
/// first error is returned; you can send the whole batch again.
#[must_use = "an operation does nothing until it is awaited"]
pub struct BatchDelete<'a> {
    cache: &'a Cache,
    keys: Vec<String>,
}

impl Cache {
    /// Sets many records with one TTL. See [`BatchSet`] for the errors.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// cache.batch_set([("a", 1), ("b", 2), ("c", 3)]).ttl(Duration::from_secs(60)).await?;
    /// assert_eq!(cache.get_record("b").await?, Some(2));
    /// assert_eq!(cache.batch_delete(["a", "b", "z"]).await?, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch_set<K: Into<String>, T: Serialize>(&self, records: impl IntoIterator<Item = (K, T)>) -> BatchSet<'_> {
        let record = |(key, value): (K, T)| Ok((key.into(), value::encode(&value)?));
        BatchSet { cache: self, records: records.into_iter().map(record).collect(), ttl: None }
    }

    /// Deletes many records, and returns how many of them were live. See [`BatchDelete`] for the errors.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// cache.batch_set([("a", 1), ("b", 2)]).await?;
    /// assert_eq!(cache.batch_delete(["a", "b", "c"]).await?, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch_delete<K: Into<String>>(&self, keys: impl IntoIterator<Item = K>) -> BatchDelete<'_> {
        BatchDelete { cache: self, keys: keys.into_iter().map(Into::into).collect() }
    }
}

impl BatchSet<'_> {
    /// Sets the TTL of all records of the batch, instead of the default.
    ///
    /// Use this as on [`SetRecord::ttl`](super::SetRecord::ttl).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// cache.batch_set([("code:ann", "738201"), ("code:bob", "120947")]).ttl(Duration::from_mins(2)).await?;
    /// assert_eq!(cache.get_record::<String>("code:bob").await?.as_deref(), Some("120947"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    async fn run(self) -> Result<()> {
        let cache = self.cache;
        let records = self.records.map_err(|error| error.with_table(cache.table()))?;
        // Two values of one key would be written in an undefined order.
        let mut keys = HashSet::new();
        if !records.iter().all(|(key, _)| keys.insert(key)) {
            let message = "two records of the batch have the same key";
            return Err(Error::new(ErrorKind::Validation, message).with_table(cache.table()));
        }
        records.iter().try_for_each(|(key, _)| cache.check_key(key))?;
        let Some((first, _)) = records.first() else { return Ok(()) };
        let lifetime = cache.lifetime(first, self.ttl).await?;
        let to_record = |(key, value): (String, AttributeValue)| cache.form(&key, value, lifetime, false);
        // All records are checked before the first request, so that an invalid one does not leave half a batch written.
        let records = records.into_iter().map(to_record).collect::<Result<Vec<_>>>()?;
        run_all(records.into_iter().map(|record| cache.set(record))).await.map(|_| ())
    }
}

impl BatchDelete<'_> {
    async fn run(self) -> Result<usize> {
        let cache = self.cache;
        self.keys.iter().try_for_each(|key| cache.check_key(key))?;
        let deletes = self.keys.into_iter().map(|key| async move { cache.delete(&key).await });
        Ok(run_all(deletes).await?.into_iter().filter(|was_live| *was_live).count())
    }
}

/// Runs several tasks at a time. After a failure it starts no further task, and awaits those in progress: to drop a
/// write in progress would leave its outcome unknown.
async fn run_all<T>(mut tasks: impl Iterator<Item = impl Future<Output = Result<T>>>) -> Result<Vec<T>> {
    let (mut in_progress, mut done, mut failed) = (FuturesUnordered::new(), Vec::new(), None);
    loop {
        while failed.is_none()
            && in_progress.len() < CONCURRENCY
            && let Some(task) = tasks.next()
        {
            in_progress.push(task);
        }
        match in_progress.next().await {
            Some(Ok(outcome)) => done.push(outcome),
            Some(Err(error)) => failed = failed.or(Some(error)),
            None => return failed.map_or(Ok(done), Err),
        }
    }
}

impl<'a> IntoFuture for BatchSet<'a> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.run())
    }
}

impl<'a> IntoFuture for BatchDelete<'a> {
    type Output = Result<usize>;
    type IntoFuture = OperationFuture<'a, usize>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.run())
    }
}

/// Shows neither keys nor values.
impl fmt::Debug for BatchSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchSet").field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

/// Shows no keys.
impl fmt::Debug for BatchDelete<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchDelete").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}
