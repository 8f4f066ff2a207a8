use std::sync::Arc;
use std::time::Duration;

use super::{DEFAULT_TABLE, DEFAULT_TTL, Registry, Settings};
use crate::{Client, Error, ErrorKind, Result};

/// Seconds that a time to live may have.
const TTLS: std::ops::RangeInclusive<u64> = 3..=7 * 86_400;

/// The settings of a [`Registry`].
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
#[must_use = "a builder makes no registry until `.build()`"]
pub struct RegistryBuilder {
    client: Client,
    table: String,
    ttl: Duration,
    interval: Option<Duration>,
}

impl RegistryBuilder {
    pub(super) fn new(client: Client) -> Self {
        RegistryBuilder { client, table: DEFAULT_TABLE.to_owned(), ttl: DEFAULT_TTL, interval: None }
    }

    /// The table; [`DEFAULT_TABLE`] without it.
    pub fn table(mut self, table: impl Into<String>) -> Self {
        self.table = table.into();
        self
    }

    /// How long a heartbeat keeps an instance of this process alive, in whole seconds, from 3 to
    /// those of a week; [`DEFAULT_TTL`] without it.
    ///
    /// It is stored with the instance, so that others judge it by this and not by their own.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// The time between two heartbeats, at most a third of the time to live, which is the default.
    pub fn heartbeat_interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Checks the settings.
    ///
    /// Errors of kind `Configuration`: a heartbeat interval that is zero or more than a third of the time to live (one
    /// or two lost heartbeats would make an instance disappear), a time to live that is no whole number of seconds
    /// from 3 to those of a week, a table without a name.
    pub fn build(self) -> Result<Registry> {
        let interval = self.interval.unwrap_or(self.ttl / 3);
        let fault = if self.table.is_empty() {
            Some("the table of the registry has no name")
        } else if !TTLS.contains(&self.ttl.as_secs()) || self.ttl.subsec_nanos() > 0 {
            Some("the time to live is not a whole number of seconds between 3 and those of a week")
        } else if interval.is_zero() {
            Some("the heartbeat interval is zero")
        } else if interval > self.ttl / 3 {
            Some("the heartbeat interval is more than a third of the time to live")
        } else {
            None
        };
        match fault {
            Some(fault) => Err(Error::new(ErrorKind::Configuration, fault)),
            None => {
                Ok(Registry::of(Arc::new(Settings { client: self.client, table: self.table, ttl: self.ttl, interval })))
            }
        }
    }
}
