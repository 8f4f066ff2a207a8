//! A service registry: instances register, send heartbeats, and find each other.
//!
//! Each instance is an item with a TTL of 30 s, which a heartbeat every 10 s extends. An instance that shuts down
//! deregisters and disappears at once. An instance that is killed is hidden after 35 s ([`STALE_THRESHOLD`]), no matter
//! when DynamoDB deletes its entry.
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
//! drop(two); // as if the process were killed
//! assert_eq!(registry.instances("orders").await?.len(), 1);
//! clock.advance(Duration::from_secs(36));
//! assert_eq!(registry.instances("orders").await?.len(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! The [guide](crate::guide::service_registry) describes the lifecycle of an instance, its cost, and operation.

mod builder;
mod cleanup;
mod discovery;
mod entry;
mod heartbeat;
mod instance;
mod register;
mod registration;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::{Client, CreateTable, Error, ErrorKind, Result, Table, VerifyTable};

pub use builder::RegistryBuilder;
pub use cleanup::{CleanedInstance, CleanupReason, RegistryCleanup, RegistryCleanupProgress, RegistryCleanupReport};
pub use discovery::Discovery;
pub use instance::{ServiceInstance, ServiceStatus, ServiceTable};
pub use register::Register;
pub use registration::{Registration, RegistrationHealth, RegistrationState};
pub use watch::{InstanceChange, LeftReason, ServiceWatch};

/// The default TTL of an instance: 30 s.
pub const DEFAULT_TTL: Duration = Duration::from_secs(30);

/// How much longer than its TTL an instance is visible: 5 s, to allow for a late heartbeat.
pub const STALE_BUFFER: Duration = Duration::from_secs(5);

/// The default age at which a heartbeat becomes stale: [`DEFAULT_TTL`] plus [`STALE_BUFFER`], 35 s.
pub const STALE_THRESHOLD: Duration = Duration::from_secs(35);

/// The default name of the table: `services`.
pub const DEFAULT_TABLE: &str = "services";

/// The environment variable that names the table for [`Registry::from_env`].
pub const TABLE_VARIABLE: &str = "SINGLET_REGISTRY_TABLE";

/// A service registry in one table, with the settings of this process. Cloning it is cheap.
///
/// See the [module documentation](self) for an example.
#[derive(Debug, Clone)]
pub struct Registry(Arc<RegistrySettings>);

#[derive(Debug)]
struct RegistrySettings {
    client: Client,
    table: String,
    ttl: Duration,
    interval: Duration,
}

impl Registry {
    /// Creates a registry in the table [`DEFAULT_TABLE`], with a TTL of 30 s and a heartbeat every 10 s. The client's
    /// [table names](crate::ClientBuilder::table_name) apply to the table. If they are invalid, every operation fails
    /// with [`ErrorKind::Configuration`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::registry::Registry;
    ///
    /// let registry = Registry::new(singlet::Client::embedded());
    /// assert_eq!((registry.table(), registry.ttl()), ("services", Duration::from_secs(30)));
    /// ```
    pub fn new(client: Client) -> Self {
        // A third of the TTL, so that two lost heartbeats in a row do not hide an instance.
        let ((client, table), ttl) = (client.with_table_of(DEFAULT_TABLE), DEFAULT_TTL);
        Registry::of(Arc::new(RegistrySettings { client, table, ttl, interval: ttl / 3 }))
    }

    /// Starts building a registry with custom settings. See [`RegistryBuilder`] for an example.
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::registry::Registry;
    /// let registry = Registry::builder(singlet::Client::embedded()).ttl(Duration::from_secs(60)).build()?;
    /// assert_eq!(registry.ttl(), Duration::from_secs(60));
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn builder(client: Client) -> RegistryBuilder {
        RegistryBuilder::new(client)
    }

