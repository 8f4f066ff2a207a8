//! Builds a registry and checks its settings. It sends no requests.

use std::sync::Arc;
use std::time::Duration;

use super::{DEFAULT_TABLE, DEFAULT_TTL, Registry, RegistrySettings};
use crate::{Client, Error, ErrorKind, Result};

/// The allowed TTLs in seconds. With fewer than 3 s, a third would be less than the resolution of DynamoDB's clock.
const TTLS: std::ops::RangeInclusive<u64> = 3..=7 * 86_400;

/// Builds a [`Registry`] with custom settings. Created by [`Registry::builder`].
///
/// ```
/// use std::time::Duration;
/// use singlet::registry::Registry;
/// use singlet::{Client, ErrorKind};
///
/// let builder = Registry::builder(Client::embedded()).table("my-services").ttl(Duration::from_secs(60));
/// assert_eq!(builder.build()?.heartbeat_interval(), Duration::from_secs(20));
///
/// let rare = Registry::builder(Client::embedded()).heartbeat_interval(Duration::from_secs(11));
/// assert_eq!(rare.build().unwrap_err().kind(), ErrorKind::Configuration);
/// # Ok::<(), singlet::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct RegistryBuilder {
    client: Client,
    table: Option<String>,
    ttl: Duration,
    interval: Option<Duration>,
}

impl RegistryBuilder {
    pub(super) fn new(client: Client) -> Self {
        RegistryBuilder { client, table: None, ttl: DEFAULT_TTL, interval: None }
    }

    /// Sets the name of the table. The default is [`DEFAULT_TABLE`], to which the client's
    /// [table names](crate::ClientBuilder::table_name) apply.
    ///
    /// Use this to run several registries or stages in one account.
    ///
    /// ```
    /// # fn main() -> singlet::Result<()> {
    /// # let client = singlet::Client::embedded();
    /// use singlet::registry::Registry;
    ///
    /// let registry = Registry::builder(client).table("services-staging").build()?;
    /// assert_eq!(registry.table(), "services-staging");
    /// # Ok(())
    /// # }
    /// ```
    pub fn table(mut self, table: impl Into<String>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// Sets how long a heartbeat of this process is valid, in whole seconds from 3 s to one week. The default is
    /// [`DEFAULT_TTL`].
    ///
    /// A longer TTL saves writes, since heartbeats may be rarer; a shorter one lets others notice a crash sooner. The
    /// TTL is stored with each instance, so that other processes use it instead of their own.
    ///
    /// ```
    /// # fn main() -> singlet::Result<()> {
    /// # let client = singlet::Client::embedded();
    /// use std::time::Duration;
    /// use singlet::registry::Registry;
    ///
    /// let registry = Registry::builder(client).ttl(Duration::from_secs(60)).build()?;
    /// assert_eq!(registry.heartbeat_interval(), Duration::from_secs(20));
    /// # Ok(())
    /// # }
    /// ```
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// Sets the time between two heartbeats. The default and maximum is a third of the TTL.
    ///
    /// Use a shorter interval if more than two lost heartbeats in a row must not hide an instance.
    ///
    /// ```
    /// # fn main() -> singlet::Result<()> {
    /// # let client = singlet::Client::embedded();
    /// use std::time::Duration;
    /// use singlet::registry::Registry;
    ///
    /// let registry = Registry::builder(client).heartbeat_interval(Duration::from_secs(5)).build()?;
    /// assert_eq!(registry.ttl(), Duration::from_secs(30));
    /// # Ok(())
    /// # }
    /// ```
    pub fn heartbeat_interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Checks the settings and builds the registry. This sends no request.
    ///
    /// # Errors
    ///
    /// `Configuration` if
    ///
    /// - the heartbeat interval is zero or more than a third of the TTL, so that one or two lost heartbeats would hide
    ///   an instance;
    /// - the TTL is not a whole number of seconds from 3 s to one week;
    /// - the table name is empty, or the client's [table names](crate::ClientBuilder::table_name) are invalid.
    pub fn build(self) -> Result<Registry> {
        let interval = self.interval.unwrap_or(self.ttl / 3);
        let fault = if self.table.as_ref().is_some_and(String::is_empty) {
            Some("the table name of the registry is empty")
        } else if !TTLS.contains(&self.ttl.as_secs()) || self.ttl.subsec_nanos() > 0 {
            Some("the TTL is not a whole number of seconds from 3 s to one week")
        } else if interval.is_zero() {
            Some("the heartbeat interval is zero")
        } else if interval > self.ttl / 3 {
            Some("the heartbeat interval is more than a third of the TTL")
        } else {
            None
        };
        if let Some(fault) = fault {
            return Err(Error::new(ErrorKind::Configuration, fault));
        }
        let table = match self.table {
            Some(table) => table,
            None => self.client.table_of(DEFAULT_TABLE)?.into_owned(),
        };
        Ok(Registry::of(Arc::new(RegistrySettings { client: self.client, table, ttl: self.ttl, interval })))
    }
}
