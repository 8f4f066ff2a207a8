#![doc = include_str!("docs/cache.md")]

mod all;
mod batch;
mod builder;
mod cleanup;
mod delete;
mod entry;
mod form;
mod live;
mod pairs;
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
use crate::{Client, CreateTable, Result, Table as _, VerifyTable};

pub use all::{AllRecords, RecordStream};
pub use batch::{BatchDelete, BatchSet};
pub use builder::CacheBuilder;
pub use cleanup::{Cleanup, CleanupReport, CleanupStatus, CleanupTask};
pub use entry::CacheTable;
pub use set::SetRecord;

/// A cache in a DynamoDB table: any value of serde's under a key, for as long as it is used. A clone is the same
/// cache.
///
/// The [module](self) tells how records are stored and what they cost.
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
    settings: Arc<Settings>,
}

#[derive(Debug, Clone)]
struct Settings {
    table: String,
    default_ttl: Duration,
    active_ttl: bool,
    consistent: bool,
    compress_from: usize,
    compression: CompressionOptions,
}

impl Cache {
    /// A cache with settings of your own. See [`CacheBuilder`] for an example.
    pub fn builder() -> CacheBuilder {
        CacheBuilder::new()
    }

    /// A cache with the settings of the [environment](CacheBuilder::env).
    ///
    /// It is sent by the client of the task or the default one; where there is none, by one that AWS's own variables
    /// configure, as [`Client::from_env`]. `Configuration` when a variable has no meaning, or a region is missing.
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

    fn new(client: Client, settings: Settings) -> Self {
        Cache { client, settings: Arc::new(settings) }
    }

    /// The client that sends everything.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The name of the table.
    pub fn table(&self) -> &str {
        &self.settings.table
    }

    fn now(&self) -> i64 {
        self.client.now()
    }

    /// Creates the table of the cache, with its TTL enabled. See [`CreateTable`] for the options.
    pub fn create_table(&self) -> CreateTable {
        CacheTable::create_table().table(self.table()).client(&self.client)
    }

    /// Compares the live table with what the cache needs. See [`VerifyTable`].
    pub fn verify_table(&self) -> VerifyTable {
        CacheTable::verify_table().table(self.table()).client(&self.client)
    }

    /// Sets a record, whatever is under its key. See [`SetRecord`] for the ttl and the errors.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// cache.set_record("greeting", "hello").ttl(Duration::from_secs(300)).await?;
    /// cache.set_record("numbers", &[1, 2, 3]).await?; // for the default ttl
    /// assert_eq!(cache.get_record::<Vec<u8>>("numbers").await?, Some(vec![1, 2, 3]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_record<'a, T: Serialize + ?Sized>(&'a self, key: &'a str, value: &T) -> SetRecord<'a> {
        SetRecord { cache: self, key, value: value::encode(value), ttl: None }
    }

    /// Reads a record: `None` when there is none, or it has ended, whether or not DynamoDB has deleted it.
    ///
    /// With active TTL the record lives for its ttl from now on. That is a write, which is awaited; should it fail,
    /// the record is given all the same, and the client's [observer](crate::Observer) hears of it.
    ///
    /// `Decode` when the value is not of type `T`; the record is not prolonged then.
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
        let value = value::unpack(&live.record).and_then(value::decode);
        let value = value.map_err(|error| error.with_table(self.table()))?;
        if self.settings.active_ttl {
            // The observer has heard of it.
            _ = self.refresh(&live).await;
        }
        Ok(Some(value))
    }

    /// Replaces the value of a record, which keeps its own ttl.
    ///
    /// With active TTL it lives for that from now on. `NotFound` when there is no record, or it has ended; the other
    /// errors are those of [`SetRecord`].
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

    /// Sets one field of a record whose value is a map or a struct; other fields stay, whoever sets them meanwhile.
    ///
    /// A field that is not there is added. `field` is a name, not a path: a dot in it is a dot. With active TTL the
    /// record lives for its ttl from now on.
    ///
    /// `NotFound` when there is no record, or it has ended; `Validation` when its value has no fields, or the name is
    /// empty; `TransactionConflict` when others changed the record each of the 16 times it was tried; `TooLarge` when
    /// the record would no longer fit an item.
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
            let error = crate::Error::new(crate::ErrorKind::Validation, "the name of a field is empty");
            return Err(error.with_table(self.table()));
        }
        let value = value::encode(value);
        self.set_field(key, field, value.map_err(|error| error.with_table(self.table()))?).await
    }

    /// Deletes a record; whether there was one that had not ended.
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
