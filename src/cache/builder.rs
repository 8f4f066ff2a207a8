//! Builds a cache from settings in code and in the environment. It sends no requests.

use std::env::VarError;
use std::time::Duration;

use super::entry::CacheTable;
use super::set::whole_seconds;
use super::{Cache, CacheSettings};
use crate::compression::{CompressionAlgorithm, CompressionOptions};
use crate::ttl::check_refresh_after;
use crate::{Client, Error, ErrorKind, Result, Table as _, current_client};

const TABLE: &str = "SINGLET_CACHE_TABLE";
const DEFAULT_TTL: &str = "SINGLET_CACHE_DEFAULT_TTL";
const ACTIVE_TTL: &str = "SINGLET_CACHE_ACTIVE_TTL";

/// Builds a [`Cache`]. Created by [`Cache::builder`].
///
/// ```
/// use std::time::Duration;
/// use singlet::Client;
/// use singlet::cache::Cache;
///
/// # fn main() -> singlet::Result<()> {
/// let cache = Cache::builder()
///     .client(&Client::embedded())
///     .table("sessions")
///     .default_ttl(Duration::from_secs(300))
///     .active_ttl(false)
///     .build()?;
/// assert_eq!(cache.table(), "sessions");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct CacheBuilder {
    client: Option<Client>,
    /// The name that was set, instead of the declared one.
    table: Option<String>,
    settings: CacheSettings,
}

impl CacheBuilder {
    pub(super) fn new() -> Self {
        let settings = CacheSettings {
            table: String::new(),
            default_ttl: Duration::from_hours(1),
            active_ttl: true,
            refresh_after: 0.0,
            consistent: true,
            compress_from: 4096,
            compression: CompressionOptions::new().algorithm(algorithm()),
        };
        CacheBuilder { client: None, table: None, settings }
    }

