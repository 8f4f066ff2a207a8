//! The settings of a cache, from code and from the environment.

use std::env::VarError;
use std::time::Duration;

use super::entry::CacheTable;
use super::set::whole_seconds;
use super::{Cache, Settings};
use crate::compression::{CompressionAlgorithm, CompressionOptions};
use crate::{Client, Error, ErrorKind, Result, Table as _, current_client};

const TABLE: &str = "SINGLET_CACHE_TABLE";
const DEFAULT_TTL: &str = "SINGLET_CACHE_DEFAULT_TTL";
const ACTIVE_TTL: &str = "SINGLET_CACHE_ACTIVE_TTL";

/// Makes a [`Cache`]: [`Cache::builder`].
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
#[must_use = "`build` makes the cache"]
pub struct CacheBuilder {
    client: Option<Client>,
    settings: Settings,
}

impl CacheBuilder {
    pub(super) fn new() -> Self {
        let settings = Settings {
            table: CacheTable::SCHEMA.name.to_owned(),
            default_ttl: Duration::from_hours(1),
            active_ttl: true,
            consistent: true,
            compress_from: 4096,
            compression: CompressionOptions::new().algorithm(algorithm()),
        };
        CacheBuilder { client: None, settings }
    }

    /// Takes over what the environment sets: `SINGLET_CACHE_TABLE`, `SINGLET_CACHE_DEFAULT_TTL` in whole seconds,
    /// and `SINGLET_CACHE_ACTIVE_TTL`, `true` or `false`. An empty variable counts as none.
    ///
    /// `Configuration` when one has no meaning; the error names it.
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
            Err(VarError::NotUnicode(_)) => Err(invalid(name, "is not text")),
        })
    }

    fn read(mut self, variable: impl Fn(&'static str) -> Result<Option<String>>) -> Result<Self> {
        let variable = |name| Ok::<_, Error>(variable(name)?.filter(|value| !value.is_empty()));
        if let Some(table) = variable(TABLE)? {
            self.settings.table = table;
        }
        if let Some(ttl) = variable(DEFAULT_TTL)? {
            let seconds = ttl.trim().parse().ok().filter(|seconds| *seconds > 0);
            let seconds = seconds.ok_or_else(|| invalid(DEFAULT_TTL, "is no number of whole seconds from 1 on"))?;
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

    /// The client that sends everything, and whose clock is the time. By default that of the task or of the process
    /// when the cache is made, [`current_client`].
    pub fn client(mut self, client: &Client) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// The table; `singlet_cache` by default. [`Cache::create_table`] makes it.
    pub fn table(mut self, table: impl Into<String>) -> Self {
        self.settings.table = table.into();
        self
    }

    /// How long a record lives that is set without a ttl; an hour by default.
    pub fn default_ttl(mut self, ttl: Duration) -> Self {
        self.settings.default_ttl = ttl;
        self
    }

    /// Whether reading or updating a record lets it live for its ttl from then on; so by default.
    ///
    /// Without it a record ends when its ttl has passed since it was set, and a read writes nothing.
    pub fn active_ttl(mut self, active: bool) -> Self {
        self.settings.active_ttl = active;
        self
    }

    /// Whether a record is seen as soon as it is set; so by default.
    ///
    /// Without it `get_record` and `get_all_records` cost half as many read units, and may miss a record of the last
    /// moment or give the one before it. Updates always read what is there.
    pub fn consistent_read(mut self, consistent: bool) -> Self {
        self.settings.consistent = consistent;
        self
    }

    /// From what size on a record is compressed, in bytes of its item, where that makes it smaller by a tenth; 4096
    /// by default. `usize::MAX` is never.
    ///
    /// A compressed record takes fewer units to read and write; setting one of its fields writes all of it.
    pub fn compress_from(mut self, bytes: usize) -> Self {
        self.settings.compress_from = bytes;
        self
    }

    /// How records are compressed: algorithm and level. Zstandard by default, else what the program was built with.
    pub fn compression(mut self, options: CompressionOptions) -> Self {
        self.settings.compression = options;
        self
    }

    /// The cache. Nothing is sent.
    ///
    /// `NoClient` where there is none; `Configuration` when the default ttl is zero, or the table has no name.
    pub fn build(self) -> Result<Cache> {
        let refused = |message| Err(Error::new(ErrorKind::Configuration, message));
        if whole_seconds(self.settings.default_ttl) == 0 {
            return refused("the default ttl of a cache is zero");
        }
        if self.settings.table.is_empty() {
            return refused("the table of a cache has no name");
        }
        let none = "a cache has no client; say `.client(&client)`, or `singlet::set_default_client` before it is made";
        let client = self.client.or_else(current_client).ok_or_else(|| Error::new(ErrorKind::NoClient, none))?;
        Ok(Cache::new(client, self.settings))
    }

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

/// The best one that the program was built with.
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

    fn read(variables: &[(&str, &str)]) -> Result<Settings> {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        CacheBuilder::new().read(|name| Ok(value(name))).map(|builder| builder.settings)
    }

    #[test]
    fn variables_are_taken_over() {
        let none = read(&[(TABLE, ""), (DEFAULT_TTL, ""), (ACTIVE_TTL, "")]).unwrap();
        assert_eq!(none.table, "singlet_cache");
        assert_eq!((none.default_ttl, none.active_ttl), (Duration::from_hours(1), true));
        let all = read(&[(TABLE, "sessions"), (DEFAULT_TTL, "300"), (ACTIVE_TTL, "False")]).unwrap();
        assert_eq!((all.table.as_str(), all.default_ttl.as_secs(), all.active_ttl), ("sessions", 300, false));
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
