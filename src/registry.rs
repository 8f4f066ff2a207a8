//! A registry of services: instances register themselves, keep themselves alive by heartbeats, and find each other.
//!
//! An instance is an item with a time to live of 30 s, which a heartbeat every 10 s moves on. One that is shut down
//! deregisters and is gone at once; one that is killed is hidden after 35 s ([`STALE_THRESHOLD`]), however late DynamoDB
//! deletes its entry.
//!
//! ```
//! use std::time::Duration;
//! use singlet::registry::Registry;
//! use singlet::{Client, ManualClock};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> singlet::Result<()> {
//! # let clock = ManualClock::at(1_700_000_000);
//! # let client = Client::embedded_with_clock(clock.clone());
//! # #[cfg(any())]
//! let client = Client::from_env().await;
//! let registry = Registry::new(client);
//! registry.create_table().await?;
//!
//! let one = registry.register("orders", "i-1").address("10.0.0.7:8080").await?;
//! let two = registry.register("orders", "i-2").address("10.0.0.8:8080").await?;
//! assert_eq!(registry.instances("orders").await?.len(), 2);
//!
//! one.deregister().await?; // on SIGTERM
//! drop(two); // as if it were killed
//! assert_eq!(registry.instances("orders").await?.len(), 1);
//! clock.advance(Duration::from_secs(36));
//! assert_eq!(registry.instances("orders").await?.len(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! The [guide](crate::guide::service_registry) has the life of an instance, what it costs, and what to look after.

mod builder;
mod change;
mod cleanup;
mod discovery;
mod entry;
mod heartbeat;
mod instance;
mod register;
mod registration;
mod sighting;
mod state;
mod status;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::{Client, CreateTable, Error, ErrorKind, Result, Table, VerifyTable};

pub use builder::RegistryBuilder;
pub use change::{Change, LeftReason};
pub use cleanup::{CleanedInstance, Cleanup, CleanupProgress, CleanupReason, CleanupReport};
pub use discovery::Discovery;
pub use instance::{ServiceInstance, ServiceTable};
pub use register::Register;
pub use registration::Registration;
pub use state::{RegistrationHealth, RegistrationState};
pub use status::ServiceStatus;
pub use watch::ServiceWatch;

/// How long a heartbeat keeps an instance alive, where nothing else is said: 30 s.
pub const DEFAULT_TTL: Duration = Duration::from_secs(30);

/// How much longer than its time to live an instance is seen: 5 s, for a heartbeat that is late.
pub const STALE_BUFFER: Duration = Duration::from_secs(5);

/// How old a heartbeat may be where nothing else is said: [`DEFAULT_TTL`] and [`STALE_BUFFER`], 35 s.
pub const STALE_THRESHOLD: Duration = Duration::from_secs(35);

/// The table of a registry, where nothing else is said: `services`.
pub const DEFAULT_TABLE: &str = "services";

/// The variable that names the table for [`Registry::from_env`].
pub const TABLE_VARIABLE: &str = "SINGLET_REGISTRY_TABLE";

/// A table of services, and how this process takes part. A clone is one counter increment.
///
/// See the [module](self) for an example.
#[derive(Debug, Clone)]
pub struct Registry(Arc<Settings>);

#[derive(Debug)]
struct Settings {
    client: Client,
    table: String,
    ttl: Duration,
    interval: Duration,
}

impl Registry {
    /// A registry in the table [`DEFAULT_TABLE`], with a time to live of 30 s and a heartbeat every 10 s.
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::registry::Registry;
    ///
    /// let registry = Registry::new(singlet::Client::embedded());
    /// assert_eq!((registry.table(), registry.ttl()), ("services", Duration::from_secs(30)));
    /// ```
    pub fn new(client: Client) -> Self {
        let (table, ttl) = (DEFAULT_TABLE.to_owned(), DEFAULT_TTL);
        Registry::of(Arc::new(Settings { client, table, ttl, interval: ttl / 3 }))
    }

    /// A registry with settings of your own. See [`RegistryBuilder`] for an example.
    pub fn builder(client: Client) -> RegistryBuilder {
        RegistryBuilder::new(client)
    }

