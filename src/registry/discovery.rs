use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::{Registry, ServiceInstance, ServiceStatus};
use crate::{Model, Result};

/// Finds the living instances of a service, or of all: [`Registry::instances`], [`Registry::all_instances`]. Await it.
///
/// An instance whose last heartbeat is older than its time to live and 5 s is left out, however late DynamoDB deletes
/// its entry. They come in the order of service and id, whatever their status is.
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

    /// Only instances of this status.
    pub fn status(mut self, status: impl Into<ServiceStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Stale instances too, which DynamoDB has not deleted yet: see [`ServiceInstance::is_stale`].
    pub fn with_stale(mut self) -> Self {
        self.with_stale = true;
        self
    }

    /// Sees what was written last, for twice the capacity units.
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
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
        // After the answer, which may have told how wrong this machine's clock is.
        let now = client.service_now_millis();
        instances.retain(|instance| {
            (self.with_stale || !instance.is_stale(now))
                && self.status.as_ref().is_none_or(|status| *status == instance.status)
        });
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
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Vec<ServiceInstance>>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.read())
    }
}