    /// Applies the settings in the environment: `SINGLET_CACHE_TABLE`, `SINGLET_CACHE_DEFAULT_TTL` in whole seconds,
    /// and `SINGLET_CACHE_ACTIVE_TTL`, which is `true` or `false`.
    ///
    /// Use this if operators should be able to override settings in code. An empty variable counts as unset. Settings
    /// made after this call take precedence over the environment.
    ///
    /// # Errors
    ///
    /// `Configuration` if a variable is invalid. The error names the variable.
    ///
    /// ```
    /// # fn main() -> singlet::Result<()> {
    /// let builder = singlet::cache::Cache::builder().active_ttl(false).env()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn env(self) -> Result<Self> {
        self.read(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(invalid(name, "is not valid UTF-8")),
        })
    }

    // Takes a function, so that tests do not have to change the environment of their process.
    fn read(mut self, variable: impl Fn(&'static str) -> Result<Option<String>>) -> Result<Self> {
        // Deployment tools often pass unset settings as empty variables.
        let variable = |name| Ok::<_, Error>(variable(name)?.filter(|value| !value.is_empty()));
        if let Some(table) = variable(TABLE)? {
            self.table = Some(table);
        }
        if let Some(ttl) = variable(DEFAULT_TTL)? {
            let seconds = ttl.trim().parse().ok().filter(|seconds| *seconds > 0);
            let seconds =
                seconds.ok_or_else(|| invalid(DEFAULT_TTL, "is not a whole number of seconds of at least 1"))?;
            self.settings.default_ttl = Duration::from_secs(seconds);
        }
        if let Some(active) = variable(ACTIVE_TTL)? {
            self.settings.active_ttl = match active.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => true,
                "false" | "0" => false,
                _ => return Err(invalid(ACTIVE_TTL, "is neither `true` nor `false`")),
            };
        }
        Ok(self)
    }

    /// Sets the client that sends all requests and whose clock decides what is expired. The default is the
    /// [`current_client`] of the task or process at the time of [`build`](Self::build).
    ///
    /// Use this if the process has several clients, or in tests with a manual clock. [`CacheBuilder`] has an example.
    ///
    /// ```
    /// let client = singlet::Client::embedded();
    /// let cache = singlet::cache::Cache::builder().client(&client).build()?;
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn client(mut self, client: &Client) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// Sets the name of the table. The default is `singlet_cache`, to which the client's
    /// [table names](crate::ClientBuilder::table_name) apply.
    ///
    /// Use this to run several caches or stages in one account. [`Cache::create_table`] creates the table.
    ///
    /// ```
    /// # fn main() -> singlet::Result<()> {
    /// # let client = singlet::Client::embedded();
    /// use singlet::cache::Cache;
    ///
    /// let cache = Cache::builder().client(&client).table("sessions-staging").build()?;
    /// assert_eq!(cache.table(), "sessions-staging");
    /// # Ok(())
    /// # }
    /// ```
    pub fn table(mut self, table: impl Into<String>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// Sets the TTL of records that are set without one. The default is one hour.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # use std::time::Duration;
    /// # let clock = singlet::ManualClock::at(1_750_000_000);
    /// # let client = singlet::Client::embedded_with_clock(clock.clone());
    /// # use singlet::cache::Cache;
    /// let cache = Cache::builder().client(&client).default_ttl(Duration::from_mins(5)).build()?;
    /// # cache.create_table().await?;
    /// cache.set_record("greeting", "hello").await?;
    /// clock.advance(Duration::from_mins(5));
    /// assert_eq!(cache.get_record::<String>("greeting").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn default_ttl(mut self, ttl: Duration) -> Self {
        self.settings.default_ttl = ttl;
        self
    }

    /// Whether reading or updating a record extends its TTL from that time. The default is `true`.
    ///
    /// Disable it for data that must be fetched again after some time, such as API responses: a record then expires
    /// when its TTL has passed since it was set, and reads write nothing.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # use std::time::Duration;
    /// # let clock = singlet::ManualClock::at(1_750_000_000);
    /// # let client = singlet::Client::embedded_with_clock(clock.clone());
    /// # use singlet::cache::Cache;
    /// let cache = Cache::builder().client(&client).active_ttl(false).build()?;
    /// # cache.create_table().await?;
    /// cache.set_record("rates", &[1.08, 1.09]).ttl(Duration::from_mins(10)).await?;
    /// clock.advance(Duration::from_mins(9));
    /// assert!(cache.get_record::<Vec<f64>>("rates").await?.is_some());
    /// clock.advance(Duration::from_mins(1));
    /// assert!(cache.get_record::<Vec<f64>>("rates").await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn active_ttl(mut self, active: bool) -> Self {
        self.settings.active_ttl = active;
        self
    }

    /// The part of the TTL that must pass before an access refreshes a record again, from 0 (always) to 1. The default
    /// is 0. It has no effect without [active TTL](Self::active_ttl).
    ///
    /// Each refresh costs one write unit. With 0.1, a record with a TTL of an hour is refreshed at most every six
    /// minutes, and expires no earlier than 54 minutes after its last access. It applies to reads, and to field updates
    /// that [set a field in place](super#how-records-are-stored) in a record of more than 1 KB. Other updates always
    /// extend the TTL.
    ///
    /// Each record stores the pause with its TTL, so that a [cleanup](Cache::cleanup_inactive_records) with other
    /// settings knows that later accesses may have left no trace. The setting therefore applies to records that are set
    /// or updated with it.
    ///
    /// With a number outside of that range, [`build`](Self::build) fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # use std::time::Duration;
    /// # let clock = singlet::ManualClock::at(1_750_000_000);
    /// # let client = singlet::Client::embedded_with_clock(clock.clone());
    /// # use singlet::cache::Cache;
    /// let cache = Cache::builder().client(&client).refresh_after(0.1).build()?;
    /// # cache.create_table().await?;
    /// cache.set_record("session:456", "Alice").ttl(Duration::from_mins(60)).await?;
    ///
    /// clock.advance(Duration::from_mins(5));
    /// cache.get_record::<String>("session:456").await?; // writes nothing
    /// clock.advance(Duration::from_mins(5));
    /// cache.get_record::<String>("session:456").await?; // extends the TTL
    ///
    /// clock.advance(Duration::from_mins(59));
    /// assert!(cache.get_record::<String>("session:456").await?.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn refresh_after(mut self, part: f64) -> Self {
        self.settings.refresh_after = part;
        self
    }

    /// Whether reads are strongly consistent. The default is `true`.
    ///
    /// Disable it if a read may miss the latest write: `get_record` and `get_all_records` then cost half as many read
    /// units. Updates always use consistent reads.
    ///
    /// ```
    /// # fn main() -> singlet::Result<()> {
    /// # let client = singlet::Client::embedded();
    /// use singlet::cache::Cache;
    ///
    /// let cache = Cache::builder().client(&client).consistent_read(false).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consistent_read(mut self, consistent: bool) -> Self {
        self.settings.consistent = consistent;
        self
    }

    /// Sets the item size in bytes from which records are compressed, if that makes them at least a third smaller or if they
    /// do not fit an item otherwise. The default is 4096; `usize::MAX` disables compression.
    ///
    /// A compressed record costs fewer units to read and write, but setting one of its fields writes the whole record.
    /// Raise the threshold if most writes are field updates.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let client = singlet::Client::embedded();
    /// # use singlet::cache::Cache;
    /// let cache = Cache::builder().client(&client).compress_from(usize::MAX).build()?;
    /// # cache.create_table().await?;
    /// let page = "<p>hello</p>".repeat(1000);
    /// cache.set_record("page:7", &page).await?;
    /// assert_eq!(cache.get_record("page:7").await?, Some(page));
    /// # Ok(())
    /// # }
    /// ```
    pub fn compress_from(mut self, bytes: usize) -> Self {
        self.settings.compress_from = bytes;
        self
    }

    /// Sets the algorithm and level of compression. The default is Zstandard, or another algorithm if the program was
    /// built without it. The other options do not apply: [`compress_from`](Self::compress_from) decides what is compressed,
    /// and the result is always stored as a B.
    ///
    /// Use this to trade CPU time against size, or to let programs without Zstandard read the records.
    ///
    /// ```
    /// # fn main() -> singlet::Result<()> {
    /// # let client = singlet::Client::embedded();
    /// # use singlet::cache::Cache;
    /// use singlet::compression::{CompressionAlgorithm, CompressionOptions};
    ///
    /// let options = CompressionOptions::new().algorithm(CompressionAlgorithm::Gzip);
    /// let cache = Cache::builder().client(&client).compression(options).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn compression(mut self, options: CompressionOptions) -> Self {
        self.settings.compression = options;
        self
    }

    /// Builds the cache. This sends no request.
    ///
    /// # Errors
    ///
    /// `NoClient` if there is no client; `Configuration` if the default TTL is zero, if
    /// [`refresh_after`](Self::refresh_after) is not from 0 to 1, if the table name is empty, or if the client's [table names](crate::ClientBuilder::table_name) are invalid.
    pub fn build(mut self) -> Result<Cache> {
        let refused = |message| Err(Error::new(ErrorKind::Configuration, message));
        if whole_seconds(self.settings.default_ttl) == 0 {
            return refused("the default TTL of the cache is zero");
        }
        check_refresh_after(self.settings.refresh_after)?;
        if self.table.as_ref().is_some_and(String::is_empty) {
            return refused("the table name of the cache is empty");
        }
        let none = "the cache has no client; call `.client(&client)`, or `singlet::set_default_client` before `build`";
        let client = self.client.or_else(current_client).ok_or_else(|| Error::new(ErrorKind::NoClient, none))?;
        self.settings.table = match self.table {
            Some(table) => table,
            None => client.table_of(CacheTable::SCHEMA.name)?.into_owned(),
        };
        Ok(Cache::new(client, self.settings))
    }

    /// As [`build`](Self::build), but creates a client if there is none.
    pub(super) async fn connected(mut self) -> Result<Cache> {
        if self.client.is_none() && current_client().is_none() {
            self.client = Some(Client::builder().build().await?);
        }
        self.build()
    }
}

