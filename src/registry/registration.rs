//! A registered instance: the handle that users hold, and what they can learn about its heartbeats.
//!
//! Created by [`Register`](super::Register). It owns the heartbeat task; the requests are in [`entry`](super::entry).

use std::fmt;
use std::sync::Arc;

use tokio::task::AbortHandle;

use super::entry::RegistrationEntry;
use super::heartbeat::keep_alive;
use super::{ServiceInstance, ServiceStatus};
use crate::Result;

/// A registered instance and its heartbeat task. Created by [`Registry::register`](super::Registry::register).
///
/// The task sends heartbeats at the registry's interval. It retries a failed heartbeat after a tenth of the interval,
/// then less and less often, with jitter, and gives up on a request after one interval without a response. If the entry
/// no longer exists, the task writes it again. [`health`](Self::health) tells how the heartbeats went, and
/// [`lost`](Self::lost) waits until others no longer see the instance.
///
/// # Dropping a registration
///
/// Dropping it without [`deregister`](Self::deregister) stops the heartbeats and leaves the entry, as when the process
/// is killed: others see the instance until its last heartbeat is older than its TTL plus 5 s. A drop cannot wait for a
/// request, so it cannot delete the entry.
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
    entry: Arc<RegistrationEntry>,
    task: Option<AbortHandle>,
}

impl Registration {
    pub(super) fn new(entry: Arc<RegistrationEntry>, sends_heartbeats: bool) -> Self {
        let task = sends_heartbeats.then(|| tokio::spawn(keep_alive(Arc::clone(&entry))).abort_handle());
        Registration { entry, task }
    }

    /// The instance as it was last sent.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").address("10.0.0.7:8080").await?;
    /// assert_eq!(registration.instance().address.as_deref(), Some("10.0.0.7:8080"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn instance(&self) -> ServiceInstance {
        self.entry.instance()
    }

    /// How the heartbeats went so far. Use this for a health check.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// let health = registration.health();
    /// assert_eq!((health.accepted, health.failures), (1, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn health(&self) -> RegistrationHealth {
        self.entry.health()
    }

    /// Sends one heartbeat now, in addition to those of the task.
    ///
    /// Use this with [`without_heartbeat`](super::Register::without_heartbeat), which has an example. A heartbeat is
    /// one conditional `UpdateItem`: one write unit for an entry of up to 1 KB. If the entry no longer exists, it is
    /// written again.
    ///
    /// # Errors
    ///
    /// - `ConditionFailed` if another registration has taken the id, or this one was deregistered;
    /// - `Timeout` after one interval without a response;
    /// - any error of a request. The heartbeat task keeps trying after an error.
    pub async fn beat(&self) -> Result<()> {
        self.entry.beat(None).await
    }

    /// Changes the status at once, with a heartbeat.
    ///
    /// Use this to tell others that the instance takes over, cannot serve, or is shutting down.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// registration.set_status("SHUTDOWN").await?;
    /// assert_eq!(registry.instances("orders").status("SHUTDOWN").await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`beat`](Self::beat). The status is unchanged after an error, and heartbeats keep reporting the
    /// previous one.
    pub async fn set_status(&self, status: impl Into<ServiceStatus>) -> Result<()> {
        self.entry.beat(Some(status.into())).await
    }

    /// Waits until `wanted` returns true or the registration has ended, and returns the health at that time.
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
        // The sender cannot be dropped while `self` holds the entry.
        found.unwrap_or_else(|_| self.health())
    }

    /// Waits until others no longer see the instance: no heartbeat was accepted during its TTL (`Lost`), another
    /// registration has taken its id (`Replaced`), or it was deregistered.
    ///
    /// A service that must not run twice has to stop its work then. A registration can recover from `Lost`.
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

    /// Stops the heartbeats and deletes the entry if it still belongs to this registration, so that others notice at
    /// once. Waits for a heartbeat that is being sent.
    ///
    /// # Errors
    ///
    /// Any error of the request. Heartbeats have stopped then too, so the entry becomes stale. You can call this method
    /// again.
    pub async fn deregister(&self) -> Result<()> {
        self.entry.remove().await?;
        // Not earlier: `remove` waits for a heartbeat in progress, which could take effect after it if it were aborted.
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

/// The state of a [`Registration`].
///
/// ```
/// use singlet::registry::RegistrationState;
///
/// assert!(RegistrationState::Failing.is_visible() && !RegistrationState::Lost.is_visible());
/// assert!(RegistrationState::Replaced.is_over() && !RegistrationState::Lost.is_over());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RegistrationState {
    /// The last heartbeat was accepted.
    Registered,
    /// The last heartbeat failed, but an earlier one is still valid. The task retries, less and less often.
    Failing,
    /// No heartbeat was accepted during the TTL, so others consider it to have left. The task keeps retrying, and the
    /// state returns to `Registered` when a heartbeat is accepted.
    Lost,
    /// Another registration has taken the id of the instance. No further heartbeats are sent.
    Replaced,
    /// The instance was deregistered. No further heartbeats are sent.
    Deregistered,
}

impl RegistrationState {
    /// Whether others see the instance.
    pub fn is_visible(self) -> bool {
        matches!(self, RegistrationState::Registered | RegistrationState::Failing)
    }

    /// Whether the state is final, so that no further heartbeats are sent.
    pub fn is_over(self) -> bool {
        matches!(self, RegistrationState::Replaced | RegistrationState::Deregistered)
    }
}

/// How the heartbeats of a [`Registration`] went so far.
///
/// ```
/// use singlet::registry::{RegistrationHealth, RegistrationState};
///
/// fn needs_attention(health: &RegistrationHealth) -> bool {
///     health.failures > 3 || !health.state.is_visible()
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationHealth {
    /// The state of the registration.
    pub state: RegistrationState,
    /// The number of heartbeats that were accepted. The registration itself is the first.
    pub accepted: u64,
    /// The number of consecutive heartbeats that have failed.
    pub failures: u32,
    /// How often the entry no longer existed and was written again.
    pub reregistrations: u32,
}
