//! Reads all live records of a cache by a scan, whole or as a stream.
//!
//! It never extends the TTL of a record.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, BoxStream};
use serde::de::DeserializeOwned;

use super::entry::CacheEntry;
use super::live::{LiveRecord, RecordPairs};
use super::{Cache, value};
use crate::{ItemStream, Model as _, OperationFuture, Result};

/// Reads all live records, as a map or as a [stream](Self::stream). Created by [`Cache::get_all_records`].
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
    /// Reads all live records with their keys, without extending their TTL.
    ///
    /// This scans the table and costs one read unit per 4 KB, including trackers and expired records, or half of that
    /// without [consistent reads](super::CacheBuilder::consistent_read). An index would not make it cheaper, since it
    /// would have to hold all values. Records that are set during the scan may be missing.
    ///
    /// # Errors
    ///
    /// `Decode` if a record is not of type `T`. For values of several types, use an untagged enum, or select keys with
    /// [`prefix`](AllRecords::prefix).
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
    /// Returns only records whose keys start with `prefix`.
    ///
    /// Use this if the keys of one type share a prefix. The scan still reads the whole table and costs as much.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// cache.batch_set([("user:1", "Ann"), ("robot:1", "Marvin")]).await?;
    /// let users = cache.get_all_records::<String>().prefix("user:").await?;
    /// assert_eq!(users["user:1"], "Ann");
    /// assert_eq!(users.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Scans this many segments of the table in parallel. The default is 1.
    ///
    /// Use more for a large table, if the scan should be fast rather than gentle.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// cache.set_record("greeting", "hello").await?;
    /// assert_eq!(cache.get_all_records::<String>().segments(8).await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn segments(mut self, segments: u32) -> Self {
        self.segments = Some(segments);
        self
    }

    /// Limits the read units that the scan consumes per second. By default it reads as fast as DynamoDB allows.
    ///
    /// Use this if other readers share the capacity of the table.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// let records = cache.get_all_records::<String>().max_capacity_per_second(50.0).await?;
    /// assert!(records.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_capacity_per_second(mut self, units: f64) -> Self {
        self.units_per_second = Some(units);
        self
    }

    /// Streams the records with their keys, reading one page at a time.
    ///
    /// Use this if the records may not fit into memory, or if the first ones are enough.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// cache.batch_set([("a", 1), ("b", 2)]).await?;
    /// let mut sum = 0;
    /// let mut records = cache.get_all_records::<u32>().stream();
    /// while let Some(record) = records.next().await {
    ///     let (_key, value) = record?;
    ///     sum += value;
    /// }
    /// assert_eq!(sum, 3);
    /// # Ok(())
    /// # }
    /// ```
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
        let reading = RecordScan {
            cache: self.cache,
            prefix: self.prefix,
            source: RecordSource::Scan(Box::new(scan.stream()), RecordPairs::default()),
        };
        let next =
            |mut reading: RecordScan| async move { reading.next().await.map(|record| record.map(|r| (r, reading))) };
        RecordStream(Box::pin(stream::unfold(Some(reading), move |reading| async move {
            match next(reading?).await? {
                Ok((record, reading)) => Some((Ok(record), Some(reading))),
                // Without its state, so that the stream ends: a scan cannot continue after an error.
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

/// The state of a scan.
struct RecordScan {
    cache: Cache,
    prefix: String,
    source: RecordSource,
}

enum RecordSource {
    Scan(Box<ItemStream<CacheEntry>>, RecordPairs),
    /// The trackers after which the scan read no record.
    Unpaired(Box<dyn Iterator<Item = CacheEntry> + Send>),
}

impl RecordScan {
    async fn next<T: DeserializeOwned>(&mut self) -> Option<Result<(String, T)>> {
        loop {
            let live = match self.record().await? {
                Ok(Some(live)) => live,
                Ok(None) => continue,
                Err(error) => return Some(Err(error)),
            };
            // A scan also returns expired records, and cannot select items by a part of their hash key.
            if live.ends() <= self.cache.now() || !live.record.key.starts_with(&self.prefix) {
                continue;
            }
            let value = value::unpack(&live.record).and_then(value::decode);
            let table = self.cache.table();
            return Some(value.map(|value| (live.record.key, value)).map_err(|error| error.with_table(table)));
        }
    }

    /// Reads the next item, and returns the record that it completes.
    async fn record(&mut self) -> Option<Result<Option<LiveRecord>>> {
        match &mut self.source {
            RecordSource::Scan(scan, pairs) => match scan.next().await {
                Some(Ok(item)) => match pairs.add(item) {
                    Some(found) if found.is_torn(self.cache.now()) => {
                        Some(self.cache.find(&found.record.key, true).await)
                    }
                    found => Some(Ok(found)),
                },
                Some(Err(error)) => Some(Err(error)),
                None => {
                    self.source = RecordSource::Unpaired(Box::new(std::mem::take(pairs).unpaired()));
                    Some(Ok(None))
                }
            },
            RecordSource::Unpaired(trackers) => {
                let tracker = trackers.next()?;
                if tracker.ends() <= self.cache.now() {
                    return Some(Ok(None));
                }
                // A record that was read before its tracker has been returned already, unless it seemed to be expired.
                let is_missing = |found: &LiveRecord| {
                    found.record.generation == tracker.generation && found.record.ends() <= self.cache.now()
                };
                Some(self.cache.find(&tracker.key, true).await.map(|found| found.filter(is_missing)))
            }
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for AllRecords<T> {
    type Output = Result<HashMap<String, T>>;
    type IntoFuture = OperationFuture<'static, HashMap<String, T>>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.run())
    }
}

impl<T> fmt::Debug for AllRecords<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AllRecords")
    }
}

/// A stream of the live records of a cache with their keys, which ends after an error. Created by
/// [`AllRecords::stream`].
#[must_use = "a stream does nothing until it is polled"]
pub struct RecordStream<T>(BoxStream<'static, Result<(String, T)>>);

impl<T> RecordStream<T> {
    /// The next record, or `None` after the last one. [`AllRecords::stream`] has an example.
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
