//! Watches services by polling: compares each poll with the one before and reports who joined, changed or left.
//!
//! Created by [`Registry::watch`] and [`Registry::watch_all`]. It judges whether an instance is running by this
//! process's monotonic clock, never by the clock of another machine.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream;
use tokio::time::{Instant, sleep_until};

use super::{Registry, ServiceInstance, ServiceStatus};
use crate::Result;

/// The default time between two polls.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// The longest time between two polls. Adding much longer ones to an `Instant` could overflow.
const LONGEST_INTERVAL: Duration = Duration::from_hours(24);

/// Watches the instances of one service or of all services by polling. Created by [`Registry::watch`] and
/// [`Registry::watch_all`].
///
/// The first poll reports all running instances as [`InstanceChange::Joined`]. An instance has left when its entry is
/// absent, or when its number of heartbeats has not changed for longer than its TTL plus 5 s *on this process's monotonic
/// clock*. The clocks of other machines do not matter. Only an entry that has not changed since the watch first saw it
/// is judged by the times in it. Time during which polls fail does not count, so that an outage does not make every
/// instance leave.
///
/// A poll costs as much as [`Registry::instances`] or [`Registry::all_instances`].
///
/// ```
/// use singlet::Client;
/// use singlet::registry::{InstanceChange, Registry};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let registry = Registry::new(Client::embedded());
/// # registry.create_table().await?;
/// let registration = registry.register("orders", "i-1").await?;
/// let mut watch = registry.watch("orders");
/// assert!(matches!(watch.next().await?, InstanceChange::Joined(instance) if instance.instance_id == "i-1"));
///
/// registration.deregister().await?;
/// assert!(matches!(watch.poll().await?[..], [InstanceChange::Left { .. }]));
/// # Ok(())
/// # }
/// ```
#[must_use = "a watch does nothing until it is polled"]
pub struct ServiceWatch {
    registry: Registry,
    service_name: Option<String>,
    interval: Duration,
    observed: BTreeMap<(String, String), ObservedInstance>,
    changes: VecDeque<InstanceChange>,
    next_poll: Option<Instant>,
    /// The last successful poll, if polls have failed since.
    failing_since: Option<Instant>,
    last_poll: Option<Instant>,
}

impl ServiceWatch {
    pub(super) fn new(registry: Registry, service_name: Option<String>) -> Self {
        ServiceWatch {
            registry,
            service_name,
            interval: DEFAULT_INTERVAL,
            observed: BTreeMap::new(),
            changes: VecDeque::new(),
            next_poll: None,
            failing_since: None,
            last_poll: None,
        }
    }

    /// Sets the time between two polls, at most one day. The default is 5 s.
    ///
    /// Use a shorter interval to notice changes sooner, or a longer one to save read units.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// # let registration = registry.register("orders", "i-1").await?;
    /// let mut watch = registry.watch("orders").every(std::time::Duration::from_secs(1));
    /// assert_eq!(watch.next().await?.instance().instance_id, "i-1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = interval.min(LONGEST_INTERVAL);
        self
    }

    /// Waits for the next change, polling at the interval. [`ServiceWatch`] has an example.
    ///
    /// This future is cancel safe: you can use it in `tokio::select!`.
    ///
    /// # Errors
    ///
    /// The error of a failed poll. Call this method again to go on watching at the usual interval.
    pub async fn next(&mut self) -> Result<InstanceChange> {
        loop {
            if let Some(change) = self.changes.pop_front() {
                return Ok(change);
            }
            if let Some(at) = self.next_poll {
                sleep_until(at).await;
            }
            // Set before the poll, so that polls that fail or are cancelled also keep the interval.
            self.next_poll = Some(Instant::now() + self.interval);
            let changes = self.poll().await?;
            self.changes.extend(changes);
        }
    }

    /// Converts the watch into a stream of changes, which continues after an error and never ends.
    ///
    /// ```
    /// use futures_util::StreamExt as _;
    /// # use singlet::{Client, registry::Registry};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = Registry::new(Client::embedded());
    /// # registry.create_table().await?;
    /// let registration = registry.register("orders", "i-1").await?;
    /// let mut changes = std::pin::pin!(registry.watch_all().into_stream());
    /// let change = changes.next().await.expect("the stream never ends")?;
    /// assert_eq!(change.instance().service_name, "orders");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_stream(self) -> impl Stream<Item = Result<InstanceChange>> + Send {
        stream::unfold(self, async |mut watch| {
            let change = watch.next().await;
            Some((change, watch))
        })
    }

    /// Polls now, and returns what has changed since the last poll. [`ServiceWatch`] has an example.
    ///
    /// Use this instead of [`next`](Self::next) in programs with a schedule of their own.
    pub async fn poll(&mut self) -> Result<Vec<InstanceChange>> {
        // Includes stale entries, because the watch judges by its own clock which instances have left.
        let found = self.registry.discovery(self.service_name.clone()).with_stale().await;
        let now = Instant::now();
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                self.failing_since = self.failing_since.or(self.last_poll);
                return Err(error);
            }
        };
        if let Some(since) = self.failing_since.take() {
            self.observed.values_mut().for_each(|observed| observed.exclude(now - since));
        }
        self.last_poll = Some(now);
        Ok(self.compare(found, now))
    }

    fn compare(&mut self, found: Vec<ServiceInstance>, now: Instant) -> Vec<InstanceChange> {
        let mut changes = Vec::new();
        let mut previous = std::mem::take(&mut self.observed);
        let service_now = self.registry.client().service_now_millis();
        for instance in found {
            let key = (instance.service_name.clone(), instance.instance_id.clone());
            let observed = match previous.remove(&key) {
                Some(observed) => observed.update(instance, now, &mut changes),
                None => ObservedInstance::new(instance, now, service_now, &mut changes),
            };
            self.observed.insert(key, observed);
        }
        for removed in previous.into_values() {
            removed.leave(LeftReason::Removed, &mut changes);
        }
        changes
    }
}

