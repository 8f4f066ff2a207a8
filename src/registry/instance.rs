use std::collections::BTreeMap;
use std::time::Duration;

use super::{STALE_THRESHOLD, ServiceStatus};
use crate::registry::STALE_BUFFER;
use crate::{Model, TTLAttribute, Table};

/// The table of a registry: the keys `pk` and `sk`, time to live on `expires_at`.
///
/// ```
/// use singlet::{Client, Table as _};
/// use singlet::registry::ServiceTable;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// let client = Client::embedded();
/// ServiceTable::create_table().client(&client).await?;
/// assert_eq!(ServiceTable::SCHEMA.name, singlet::registry::DEFAULT_TABLE);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Table)]
#[table(name = "services", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type", crate = crate)]
pub struct ServiceTable;

/// One running instance of a service, as it is stored: an item per instance, a partition per service.
///
/// Times are milliseconds since 1970-01-01T00:00:00Z by DynamoDB's clock, whatever the instance's own clock shows (see
/// [`Client::service_now`](crate::Client::service_now)).
///
/// ```
/// use std::time::Duration;
/// use singlet::Model;
/// use singlet::registry::ServiceInstance;
///
/// let instance = ServiceInstance::builder()
///     .service_name("orders")
///     .instance_id("i-1")
///     .last_heartbeat(1_000_000)
///     .expires_at(singlet::TTLAttribute::from_epoch_seconds(1_030))
///     .ttl_seconds(30u64)
///     .build();
/// assert_eq!(instance.to_item()?["pk"].as_s().unwrap(), "SERVICE#orders");
/// assert_eq!(instance.stale_after(), Duration::from_secs(35));
/// assert!(!instance.is_stale(1_035_000) && instance.is_stale(1_035_001));
/// # Ok::<(), singlet::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = ServiceTable, hash_key = "SERVICE#{service_name}", range_key = "INSTANCE#{instance_id}", crate = crate)]
#[non_exhaustive]
pub struct ServiceInstance {
    /// The service it is an instance of.
    #[model(key_only)]
    pub service_name: String,
    /// What tells it from the other instances of the service.
    #[model(key_only)]
    pub instance_id: String,
    /// What it says of itself.
    #[model(default)]
    pub status: ServiceStatus,
    /// Where it is reached, in whatever form its callers know.
    pub address: Option<String>,
    /// What else it says of itself.
    #[model(default)]
    pub metadata: BTreeMap<String, String>,
    /// Which registration wrote it: each has a random id, so that two never take each other's entry for their own.
    #[model(default)]
    pub registration_id: String,
    /// Grows with each heartbeat.
    #[model(default)]
    pub heartbeats: u64,
    /// When it beat last.
    #[model(default)]
    pub last_heartbeat: i64,
    /// When it was registered.
    #[model(default)]
    pub registered_at: i64,
    /// How long a heartbeat keeps it alive, in seconds.
    pub ttl_seconds: Option<u64>,
    /// When DynamoDB may delete it; `None` for entries of a time before they had one.
    pub expires_at: Option<TTLAttribute>,
}

impl ServiceInstance {
    /// How long it has not beaten, at the time `now` in epoch milliseconds; zero when it beats in the future.
    pub fn heartbeat_age(&self, now: i64) -> Duration {
        Duration::from_millis(u64::try_from(now.saturating_sub(self.last_heartbeat)).unwrap_or(0))
    }

    /// How old a heartbeat may be: its time to live and a buffer of 5 s, or [`STALE_THRESHOLD`] where it has none.
    pub fn stale_after(&self) -> Duration {
        self.ttl_seconds.map_or(STALE_THRESHOLD, |ttl| Duration::from_secs(ttl).saturating_add(STALE_BUFFER))
    }

    /// Whether it has not beaten for longer than [`stale_after`](Self::stale_after), at the time `now` in epoch milliseconds.
    pub fn is_stale(&self, now: i64) -> bool {
        self.heartbeat_age(now) > self.stale_after()
    }

    /// Whether the entry has no time to live, so that DynamoDB never deletes it.
    pub fn has_no_ttl(&self) -> bool {
        self.expires_at.is_none()
    }

    /// Beats once more, at the time `now` in epoch milliseconds.
    pub(super) fn beat(&mut self, now: i64, ttl: Duration) {
        self.heartbeats = self.heartbeats.saturating_add(1);
        self.last_heartbeat = now;
        // Rounded up, so that DynamoDB never deletes before the time to live is over.
        let expiry = now.saturating_add(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX)).saturating_add(999) / 1000;
        self.expires_at = Some(TTLAttribute::from_epoch_seconds(expiry));
        self.ttl_seconds = Some(ttl.as_secs());
    }
}
