//! Reading all records.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, BoxStream};
use serde::de::DeserializeOwned;

use super::entry::CacheEntry;
use super::live::Live;
use super::pairs::Pairs;
use super::{Cache, value};
use crate::{ItemStream, Model as _, Result};

/// Reads all records that have not ended: [`Cache::get_all_records`]. Await it, or [`stream`](Self::stream) it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
/// # cache.create_table().await?;
/// let records = cache.get_all_records::<String>().segments(4).max_capacity_per_second(50.0).await?;
/// assert!(records.is_empty());
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct AllRecords<T> {
    cache: Cache,
    prefix: String,
    segments: Option<u32>,
    units_per_second: Option<f64>,
    of: PhantomData<fn() -> T>,
}

impl Cache {
    /// Reads all records that have not ended, by their keys; none is prolonged.
    ///
    /// It scans the table, and costs a read unit for each 4 KB in it, trackers and ended records included; half of
    /// that where the cache does without [consistent reads](super::CacheBuilder::consistent_read). No index could do
    /// it for less, since it would have to hold everything. Records that are set meanwhile may be in it or not.
    ///
    /// A record that is not of type `T` is an error of kind `Decode`; an untagged enum takes several types, and
    /// [`prefix`](AllRecords::prefix) some of the keys.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// cache.batch_set([("user:1", "Ann"), ("user:2", "Bob"), ("robot:1", "Marvin")]).await?;
    /// assert_eq!(cache.get_all_records::<String>().await?.len(), 3);
    ///
    /// let mut users = cache.get_all_records::<String>().prefix("user:").stream();
    /// while let Some(user) = users.next().await {
    ///     let (key, name) = user?;
    ///     println!("{key}: {name}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_all_records<T: DeserializeOwned + Send + 'static>(&self) -> AllRecords<T> {
        AllRecords {
            cache: self.clone(),
            prefix: String::new(),
            segments: None,
            units_per_second: None,
            of: PhantomData,
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> AllRecords<T> {
    /// Gives only the records whose keys begin so. It costs as much as all.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Reads so many parts of the table side by side.
    pub fn segments(mut self, segments: u32) -> Self {
        self.segments = Some(segments);
        self
    }

    /// Waits between requests so that they consume no more read units per second than this.
    pub fn max_capacity_per_second(mut self, units: f64) -> Self {
        self.units_per_second = Some(units);
        self
    }

    /// The records one by one, with their keys; the next page is read when its first record is asked for.
    pub fn stream(self) -> RecordStream<T> {
        let mut scan = CacheEntry::scan()
            .table(self.cache.table())
            .client(self.cache.client())
            .consistent_read(self.cache.settings.consistent);
        if let Some(segments) = self.segments {
            scan = scan.segments(segments);
        }
        if let Some(units) = self.units_per_second {
            scan = scan.max_capacity_per_second(units);
        }
        let reading = Reading {
            cache: self.cache,
            prefix: self.prefix,
            source: Source::Scan(Box::new(scan.stream()), Pairs::default()),
        };
        let next =
            |mut reading: Reading| async move { reading.next().await.map(|record| record.map(|r| (r, reading))) };
        RecordStream(Box::pin(stream::unfold(Some(reading), move |reading| async move {
            match next(reading?).await? {
                Ok((record, reading)) => Some((Ok(record), Some(reading))),
                Err(error) => Some((Err(error), None)),
            }
        })))
    }

    async fn run(self) -> Result<HashMap<String, T>> {
        let mut records = HashMap::new();
        let mut stream = self.stream();
        while let Some(record) = stream.next().await {
            let (key, value) = record?;
            records.insert(key, value);
        }
        Ok(records)
    }
}

/// A scan of a cache, where it stands.
struct Reading {
    cache: Cache,
    prefix: String,
    source: Source,
}

enum Source {
    Scan(Box<ItemStream<CacheEntry>>, Pairs),
    /// The keys of what the scan met in halves: read again, one by one.
    Left(VecDeque<String>),
}

impl Reading {
    async fn next<T: DeserializeOwned>(&mut self) -> Option<Result<(String, T)>> {
        loop {
            let live = match self.record().await? {
                Ok(Some(live)) => live,
                Ok(None) => continue,
                Err(error) => return Some(Err(error)),
            };
            if live.lease().ends() <= self.cache.now() || !live.record.key.starts_with(&self.prefix) {
                continue;
            }
            let value = value::unpack(&live.record).and_then(value::decode);
            let table = self.cache.table();
            return Some(value.map(|value| (live.record.key, value)).map_err(|error| error.with_table(table)));
        }
    }

    /// A record of the next item, if it makes one.
    async fn record(&mut self) -> Option<Result<Option<Live>>> {
        match &mut self.source {
            Source::Scan(scan, pairs) => match scan.next().await {
                Some(item) => Some(item.map(|item| pairs.meet(item))),
                None => {
                    let left = std::mem::take(pairs).left();
                    let keys = left.into_iter().filter(|item| !item.is_tracker()).map(|record| record.key);
                    self.source = Source::Left(keys.collect());
                    Some(Ok(None))
                }
            },
            Source::Left(keys) => {
                let key = keys.pop_front()?;
                Some(self.cache.find(&key, true).await)
            }
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for AllRecords<T> {
    type Output = Result<HashMap<String, T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<T> fmt::Debug for AllRecords<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AllRecords")
    }
}

/// All records of a cache, with their keys: what [`AllRecords::stream`] gives. After an error it ends.
#[must_use = "a stream does nothing until it is polled"]
pub struct RecordStream<T>(BoxStream<'static, Result<(String, T)>>);

impl<T> RecordStream<T> {
    /// The next record; `None` behind the last one.
    pub async fn next(&mut self) -> Option<Result<(String, T)>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T> Stream for RecordStream<T> {
    type Item = Result<(String, T)>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T> fmt::Debug for RecordStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordStream")
    }
}