    /// A registry of [`Client::from_env`], in the table that `SINGLET_REGISTRY_TABLE` names, else [`DEFAULT_TABLE`].
    ///
    /// An error of kind `Configuration`, naming the variable, when it is empty or not UTF-8.
    ///
    /// ```no_run
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// let registry = singlet::registry::Registry::from_env().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn from_env() -> Result<Self> {
        let table = match std::env::var(TABLE_VARIABLE) {
            Ok(table) if !table.is_empty() => table,
            Err(std::env::VarError::NotPresent) => DEFAULT_TABLE.to_owned(),
            _ => return Err(Error::new(ErrorKind::Configuration, "`SINGLET_REGISTRY_TABLE` is empty or not UTF-8")),
        };
        Registry::builder(Client::from_env().await).table(table).build()
    }

    fn of(settings: Arc<Settings>) -> Self {
        Registry(settings)
    }

    /// The client that sends for it, and whose clock counts.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The table.
    pub fn table(&self) -> &str {
        &self.0.table
    }

    /// How long a heartbeat keeps an instance of this process alive.
    pub fn ttl(&self) -> Duration {
        self.0.ttl
    }

    /// The time between two heartbeats of an instance of this process.
    pub fn heartbeat_interval(&self) -> Duration {
        self.0.interval
    }

    /// Creates the table with its TTL, unless it is there, and waits until it can be used. See [`CreateTable`] for the
    /// options.
    pub fn create_table(&self) -> CreateTable {
        ServiceTable::create_table().if_absent().client(self.client()).table(self.table())
    }

    /// Compares the live table with what a registry needs. See [`VerifyTable`].
    pub fn verify_table(&self) -> VerifyTable {
        ServiceTable::verify_table().client(self.client()).table(self.table())
    }

    /// Registers an instance of a service, and keeps it alive. See [`Register`] for the options and an example.
    pub fn register(&self, service_name: impl Into<String>, instance_id: impl Into<String>) -> Register {
        Register::new(self.clone(), service_name.into(), instance_id.into())
    }

    /// Finds the living instances of a service. See [`Discovery`] for the options and an example.
    ///
    /// It is a query of one partition: half a read unit for each started 4 KB, some 18 plain entries.
    pub fn instances(&self, service_name: impl Into<String>) -> Discovery {
        self.discovery(Some(service_name.into()))
    }

    /// Finds the living instances of all services. See [`Discovery`] for the options.
    ///
    /// It is a scan: half a read unit for each started 4 KB *of the whole table*. An index would have to be written and
    /// read besides, so a registry belongs in a table of its own, of which a scan reads nothing in vain.
    pub fn all_instances(&self) -> Discovery {
        self.discovery(None)
    }

    /// The living instances of all services, by service; at the price of [`all_instances`](Self::all_instances).
    ///
    /// ```
    /// # use singlet::{Client, registry::Registry};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = Registry::new(Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// for (name, instances) in registry.services().await? {
    ///     println!("{name}: {} instances", instances.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn services(&self) -> Result<BTreeMap<String, Vec<ServiceInstance>>> {
        let mut services: BTreeMap<String, Vec<ServiceInstance>> = BTreeMap::new();
        for instance in self.all_instances().await? {
            services.entry(instance.service_name.clone()).or_default().push(instance);
        }
        Ok(services)
    }

    /// Watches the instances of a service. See [`ServiceWatch`] for the options and an example.
    pub fn watch(&self, service_name: impl Into<String>) -> ServiceWatch {
        ServiceWatch::new(self.clone(), Some(service_name.into()))
    }

    /// Watches the instances of all services. See [`ServiceWatch`] for the options and an example.
    pub fn watch_all(&self) -> ServiceWatch {
        ServiceWatch::new(self.clone(), None)
    }

    /// Removes the entries that no living instance stands behind. See [`Cleanup`] for the options and an example.
    pub fn cleanup(&self) -> Cleanup {
        Cleanup::new(self.clone())
    }

    fn discovery(&self, service_name: Option<String>) -> Discovery {
        Discovery::new(self.clone(), service_name)
    }
}
