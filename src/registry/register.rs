//! Registers an instance. Created by [`Registry::register`]; returns a [`Registration`].

use std::fmt;
use std::sync::Arc;

use super::entry::RegistrationEntry;
use super::{Registration, Registry, ServiceInstance, ServiceStatus};
use crate::op::engine::random;
use crate::{Error, ErrorKind, Model, OperationFuture, Result};

/// Registers an instance of a service, and returns the [`Registration`] that sends its heartbeats. Created by
/// [`Registry::register`].
///
/// An existing entry with the same name and id is replaced, so that an instance that was killed can restart without
/// waiting for its old entry to expire. Use [`exclusive`](Self::exclusive) to prevent that. A registration that was
/// replaced learns of it with its next heartbeat.
///
/// A client without the [service's time](crate::Client::service_now) sends a read first to learn it.
///
/// # Errors
///
/// - `InvalidKey` if the name or id is empty or too long;
/// - `ConditionFailed` with `exclusive`, if an instance with the name and id is running;
/// - `TableNotFound`, and any error of a request.
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
            .registration_id(random::id())
            .build();
        Register { registry, instance, exclusive: false, without_heartbeat: false }
    }

    /// Sets the address of the instance, in any form that its callers understand.
    ///
    /// Use this if callers connect to the instance directly.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").address("http://10.0.0.7:8080/v2").await?;
    /// assert_eq!(registry.instances("orders").await?[0].address.as_deref(), Some("http://10.0.0.7:8080/v2"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.instance.address = Some(address.into());
        self
    }

    /// Adds one piece of information about the instance. You can call this method several times.
    ///
    /// Use this for what callers need to choose an instance, such as its zone or version. Keep it small: every
    /// heartbeat is billed by the size of the whole entry, one write unit per started KB.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").metadata("zone", "a").metadata("version", "2.1").await?;
    /// assert_eq!(registration.instance().metadata["zone"], "a");
    /// # Ok(())
    /// # }
    /// ```
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.instance.metadata.insert(name.into(), value.into());
        self
    }

    /// Sets the initial status. The default is [`ServiceStatus::Active`].
    ///
    /// Use this for an instance that does not serve requests at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// use singlet::registry::ServiceStatus;
    ///
    /// let registration = registry.register("orders", "i-2").status(ServiceStatus::Standby).await?;
    /// registration.set_status(ServiceStatus::Active).await?; // when it takes over
    /// assert_eq!(registration.instance().status, ServiceStatus::Active);
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(mut self, status: impl Into<ServiceStatus>) -> Self {
        self.instance.status = status.into();
        self
    }

    /// Registers only if no running instance has this name and id. Otherwise the error is of kind `ConditionFailed`.
    ///
    /// Use this to elect a leader, with an id that all candidates share.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let leader = registry.register("orders", "leader").exclusive().await?;
    /// let error = registry.register("orders", "leader").exclusive().await.unwrap_err();
    /// assert!(error.is_condition_failed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn exclusive(mut self) -> Self {
        self.exclusive = true;
        self
    }

    /// Does not start the heartbeat task. Call [`Registration::beat`] to send heartbeats.
    ///
    /// Use this in programs with a schedule of their own, and in tests.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").without_heartbeat().await?;
    /// registration.beat().await?;
    /// assert_eq!(registration.health().accepted, 2);
    /// # Ok(())
    /// # }
    /// ```
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
    type IntoFuture = OperationFuture<'static, Registration>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move {
            let instance = &self.instance;
            if instance.service_name.is_empty() || instance.instance_id.is_empty() {
                return Err(Error::new(
                    ErrorKind::InvalidKey,
                    "the name of the service or the id of the instance is empty",
                ));
            }
            // Checks the length of the key before a request is sent.
            instance.key()?;
            let entry = Arc::new(RegistrationEntry::register(self.registry, self.instance, self.exclusive).await?);
            Ok(Registration::new(entry, !self.without_heartbeat))
        })
    }
}
