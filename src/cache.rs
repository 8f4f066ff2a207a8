//! Caches serde values in a DynamoDB table, each with a time to live (TTL) that is extended while the value is in use.
//!
#![doc = include_str!("docs/cache.md")]

mod all;
mod batch;
mod builder;
mod cleanup;
mod delete;
mod entry;
mod live;
mod refresh;
mod retry;
mod set;
mod update;
mod value;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::compression::CompressionOptions;
use crate::{Client, CreateTable, Result, TTLAttribute, Table as _, VerifyTable};

pub use all::{AllRecords, RecordStream};
pub use batch::{BatchDelete, BatchSet};
pub use builder::CacheBuilder;
pub use cleanup::{CacheCleanup, CacheCleanupReport, CacheCleanupStatus, CacheCleanupTask};
pub use entry::CacheTable;
pub use set::SetRecord;

/// A cache in a DynamoDB table. It stores serde values under string keys, each with a TTL.
///
/// Clones are cheap and use the same client and settings. The [module documentation](self) describes how records are
/// stored and what they cost.
///
/// ```
/// use std::time::Duration;
/// use serde::{Deserialize, Serialize};
/// use singlet::Client;
/// use singlet::cache::Cache;
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct User {
///     name: String,
///     age: u32,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// let cache = Cache::builder().client(&Client::embedded()).build()?; // a service: `Cache::from_env().await?`
/// cache.create_table().await?;
///
/// let john = User { name: "John Doe".into(), age: 30 };
/// cache.set_record("user:123", &john).ttl(Duration::from_secs(3600)).await?;
/// assert_eq!(cache.get_record::<User>("user:123").await?, Some(john));
///
/// cache.update_record_field("user:123", "age", &31).await?;
/// assert!(cache.delete_record("user:123").await?);
/// assert_eq!(cache.get_record::<User>("user:123").await?, None);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Cache {
    client: Client,
    settings: Arc<CacheSettings>,
}

#[derive(Debug, Clone)]
struct CacheSettings {
    table: String,
    default_ttl: Duration,
    active_ttl: bool,
    refresh_after: f64,
    consistent: bool,
    compress_from: usize,
    compression: CompressionOptions,
}

impl Cache {
    /// Starts building a cache with custom settings. See [`CacheBuilder`] for an example.
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::cache::Cache;
    /// let client = singlet::Client::embedded();
    /// let cache = Cache::builder().client(&client).default_ttl(Duration::from_mins(10)).build()?;
    /// assert_eq!(cache.table(), "singlet_cache");
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn builder() -> CacheBuilder {
        CacheBuilder::new()
    }

