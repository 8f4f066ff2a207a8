use std::fmt;
use std::sync::Arc;

use tokio::task::AbortHandle;

use super::entry::Entry;
use super::heartbeat::keep_alive;
use super::{RegistrationHealth, RegistrationState, ServiceInstance, ServiceStatus};
use crate::Result;

/// An instance that is registered, and the task that keeps it so: [`Registry::register`](super::Registry::register).
///
/// The task beats at the registry's interval. A heartbeat that fails is tried again after a tenth of the interval, then
/// ever more rarely, with jitter; a request that hangs is given up after one interval. If the entry is gone, it is
/// written anew. What became of it is in [`health`](Self::health), and can be awaited: [`lost`](Self::lost) tells when
/// others no longer see the instance.
///
/// # Dropping it
///
/// Dropped without [`deregister`](Self::deregister), the heartbeats stop and the entry stays: as when the process
/// is killed, others see the instance until its last heartbeat is older than its time to live and 5 s. A drop cannot
/// wait for a request.
///
/// ```
/// use singlet::Client;
/// use singlet::registry::{RegistrationState, Registry, ServiceStatus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// let registry = Registry::new(client);
/// registry.create_table().await?;
/// let registration = registry.register("orders", "i-1").await?;
///
/// registration.set_status(ServiceStatus::Standby).await?;
/// assert_eq!(registry.instances("orders").await?[0].status, ServiceStatus::Standby);
///
/// registration.deregister().await?;
/// assert!(registry.instances("orders").await?.is_empty());
/// assert_eq!(registration.health().state, RegistrationState::Deregistered);
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping a registration stops its heartbeats"]
pub struct Registration {
    entry: Arc<Entry>,
    task: Option<AbortHandle>,
}

impl Registration {
    pub(super) fn new(entry: Arc<Entry>, keeps_alive: bool) -> Self {
        let task = keeps_alive.then(|| tokio::spawn(keep_alive(Arc::clone(&entry))).abort_handle());
        Registration { entry, task }
    }

    /// The instance as it was last sent.
    pub fn instance(&self) -> ServiceInstance {
        self.entry.instance()
    }

    /// How its heartbeats went so far.
    pub fn health(&self) -> RegistrationHealth {
        self.entry.health()
    }

    /// Sends one heartbeat now, besides those of the task.
    ///
    /// It is one conditional `UpdateItem`, 1 write unit for an entry of up to 1 KB. An entry that is gone is written
    /// anew. Errors: `ConditionFailed` when another registration has taken the id, or this one was deregistered;
    /// `Timeout` after one interval without an answer; those of any request, after which the task goes on trying.
    pub async fn beat(&self) -> Result<()> {
        self.entry.beat(None).await
    }

    /// Tells everybody another status, at once; it is a heartbeat as well.
    ///
    /// After an error the status is as it was, and the heartbeats go on saying so. Errors as for [`beat`](Self::beat).
    pub async fn set_status(&self, status: impl Into<ServiceStatus>) -> Result<()> {
        self.entry.beat(Some(status.into())).await
    }

    /// Waits until `wanted` holds, or the registration is over, and gives how it is then.
    ///
    /// ```
    /// # use singlet::{Client, registry::Registry};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = Registry::new(Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// let health = registration.wait_for(|health| health.accepted > 0).await;
    /// assert!(health.state.is_visible());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_for(&self, mut wanted: impl FnMut(&RegistrationHealth) -> bool) -> RegistrationHealth {
        let mut healths = self.entry.subscribe();
        let found = healths.wait_for(|health| health.state.is_over() || wanted(health)).await.map(|health| *health);
        // The sender lives as long as the entry, which this holds.
        found.unwrap_or_else(|_| self.health())
    }

    /// Waits until others no longer see the instance: no heartbeat was accepted for its time to live (`Lost`), another
    /// registration has taken its id (`Replaced`), or it was deregistered.
    ///
    /// A service that must not run twice stops its work then. From `Lost` it may come back.
    ///
    /// ```no_run
    /// # async fn serve() {}
    /// # async fn f(registration: singlet::registry::Registration) -> Result<(), Box<dyn std::error::Error>> {
    /// tokio::select! {
    ///     () = serve() => {}
    ///     state = registration.lost() => return Err(format!("the registration is {state:?}").into()),
    /// }
    /// registration.deregister().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn lost(&self) -> RegistrationState {
        self.wait_for(|health| !health.state.is_visible()).await.state
    }

    /// Ends the heartbeats and deletes the entry, if it is still this registration's: others see at once that the
    /// instance is gone. It waits for a heartbeat that is being sent.
    ///
    /// After an error no heartbeat is sent either, so the entry becomes stale; it may be called again.
    pub async fn deregister(&self) -> Result<()> {
        self.entry.remove().await?;
        self.stop();
        Ok(())
    }

    fn stop(&self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").field("health", &self.health()).finish_non_exhaustive()
    }
}
