//! Setting and deleting many records.

use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde::Serialize;

use super::{Cache, value};
use crate::{Error, ErrorKind, Result};

/// Requests under way at once.
const CONCURRENCY: usize = 16;

/// Sets many records: [`Cache::batch_set`]. Await it.
///
/// They are set one by one, several at a time: DynamoDB's own batches could tear a record from its tracker. It costs
/// what setting each of them does. Keys, ttl and values are checked before anything is sent; a key
/// that occurs twice is an error of kind `Validation`. After a failure no
/// further record is begun, and the error is the first one; what is set then is set, and the whole batch may be sent
/// again.
#[must_use = "an operation does nothing until it is awaited"]
pub struct BatchSet<'a> {
    cache: &'a Cache,
    records: Result<Vec<(String, AttributeValue)>>,
    ttl: Option<Duration>,
}

/// Deletes many records: [`Cache::batch_delete`]. Await it: how many had not ended.
///
/// They are deleted one by one, several at a time. After a failure no further record is begun, and the error is the
/// first one; the whole batch may be sent again.
#[must_use = "an operation does nothing until it is awaited"]
pub struct BatchDelete<'a> {
    cache: &'a Cache,
    keys: Vec<String>,
}

impl Cache {
    /// Sets many records, all with one ttl. See [`BatchSet`].
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

    /// Deletes many records. See [`BatchDelete`].
    pub fn batch_delete<K: Into<String>>(&self, keys: impl IntoIterator<Item = K>) -> BatchDelete<'_> {
        BatchDelete { cache: self, keys: keys.into_iter().map(Into::into).collect() }
    }
}

impl BatchSet<'_> {
    /// How long the records live, unless they are prolonged.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    async fn run(self) -> Result<()> {
        let cache = self.cache;
        let records = self.records.map_err(|error| error.with_table(cache.table()))?;
        let span = cache.span(self.ttl)?;
        let mut keys = HashSet::new();
        if !records.iter().all(|(key, _)| keys.insert(key)) {
            let message = "two records of the batch have the same key";
            return Err(Error::new(ErrorKind::Validation, message).with_table(cache.table()));
        }
        let form = |(key, value): (String, AttributeValue)| {
            cache.check_key(&key)?;
            cache.form(&key, value, span)
        };
        let forms = records.into_iter().map(form).collect::<Result<Vec<_>>>()?;
        all(forms.into_iter().map(|form| cache.set(form))).await.map(|_| ())
    }
}

impl BatchDelete<'_> {
    async fn run(self) -> Result<usize> {
        let cache = self.cache;
        self.keys.iter().try_for_each(|key| cache.check_key(key))?;
        let deletes = self.keys.into_iter().map(|key| async move { cache.delete(&key).await });
        Ok(all(deletes).await?.into_iter().filter(|was_live| *was_live).count())
    }
}

/// Awaits several at a time. After a failure none is begun, and those under way are heard out.
async fn all<T>(mut tasks: impl Iterator<Item = impl Future<Output = Result<T>>>) -> Result<Vec<T>> {
    let (mut under_way, mut done, mut failed) = (FuturesUnordered::new(), Vec::new(), None);
    loop {
        while failed.is_none()
            && under_way.len() < CONCURRENCY
            && let Some(task) = tasks.next()
        {
            under_way.push(task);
        }
        match under_way.next().await {
            Some(Ok(outcome)) => done.push(outcome),
            Some(Err(error)) => failed = failed.or(Some(error)),
            None => return failed.map_or(Ok(done), Err),
        }
    }
}

impl<'a> IntoFuture for BatchSet<'a> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<'a> IntoFuture for BatchDelete<'a> {
    type Output = Result<usize>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<usize>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
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
