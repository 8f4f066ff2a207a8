//! The stored entry of a service instance, its table and its status. It sends no requests.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::STALE_THRESHOLD;
use crate::expr::{Path, Role, Symbol};
use crate::registry::STALE_BUFFER;
use crate::wire::{Fault, Reader, Writer};
use crate::{Attribute, Model, TTLAttribute, Table, ValueFor};

/// The table of a registry, with the keys `pk` and `sk` and the TTL attribute `expires_at`.
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

/// One instance of a service as it is stored: one item per instance, one partition per service.
///
/// Times are in milliseconds since 1970-01-01T00:00:00Z by DynamoDB's clock, independently of the clock of the instance
/// (see [`Client::service_now`](crate::Client::service_now)).
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
// Every attribute but the keys has a default: other programs write entries without some of them.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = ServiceTable, hash_key = "SERVICE#{service_name}", range_key = "INSTANCE#{instance_id}", crate = crate)]
#[non_exhaustive]
pub struct ServiceInstance {
    /// The name of the service.
    #[model(key_only)]
    pub service_name: String,
    /// The id of the instance, unique within the service.
    #[model(key_only)]
    pub instance_id: String,
    /// The status that the instance reports.
    #[model(default)]
    pub status: ServiceStatus,
    /// The address of the instance, in any form that its callers understand.
    pub address: Option<String>,
    /// Additional information about the instance.
    #[model(default)]
    pub metadata: BTreeMap<String, String>,
    /// The random id of the registration that wrote the entry, by which a registration recognizes its own entry.
    #[model(default)]
    pub registration_id: String,
    /// The number of heartbeats, which grows with each one.
    #[model(default)]
    pub heartbeats: u64,
    /// The time of the last heartbeat.
    #[model(default)]
    pub last_heartbeat: i64,
    /// The time of registration.
    #[model(default)]
    pub registered_at: i64,
    /// How long a heartbeat is valid, in seconds.
    pub ttl_seconds: Option<u64>,
    /// When DynamoDB may delete the entry. `None` for entries of programs that write no TTL.
    pub expires_at: Option<TTLAttribute>,
}

impl ServiceInstance {
    /// The age of the last heartbeat at the time `now` in epoch milliseconds, or zero if it lies in the future.
    pub fn heartbeat_age(&self, now: i64) -> Duration {
        Duration::from_millis(u64::try_from(now.saturating_sub(self.last_heartbeat)).unwrap_or(0))
    }

    /// The age at which a heartbeat becomes stale: the TTL plus a buffer of 5 s, or [`STALE_THRESHOLD`] without a TTL.
    pub fn stale_after(&self) -> Duration {
        self.ttl_seconds.map_or(STALE_THRESHOLD, |ttl| Duration::from_secs(ttl).saturating_add(STALE_BUFFER))
    }

    /// Whether the last heartbeat is older than [`stale_after`](Self::stale_after) at the time `now` in epoch
    /// milliseconds.
    ///
    /// Use this to filter entries that you read with a query of your own, at the time
    /// [`Client::service_now_millis`](crate::Client::service_now_millis).
    ///
    /// ```
    /// # use singlet::{Client, registry::{Registry, ServiceInstance}};
    /// use singlet::Model as _;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let client = Client::embedded();
    /// # let registry = Registry::new(client.clone());
    /// # registry.create_table().await?;
    /// # let _registration = registry.register("orders", "i-1").await?;
    /// let mut instances = ServiceInstance::query("orders").client(&client).limit(10).await?;
    /// instances.retain(|instance| !instance.is_stale(client.service_now_millis()));
    /// assert_eq!(instances.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_stale(&self, now: i64) -> bool {
        self.heartbeat_age(now) > self.stale_after()
    }

    /// Whether the entry has no TTL, so that DynamoDB never deletes it.
    ///
    /// ```
    /// let instance = singlet::registry::ServiceInstance::builder().service_name("orders").instance_id("i-1").build();
    /// assert!(instance.has_no_ttl());
    /// ```
    pub fn has_no_ttl(&self) -> bool {
        self.expires_at.is_none()
    }

    /// Applies one heartbeat at the time `now` in epoch milliseconds.
    pub(super) fn beat(&mut self, now: i64, ttl: Duration) {
        self.heartbeats = self.heartbeats.saturating_add(1);
        self.last_heartbeat = now;
        self.expires_at = Some(TTLAttribute::after_millis(now, ttl));
        self.ttl_seconds = Some(ttl.as_secs());
    }
}

