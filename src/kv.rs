//! A key-value store whose entries can expire, for locks, tokens and temporary flags.
//!
//! A value is any serde type, and each value is an item of its own. An expired entry is absent, no matter when DynamoDB
//! deletes it.
//!
//! ```
//! use std::time::Duration;
//! use singlet::kv::KeyValueStore;
//! use singlet::{Client, ManualClock};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> singlet::Result<()> {
//! # let clock = ManualClock::at(1_700_000_000);
//! # let client = Client::embedded_with_clock(clock.clone());
//! let store = KeyValueStore::new(client);
//! store.create_table().await?;
//!
//! let value = serde_json::json!({ "data": "test" });
//! store.put("test-key", &value).ttl(Duration::from_secs(5)).await?;
//! assert_eq!(store.get("test-key").await?, Some(value));
//!
//! clock.advance(Duration::from_secs(6));
//! assert_eq!(store.get::<serde_json::Value>("test-key").await?, None);
//! # Ok(())
//! # }
//! ```
//!
//! # Cost
//!
//! A put or delete costs 1 write unit per started KB of the entry: its key, its value and about 70 bytes. A get is
//! strongly consistent, so that it sees every completed put. It costs 1 read unit per started 4 KB, also for an expired
//! entry.
//!
//! For values whose TTL is extended while they are in use, and for large values, use the `cache` module.

mod entry;
mod put;

use serde::de::DeserializeOwned;

use crate::{Client, CreateTable, Model as _, Result, Table as _, VerifyTable};
use entry::{KeyValueEntry, decode, encode};

pub use entry::KeyValueTable;
pub use put::PutValue;

/// The default name of the table: `key-values`.
pub const DEFAULT_TABLE: &str = "key-values";

/// A key-value store in one table. See the [module documentation](self) for an example.
///
/// It uses the time of the service ([`Client::service_now`]), so that machines whose clocks differ agree on what is
/// expired.
#[derive(Debug, Clone)]
pub struct KeyValueStore {
    client: Client,
    table: String,
}

impl KeyValueStore {
    /// Creates a store in the table [`DEFAULT_TABLE`], to which the client's
    /// [table names](crate::ClientBuilder::table_name) apply. If they are invalid, every operation fails with
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration).
    ///
    /// ```
    /// let store = singlet::kv::KeyValueStore::new(singlet::Client::embedded());
    /// assert_eq!(store.table(), "key-values");
    /// ```
    pub fn new(client: Client) -> Self {
        let (client, table) = client.with_table_of(DEFAULT_TABLE);
        KeyValueStore { client, table }
    }

    /// Uses another table.
    ///
    /// Use this to keep several stores or stages in one account.
    ///
    /// ```
    /// use singlet::kv::KeyValueStore;
    ///
    /// let store = KeyValueStore::new(singlet::Client::embedded()).with_table("locks");
    /// assert_eq!(store.table(), "locks");
    /// ```
    pub fn with_table(mut self, table: impl Into<String>) -> Self {
        self.table = table.into();
        self
    }

    /// The name of the table.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Creates the table and enables its TTL if the table does not exist, and waits until it is active. See
    /// [`CreateTable`] for the options.
    pub fn create_table(&self) -> CreateTable {
        KeyValueTable::create_table().if_absent().client(&self.client).table(&self.table)
    }

    /// Compares the table with what a store requires. See [`VerifyTable`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let store = singlet::kv::KeyValueStore::new(singlet::Client::embedded());
    /// store.create_table().await?;
    /// assert!(store.verify_table().await?.is_match());
    /// # Ok(())
    /// # }
    /// ```
    pub fn verify_table(&self) -> VerifyTable {
        KeyValueTable::verify_table().client(&self.client).table(&self.table)
    }

    /// Stores a value under `key`, replacing an existing one. See [`PutValue`] for the options and an example.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let store = singlet::kv::KeyValueStore::new(singlet::Client::embedded());
    /// # store.create_table().await?;
    /// store.put("greeting", "hello").await?;
    /// assert_eq!(store.get("greeting").await?, Some("hello".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn put<'a, T: serde::Serialize + ?Sized>(&'a self, key: impl Into<String>, value: &T) -> PutValue<'a> {
        PutValue::new(self, key.into(), encode(value))
    }

    /// Reads the value under `key`. Returns `None` if there is none or it is expired.
    ///
    /// # Errors
    ///
    /// - `Decode` if the stored value is not of type `T`;
    /// - `InvalidKey` if the key is too long;
    /// - any error of a request.
    ///
    /// ```
    /// # use singlet::{Client, ErrorKind, kv::KeyValueStore};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let store = KeyValueStore::new(Client::embedded());
    /// # store.create_table().await?;
    /// store.put("answer", &42).await?;
    /// assert_eq!(store.get::<u8>("answer").await?, Some(42));
    /// assert_eq!(store.get::<String>("answer").await.unwrap_err().kind(), ErrorKind::Decode);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get<T: DeserializeOwned>(&self, key: impl AsRef<str>) -> Result<Option<T>> {
        let entry = KeyValueEntry::get(key.as_ref()).client(&self.client).table(&self.table).consistent().await?;
        // Taken after the response, from which the client may have learned how wrong this machine's clock is.
        let now = self.client.service_now();
        entry.filter(|entry| !entry.is_expired_at(now)).map(|entry| decode(entry.value)).transpose()
    }

    /// Deletes the value under `key`. Deleting a value that does not exist is not an error.
    ///
    /// ```
    /// # use singlet::{Client, kv::KeyValueStore};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let store = KeyValueStore::new(Client::embedded());
    /// # store.create_table().await?;
    /// store.put("flag", &true).await?;
    /// store.delete("flag").await?;
    /// assert_eq!(store.get::<bool>("flag").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete(&self, key: impl AsRef<str>) -> Result<()> {
        KeyValueEntry::delete_by_key(key.as_ref()).client(&self.client).table(&self.table).await
    }
}