impl fmt::Debug for ServiceWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceWatch").field("interval", &self.interval).finish_non_exhaustive()
    }
}

/// A change that a [`ServiceWatch`] observed.
///
/// ```
/// use singlet::registry::InstanceChange;
///
/// fn line(change: &InstanceChange) -> String {
///     let instance = change.instance();
///     match change {
///         InstanceChange::Joined(_) => format!("{} joined", instance.instance_id),
///         InstanceChange::StatusChanged { previous, .. } => format!("{previous} -> {}", instance.status),
///         InstanceChange::Left { reason, .. } => format!("{} left: {reason:?}", instance.instance_id),
///         _ => String::new(),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InstanceChange {
    /// An instance was running when the watch began, was registered, or sends heartbeats again.
    Joined(ServiceInstance),
    /// An instance reports another status.
    #[non_exhaustive]
    StatusChanged {
        /// The instance as it is now.
        instance: ServiceInstance,
        /// Its status before.
        previous: ServiceStatus,
    },
    /// An instance is no longer running.
    #[non_exhaustive]
    Left {
        /// The instance as it was last seen.
        instance: ServiceInstance,
        /// Why it is considered to have left.
        reason: LeftReason,
    },
}

impl InstanceChange {
    /// The instance that changed, as it was last seen.
    pub fn instance(&self) -> &ServiceInstance {
        match self {
            InstanceChange::Joined(instance)
            | InstanceChange::StatusChanged { instance, .. }
            | InstanceChange::Left { instance, .. } => instance,
        }
    }
}

/// Why an instance is considered to have left.
///
/// ```
/// use singlet::registry::LeftReason;
///
/// assert_ne!(LeftReason::Silent, LeftReason::Removed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftReason {
    /// The entry no longer exists: it was deregistered, cleaned up, or deleted by DynamoDB.
    Removed,
    /// The entry exists, but has not changed for longer than its TTL plus 5 s.
    Silent,
    /// Another registration has taken the id. The new one has joined.
    Replaced,
}

/// What a watch knows about one instance.
struct ObservedInstance {
    instance: ServiceInstance,
    /// When a new heartbeat was last observed.
    changed_at: Instant,
    /// Whether it has joined and not left since.
    is_present: bool,
    /// The registration that this one has replaced.
    replaced: Option<String>,
}

impl ObservedInstance {
    fn new(instance: ServiceInstance, now: Instant, service_now: i64, changes: &mut Vec<InstanceChange>) -> Self {
        // There is no earlier observation to compare with, so only the times in the entry can tell.
        let is_present = !instance.is_stale(service_now);
        if is_present {
            changes.push(InstanceChange::Joined(instance.clone()));
        }
        ObservedInstance { instance, changed_at: now, is_present, replaced: None }
    }

    /// Compares the entry of a new poll with this one.
    fn update(self, instance: ServiceInstance, now: Instant, changes: &mut Vec<InstanceChange>) -> Self {
        if instance.registration_id != self.instance.registration_id {
            // An eventually consistent read may still return the registration before.
            if self.replaced.as_deref() == Some(&*instance.registration_id) {
                return self.check_silence(now, changes);
            }
            let replaced = Some(self.instance.registration_id.clone());
            self.leave(LeftReason::Replaced, changes);
            changes.push(InstanceChange::Joined(instance.clone()));
            return ObservedInstance { instance, changed_at: now, is_present: true, replaced };
        }
        let beats = |instance: &ServiceInstance| (instance.heartbeats, instance.last_heartbeat);
        // Not only if equal: an eventually consistent read may return an earlier heartbeat.
        if beats(&instance) <= beats(&self.instance) {
            return self.check_silence(now, changes);
        }
        if !self.is_present {
            changes.push(InstanceChange::Joined(instance.clone()));
        } else if instance.status != self.instance.status {
            let previous = self.instance.status;
            changes.push(InstanceChange::StatusChanged { instance: instance.clone(), previous });
        }
        ObservedInstance { instance, changed_at: now, is_present: true, replaced: self.replaced }
    }

    fn leave(self, reason: LeftReason, changes: &mut Vec<InstanceChange>) {
        if self.is_present {
            changes.push(InstanceChange::Left { instance: self.instance, reason });
        }
    }

    /// Excludes a period without polls from the time without heartbeats.
    fn exclude(&mut self, period: Duration) {
        self.changed_at += period;
    }

    /// Reports that the instance has left if it has sent no heartbeat for too long.
    fn check_silence(mut self, now: Instant, changes: &mut Vec<InstanceChange>) -> Self {
        if self.is_present && now.saturating_duration_since(self.changed_at) > self.instance.stale_after() {
            self.is_present = false;
            changes.push(InstanceChange::Left { instance: self.instance.clone(), reason: LeftReason::Silent });
        }
        self
    }
}