    /// Creates a registry with [`Client::from_env`], in the table that `SINGLET_REGISTRY_TABLE` names, or in
    /// [`DEFAULT_TABLE`] if the variable is not set.
    ///
    /// # Errors
    ///
    /// `Configuration` if the variable is empty or not valid UTF-8.
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
            Ok(table) if !table.is_empty() => Some(table),
            Err(std::env::VarError::NotPresent) => None,
            // An empty name is more likely a mistake in a deployment than a wish for the default.
            _ => {
                return Err(Error::new(
                    ErrorKind::Configuration,
                    "the environment variable `SINGLET_REGISTRY_TABLE` is empty or not valid UTF-8",
                ));
            }
        };
        let builder = Registry::builder(Client::from_env().await);
        match table {
            Some(table) => builder.table(table).build(),
            None => builder.build(),
        }
    }

    fn of(settings: Arc<RegistrySettings>) -> Self {
        Registry(settings)
    }

    /// The client that sends all requests and provides the time.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The name of the table.
    pub fn table(&self) -> &str {
        &self.0.table
    }

    /// How long a heartbeat of this process is valid.
    pub fn ttl(&self) -> Duration {
        self.0.ttl
    }

    /// The time between two heartbeats of this process.
    ///
    /// ```
    /// let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// assert_eq!(registry.heartbeat_interval(), registry.ttl() / 3);
    /// ```
    pub fn heartbeat_interval(&self) -> Duration {
        self.0.interval
    }

    /// Creates the table and enables its TTL if the table does not exist, and waits until it is active. See
    /// [`CreateTable`] for the options.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// registry.create_table().await?;
    /// registry.create_table().await?; // The table exists now, so this does nothing.
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_table(&self) -> CreateTable {
        ServiceTable::create_table().if_absent().client(self.client()).table(self.table())
    }

    /// Compares the table with what a registry requires. See [`VerifyTable`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// assert!(registry.verify_table().await?.is_match());
    /// # Ok(())
    /// # }
    /// ```
    pub fn verify_table(&self) -> VerifyTable {
        ServiceTable::verify_table().client(self.client()).table(self.table())
    }

    /// Registers an instance of a service and sends its heartbeats. See [`Register`] for the options and an example.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// assert!(registration.health().state.is_visible());
    /// # Ok(())
    /// # }
    /// ```
    pub fn register(&self, service_name: impl Into<String>, instance_id: impl Into<String>) -> Register {
        Register::new(self.clone(), service_name.into(), instance_id.into())
    }

    /// Finds the running instances of a service. See [`Discovery`] for the options and an example.
    ///
    /// This queries one partition: half a read unit per started 4 KB, or about 18 plain entries.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").address("10.0.0.7:8080").await?;
    /// for instance in registry.instances("orders").await? {
    ///     println!("{} at {:?}", instance.instance_id, instance.address);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn instances(&self, service_name: impl Into<String>) -> Discovery {
        self.discovery(Some(service_name.into()))
    }

    /// Finds the running instances of all services. See [`Discovery`] for the options.
    ///
    /// This is a scan: half a read unit per started 4 KB *of the whole table*. Use a table of its own for a registry,
    /// so that the scan reads nothing else. An index would cost additional writes and reads.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let orders = registry.register("orders", "i-1").await?;
    /// let billing = registry.register("billing", "i-1").await?;
    /// assert_eq!(registry.all_instances().await?, [billing.instance(), orders.instance()]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn all_instances(&self) -> Discovery {
        self.discovery(None)
    }

    /// Finds the running instances of all services, grouped by service. This costs as much as
    /// [`all_instances`](Self::all_instances).
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
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// let change = registry.watch("orders").next().await?;
    /// assert_eq!(change.instance().instance_id, "i-1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(&self, service_name: impl Into<String>) -> ServiceWatch {
        ServiceWatch::new(self.clone(), Some(service_name.into()))
    }

    /// Watches the instances of all services. See [`ServiceWatch`] for the options and an example.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let mut watch = registry.watch_all();
    /// assert!(watch.poll().await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch_all(&self) -> ServiceWatch {
        ServiceWatch::new(self.clone(), None)
    }

    /// Deletes the entries of instances that are not running. See [`RegistryCleanup`] for the options and an example.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let report = registry.cleanup().dry_run(true).await?;
    /// assert_eq!((report.examined, report.removed.len()), (0, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn cleanup(&self) -> RegistryCleanup {
        RegistryCleanup::new(self.clone())
    }

    fn discovery(&self, service_name: Option<String>) -> Discovery {
        Discovery::new(self.clone(), service_name)
    }
}