/// The status that an instance of a service reports. It is stored as its name in capitals.
///
/// An unknown name is read as [`Other`](Self::Other), so that older programs can read the statuses of newer ones.
///
/// ```
/// use singlet::registry::ServiceStatus;
///
/// assert_eq!(ServiceStatus::from("STANDBY"), ServiceStatus::Standby);
/// assert_eq!(ServiceStatus::from("DRAINING").to_string(), "DRAINING");
/// assert!(ServiceStatus::Unhealthy.is_for_cleanup());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ServiceStatus {
    /// `ACTIVE`: the instance serves requests.
    #[default]
    Active,
    /// `STANDBY`: the instance is ready to take over, but serves no requests.
    Standby,
    /// `UNHEALTHY`: the instance runs but cannot serve requests.
    /// [`Registry::cleanup`](crate::registry::Registry::cleanup) removes it.
    Unhealthy,
    /// `SHUTDOWN`: the instance is shutting down. [`Registry::cleanup`](crate::registry::Registry::cleanup) removes it.
    Shutdown,
    /// Any other name.
    Other(Box<str>),
}

impl ServiceStatus {
    /// The name that is stored.
    ///
    /// ```
    /// assert_eq!(singlet::registry::ServiceStatus::Active.as_str(), "ACTIVE");
    /// ```
    pub fn as_str(&self) -> &str {
        match self {
            ServiceStatus::Active => "ACTIVE",
            ServiceStatus::Standby => "STANDBY",
            ServiceStatus::Unhealthy => "UNHEALTHY",
            ServiceStatus::Shutdown => "SHUTDOWN",
            ServiceStatus::Other(name) => name,
        }
    }

    /// Whether a cleanup removes an instance with this status even if it sends heartbeats.
    ///
    /// ```
    /// # use singlet::registry::ServiceStatus;
    /// assert!(ServiceStatus::Unhealthy.is_for_cleanup());
    /// assert!(!ServiceStatus::Standby.is_for_cleanup());
    /// ```
    pub fn is_for_cleanup(&self) -> bool {
        matches!(self, ServiceStatus::Unhealthy | ServiceStatus::Shutdown)
    }
}

/// Displays the name that is stored.
impl fmt::Display for ServiceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<&str> for ServiceStatus {
    fn from(name: &str) -> Self {
        match name {
            "ACTIVE" => ServiceStatus::Active,
            "STANDBY" => ServiceStatus::Standby,
            "UNHEALTHY" => ServiceStatus::Unhealthy,
            "SHUTDOWN" => ServiceStatus::Shutdown,
            other => ServiceStatus::Other(other.into()),
        }
    }
}

#[diagnostic::do_not_recommend]
impl ValueFor<ServiceStatus> for &str {
    fn into_value(self) -> ServiceStatus {
        self.into()
    }
}

// By hand instead of derived: an unknown name must read as `Other`, not as an error.
#[diagnostic::do_not_recommend]
impl Attribute for ServiceStatus {
    type Kind = Symbol;
    type Value = Self;
    type Fields<M, D, R: Role> = Path<M, D, R>;
    const TYPE: &'static str = "S";

    fn write(&self, writer: &mut Writer) {
        writer.string(self.as_str());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Ok(ServiceStatus::from(&*reader.text()?))
    }
}
