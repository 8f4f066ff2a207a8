use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;

use super::entry::Entry;
use super::{Registration, Registry, ServiceInstance, ServiceStatus};
use crate::{Error, ErrorKind, Model, Result};

/// Registers an instance of a service: [`Registry::register`]. Await it, for the [`Registration`] that keeps it alive.
///
/// An entry with the same name and id is replaced, whoever wrote it: an instance that was killed and started again need
/// not wait for its old entry to expire. With [`exclusive`](Self::exclusive) it is not. The one that was replaced
/// learns of it with its next heartbeat.
///
/// A client that has had no answer yet does not know how wrong its clock is, and reads first.
///
/// Errors: `InvalidKey` for a name or id that is empty or too long; `ConditionFailed` with `exclusive`;
/// `TableNotFound`, and those of any request.
///
/// ```
/// use singlet::Client;
/// use singlet::registry::{Registry, ServiceStatus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// let registry = Registry::new(Client::embedded());
/// registry.create_table().await?;
/// let registration = registry
///     .register("orders", "i-1")
///     .address("10.0.0.7:8080")
///     .metadata("zone", "a")
///     .status(ServiceStatus::Standby)
///     .await?;
/// assert_eq!(registry.instances("orders").await?, [registration.instance()]);
/// registration.deregister().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct Register {
    registry: Registry,
    instance: ServiceInstance,
    exclusive: bool,
    without_heartbeat: bool,
}

impl Register {
    pub(super) fn new(registry: Registry, service_name: String, instance_id: String) -> Self {
        let instance = ServiceInstance::builder()
            .service_name(service_name)
            .instance_id(instance_id)
            .registration_id(random_id())
            .build();
        Register { registry, instance, exclusive: false, without_heartbeat: false }
    }

    /// Where the instance is reached, in whatever form its callers know.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.instance.address = Some(address.into());
        self
    }

    /// One thing more to know of the instance; may be repeated.
    ///
    /// Every heartbeat is billed by the size of the whole entry: 1 write unit up to 1 KB, another for each further KB.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.instance.metadata.insert(name.into(), value.into());
        self
    }

    /// Its first status; [`ServiceStatus::Active`] without it.
    pub fn status(mut self, status: impl Into<ServiceStatus>) -> Self {
        self.instance.status = status.into();
        self
    }

    /// Only if no living instance has this name and id: otherwise an error of kind `ConditionFailed`.
    pub fn exclusive(mut self) -> Self {
        self.exclusive = true;
        self
    }

    /// Starts no task: [`Registration::beat`] sends the heartbeats, for programs with a schedule of their own.
    pub fn without_heartbeat(mut self) -> Self {
        self.without_heartbeat = true;
        self
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Register").finish_non_exhaustive()
    }
}

impl IntoFuture for Register {
    type Output = Result<Registration>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Registration>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let instance = &self.instance;
            if instance.service_name.is_empty() || instance.instance_id.is_empty() {
                return Err(Error::new(ErrorKind::InvalidKey, "a service and its instance need a name and an id"));
            }
            instance.key()?;
            let entry = Arc::new(Entry::register(self.registry, self.instance, self.exclusive).await?);
            Ok(Registration::new(entry, !self.without_heartbeat))
        })
    }
}

/// 128 random bits; the standard library's seeds come from the operating system.
fn random_id() -> String {
    let half = || RandomState::new().hash_one(std::time::SystemTime::now());
    format!("{:016x}{:016x}", half(), half())
}
