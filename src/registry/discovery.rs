//! Finds the running instances of a service. Created by [`Registry::instances`] and [`Registry::all_instances`], and
//! used by watches. It writes nothing.

use std::fmt;

use super::{Registry, ServiceInstance, ServiceStatus};
use crate::{Model, OperationFuture, Result};

/// Finds the running instances of one service or of all services. Created by [`Registry::instances`] and
/// [`Registry::all_instances`].
///
/// Instances whose last heartbeat is older than their TTL plus 5 s are excluded, no matter when DynamoDB deletes their
/// entries. The result contains instances of every status, sorted by service and id.
///
/// ```
/// use singlet::Client;
/// use singlet::registry::{Registry, ServiceStatus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let registry = Registry::new(Client::embedded());
/// # registry.create_table().await?;
/// let one = registry.register("orders", "i-1").await?;
/// let two = registry.register("orders", "i-2").status(ServiceStatus::Standby).await?;
///
/// assert_eq!(registry.instances("orders").await?.len(), 2);
/// let active = registry.instances("orders").status(ServiceStatus::Active).await?;
/// assert_eq!(active, [one.instance()]);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct Discovery {
    registry: Registry,
    service_name: Option<String>,
    status: Option<ServiceStatus>,
    with_stale: bool,
    consistent: bool,
}

impl Discovery {
    pub(super) fn new(registry: Registry, service_name: Option<String>) -> Self {
        Discovery { registry, service_name, status: None, with_stale: false, consistent: false }
    }

    /// Returns only instances with this status.
    ///
    /// Use this to route requests to active instances only.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").status("DRAINING").await?;
    /// assert!(registry.instances("orders").status("ACTIVE").await?.is_empty());
    /// assert_eq!(registry.instances("orders").status("DRAINING").await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(mut self, status: impl Into<ServiceStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Includes stale instances that DynamoDB has not deleted yet (see [`ServiceInstance::is_stale`]).
    ///
    /// Use this to find out which instances have disappeared.
    ///
    /// ```
    /// # use singlet::{Client, ManualClock, registry::Registry};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let clock = ManualClock::at(1_700_000_000);
    /// # let registry = Registry::new(Client::embedded_with_clock(clock.clone()));
    /// # registry.create_table().await?;
    /// drop(registry.register("orders", "i-1").await?); // as if the process were killed
    /// clock.advance(std::time::Duration::from_secs(36));
    /// assert!(registry.instances("orders").await?.is_empty());
    /// assert_eq!(registry.instances("orders").with_stale().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_stale(mut self) -> Self {
        self.with_stale = true;
        self
    }

    /// Uses a strongly consistent read, which costs twice as many read units.
    ///
    /// Use this if an instance must be visible as soon as its registration has completed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// assert_eq!(registry.instances("orders").consistent().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "ConsistentRead")]
    pub fn consistent(self) -> Self {
        self.consistent_read(true)
    }

    /// Enables or disables strong consistency. The default is `false`.
    ///
    /// Use this if a setting of the program decides.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// # let is_starting = true;
    /// let running = registry.instances("orders").consistent_read(is_starting).await?;
    /// assert_eq!(running, [registration.instance()]);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "ConsistentRead")]
    pub fn consistent_read(mut self, consistent: bool) -> Self {
        self.consistent = consistent;
        self
    }

    async fn read(self) -> Result<Vec<ServiceInstance>> {
        let (client, table) = (self.registry.client(), self.registry.table());
        let mut instances = match &self.service_name {
            Some(name) => {
                let query = ServiceInstance::query(&**name).client(client).table(table);
                query.consistent_read(self.consistent).await?
            }
            None => ServiceInstance::scan().client(client).table(table).consistent_read(self.consistent).await?,
        };
        // Taken after the response, from which the client may have learned how wrong this machine's clock is.
        let now = client.service_now_millis();
        instances.retain(|instance| {
            (self.with_stale || !instance.is_stale(now))
                && self.status.as_ref().is_none_or(|status| *status == instance.status)
        });
        // A scan returns partitions in no particular order.
        instances.sort_by(|a, b| (&a.service_name, &a.instance_id).cmp(&(&b.service_name, &b.instance_id)));
        Ok(instances)
    }
}

impl fmt::Debug for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discovery").finish_non_exhaustive()
    }
}

impl IntoFuture for Discovery {
    type Output = Result<Vec<ServiceInstance>>;
    type IntoFuture = OperationFuture<'static, Vec<ServiceInstance>>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.read())
    }
}