#[cold]
fn invalid(name: &'static str, why: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("the environment variable `{name}` {why}"))
}

/// The best algorithm that the program was built with.
fn algorithm() -> CompressionAlgorithm {
    if cfg!(feature = "zstd") {
        CompressionAlgorithm::Zstd
    } else if cfg!(feature = "gzip") {
        CompressionAlgorithm::Gzip
    } else {
        CompressionAlgorithm::Lz4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<CacheBuilder> {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        CacheBuilder::new().read(|name| Ok(value(name)))
    }

    #[test]
    fn variables_are_taken_over() {
        let none = read(&[(TABLE, ""), (DEFAULT_TTL, ""), (ACTIVE_TTL, "")]).unwrap();
        assert_eq!(
            (none.table, none.settings.default_ttl, none.settings.active_ttl),
            (None, Duration::from_hours(1), true)
        );
        let all = read(&[(TABLE, "sessions"), (DEFAULT_TTL, "300"), (ACTIVE_TTL, "False")]).unwrap();
        assert_eq!(all.table.as_deref(), Some("sessions"));
        assert_eq!((all.settings.default_ttl.as_secs(), all.settings.active_ttl), (300, false));
    }

    #[test]
    fn a_variable_without_meaning_is_refused_by_its_name() {
        for (name, values) in [(DEFAULT_TTL, ["0", "-5", "1h", "1.5"]), (ACTIVE_TTL, ["yes", "2", "off", "flase"])] {
            for value in values {
                let error = read(&[(name, value)]).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Configuration, "{value}");
                assert!(error.to_string().contains(name) && !error.to_string().contains(value), "{error}");
            }
        }
    }
}
