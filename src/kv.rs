//! Keys and values with a time to live: for a lock, a token, a flag that ends by itself.
//!
//! A value is any type of serde's; each is an item of its own. An entry whose time to live has passed is absent, however
//! late DynamoDB deletes it.
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
//! # What it costs
//!
//! A put or delete is 1 write unit for each started KB of the entry, key and value together. A get is strongly consistent,
//! so that what was put is there at once: 1 read unit for each started 4 KB, also for an entry that has expired.
//!
//! Records that live as long as they are used, large ones among them, are the business of the `cache` module.

mod key_value;
mod put;
mod value;

use serde::de::DeserializeOwned;

use crate::{Client, CreateTable, Model as _, Result, Table as _, VerifyTable};
use key_value::KeyValue;

pub use key_value::KeyValueTable;
pub use put::Put;

/// The table of a store, where nothing else is said: `key-values`.
pub const DEFAULT_TABLE: &str = "key-values";

/// Keys and values in one table. See the [module](self) for an example.
///
/// The time is that of the service ([`Client::service_now`]), so that machines whose clocks differ agree on what has
/// expired.
#[derive(Debug, Clone)]
pub struct KeyValueStore {
    client: Client,
    table: String,
}

impl KeyValueStore {
    /// A store in the table [`DEFAULT_TABLE`].
    pub fn new(client: Client) -> Self {
        KeyValueStore { client, table: DEFAULT_TABLE.to_owned() }
    }

    /// This store in another table.
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

    /// The table.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Creates the table with its TTL, unless it is there, and waits until it can be used. See [`CreateTable`] for the
    /// options.
    pub fn create_table(&self) -> CreateTable {
        KeyValueTable::create_table().if_absent().client(&self.client).table(&self.table)
    }

    /// Compares the live table with what a store needs. See [`VerifyTable`].
    pub fn verify_table(&self) -> VerifyTable {
        KeyValueTable::verify_table().client(&self.client).table(&self.table)
    }

    /// Stores a value under `key`, in place of what is there. See [`Put`] for the options and an example.
    pub fn put<'a, T: serde::Serialize + ?Sized>(&'a self, key: impl Into<String>, value: &T) -> Put<'a> {
        Put::new(self, key.into(), value::encode(value))
    }

    /// Reads the value under `key`: `None` when there is none, or its time to live has passed.
    ///
    /// Errors: `Decode` when what is stored is no `T`; `InvalidKey`, and those of any request.
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
        let entry = KeyValue::get(key.as_ref()).client(&self.client).table(&self.table).consistent().await?;
        // After the answer, which may have told how wrong this machine's clock is.
        let now = self.client.service_now();
        entry.filter(|entry| !entry.has_expired(now)).map(|entry| value::decode(entry.value)).transpose()
    }

    /// Removes what is stored under `key`. It is no error when there is nothing.
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
        KeyValue::delete_by_key(key.as_ref()).client(&self.client).table(&self.table).await
    }
}