    /// Creates a cache with the settings in the [environment](CacheBuilder::env).
    ///
    /// It uses the client of the current task or the default client. If there is neither, it creates one from AWS's own
    /// variables, like [`Client::from_env`].
    ///
    /// # Errors
    ///
    /// `Configuration` if a variable is invalid or the region is missing.
    ///
    /// ```no_run
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// let cache = singlet::cache::Cache::from_env().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn from_env() -> Result<Self> {
        CacheBuilder::new().env()?.connected().await
    }

    fn new(client: Client, settings: CacheSettings) -> Self {
        Cache { client, settings: Arc::new(settings) }
    }

    /// The client that sends all requests.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The name of the table.
    pub fn table(&self) -> &str {
        &self.settings.table
    }

    /// The service's time, in epoch seconds.
    fn now(&self) -> i64 {
        self.client.service_now()
    }

    /// When a TTL of `ttl` seconds from now ends.
    fn expiry(&self, ttl: u64) -> i64 {
        TTLAttribute::after_millis(self.client.service_now_millis(), Duration::from_secs(ttl)).epoch_seconds()
    }

    /// Creates the table of the cache and enables its TTL if the table does not exist, and waits until it is active. See
    /// [`CreateTable`] for the options.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// cache.create_table().await?;
    /// cache.create_table().await?; // changes nothing
    /// assert!(cache.verify_table().await?.is_match());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_table(&self) -> CreateTable {
        CacheTable::create_table().if_absent().table(self.table()).client(&self.client)
    }

    /// Compares the table with what the cache requires. See [`VerifyTable`] and the example of
    /// [`create_table`](Self::create_table).
    pub fn verify_table(&self) -> VerifyTable {
        CacheTable::verify_table().table(self.table()).client(&self.client)
    }

    /// Sets a record, replacing whatever is stored under its key. See [`SetRecord`] for the TTL and the errors.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// cache.set_record("greeting", "hello").ttl(Duration::from_secs(300)).await?;
    /// cache.set_record("numbers", &[1, 2, 3]).await?; // the default TTL
    /// assert_eq!(cache.get_record::<Vec<u8>>("numbers").await?, Some(vec![1, 2, 3]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_record<'a, T: Serialize + ?Sized>(&'a self, key: &'a str, value: &T) -> SetRecord<'a> {
        SetRecord { cache: self, key, value: value::encode(value), ttl: None }
    }

    /// Reads a record. Returns `None` if there is none or it is expired, even if DynamoDB has not deleted it yet.
    ///
    /// With active TTL, reading also extends the TTL from now, unless the record was accessed
    /// [shortly before](CacheBuilder::refresh_after). This method waits for that write. If the write fails,
    /// the record is returned anyway, and the client's [observer](crate::Observer) is called with the error.
    ///
    /// # Errors
    ///
    /// `Decode` if the value is not of type `T`. The TTL is not extended then.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// use std::time::Duration;
    /// use singlet::{Client, ManualClock};
    /// use singlet::cache::Cache;
    ///
    /// let clock = ManualClock::at(1_750_000_000);
    /// let cache = Cache::builder().client(&Client::embedded_with_clock(clock.clone())).build()?;
    /// cache.create_table().await?;
    ///
    /// cache.set_record("session:456", "Alice").ttl(Duration::from_secs(300)).await?;
    /// clock.advance(Duration::from_secs(299));
    /// assert!(cache.get_record::<String>("session:456").await?.is_some());
    /// clock.advance(Duration::from_secs(299));
    /// assert!(cache.get_record::<String>("session:456").await?.is_some());
    /// clock.advance(Duration::from_secs(300));
    /// assert!(cache.get_record::<String>("session:456").await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_record<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        self.check_key(key)?;
        let Some(live) = self.find(key, self.settings.consistent).await? else { return Ok(None) };
        // Decoded before the refresh, so that a value of another type does not extend the TTL.
        let value = value::unpack(&live.record).and_then(value::decode);
        let value = value.map_err(|error| error.with_table(self.table()))?;
        if self.settings.active_ttl {
            // A failed refresh must not fail the read; the observer has already been called for it.
            _ = self.refresh(&live).await;
        }
        Ok(Some(value))
    }

    /// Replaces the value of a live record, which keeps its TTL.
    ///
    /// With active TTL, the TTL is extended from now.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is no record or it is expired, and the errors of [`SetRecord`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// cache.set_record("greeting", "hello").await?;
    /// cache.update_record("greeting", "good morning").await?;
    /// assert!(cache.update_record("farewell", "bye").await.unwrap_err().is_not_found());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_record<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<()> {
        self.check_key(key)?;
        let value = value::encode(value);
        self.replace(key, value.map_err(|error| error.with_table(self.table()))?).await
    }

    /// Sets one field of a record whose value is a map or a struct. Concurrent changes of other fields are preserved: if
    /// another write gets in the way, this one reads the record again and tries again for up to 30 s.
    ///
    /// A missing field is added. `field` is a name, not a path: a dot has no special meaning. With active TTL, the TTL
    /// is extended from now.
    ///
    /// # Errors
    ///
    /// - `NotFound` if there is no record or it is expired;
    /// - `Validation` if the value is not a map, or the field name is empty;
    /// - `TransactionConflict` if concurrent writes changed the record at each attempt for 30 s;
    /// - `TooLarge` if the record would no longer fit an item.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// use std::collections::BTreeMap;
    ///
    /// cache.set_record("cart:789", &BTreeMap::from([("apple", 1)])).await?;
    /// cache.update_record_field("cart:789", "banana", &2).await?;
    /// let cart: Option<BTreeMap<String, u32>> = cache.get_record("cart:789").await?;
    /// assert_eq!(cart, Some(BTreeMap::from([("apple".into(), 1), ("banana".into(), 2)])));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_record_field<T: Serialize + ?Sized>(&self, key: &str, field: &str, value: &T) -> Result<()> {
        self.check_key(key)?;
        if field.is_empty() {
            let error = crate::Error::new(crate::ErrorKind::Validation, "the name of the field is empty");
            return Err(error.with_table(self.table()));
        }
        let value = value::encode(value);
        self.set_field(key, field, value.map_err(|error| error.with_table(self.table()))?).await
    }

    /// Deletes a record, and returns whether a live one existed. Deleting a record that does not exist is not an error.
    ///
    /// # Errors
    ///
    /// `OutcomeUnknown` if the record is deleted, but the response that contained it was lost, so nothing shows whether it
    /// was live.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// cache.set_record("greeting", "hello").await?;
    /// assert!(cache.delete_record("greeting").await?);
    /// assert!(!cache.delete_record("greeting").await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_record(&self, key: &str) -> Result<bool> {
        self.check_key(key)?;
        self.delete(key).await
    }
}
