use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream;
use tokio::time::{Instant, sleep_until};

use super::sighting::Sighting;
use super::{Change, LeftReason, Registry, ServiceInstance};
use crate::Result;

/// The time between two polls, where nothing else is said.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// Further off there may be no such time.
const LONGEST_INTERVAL: Duration = Duration::from_hours(24);

/// Watches the instances of a service, or of all, by polling: [`Registry::watch`], [`Registry::watch_all`].
///
/// The instances that are there at first come as [`Change::Joined`]. An instance has left when its entry is gone, or
/// when its count of heartbeats has not changed for longer than its time to live and 5 s *on this process's monotonic
/// clock*: no clock of another machine is asked. Only entries that never changed since they were first seen are judged by
/// the time they say. Time in which polls failed does not count, so that an outage does not make everybody leave.
///
/// A poll costs what [`Registry::instances`] or [`Registry::all_instances`] does.
///
/// ```
/// use singlet::Client;
/// use singlet::registry::{Change, Registry};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let registry = Registry::new(Client::embedded());
/// # registry.create_table().await?;
/// let registration = registry.register("orders", "i-1").await?;
/// let mut watch = registry.watch("orders");
/// assert!(matches!(watch.next().await?, Change::Joined(instance) if instance.instance_id == "i-1"));
///
/// registration.deregister().await?;
/// assert!(matches!(watch.poll().await?[..], [Change::Left { .. }]));
/// # Ok(())
/// # }
/// ```
#[must_use = "a watch does nothing until it is polled"]
pub struct ServiceWatch {
    registry: Registry,
    service_name: Option<String>,
    interval: Duration,
    sightings: BTreeMap<(String, String), Sighting>,
    changes: VecDeque<Change>,
    next_poll: Option<Instant>,
    /// The last poll that succeeded, while those after it have failed.
    blind_since: Option<Instant>,
    last_poll: Option<Instant>,
}

impl ServiceWatch {
    pub(super) fn new(registry: Registry, service_name: Option<String>) -> Self {
        ServiceWatch {
            registry,
            service_name,
            interval: DEFAULT_INTERVAL,
            sightings: BTreeMap::new(),
            changes: VecDeque::new(),
            next_poll: None,
            blind_since: None,
            last_poll: None,
        }
    }

    /// The time between two polls, a day at most; 5 s without it.
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = interval.min(LONGEST_INTERVAL);
        self
    }

    /// Waits for the next change, and polls meanwhile.
    ///
    /// After an error, which is that of a poll, the watch goes on when this is called again, at the usual interval. It
    /// may be dropped while it waits, as in `tokio::select!`.
    pub async fn next(&mut self) -> Result<Change> {
        loop {
            if let Some(change) = self.changes.pop_front() {
                return Ok(change);
            }
            if let Some(at) = self.next_poll {
                sleep_until(at).await;
            }
            self.next_poll = Some(Instant::now() + self.interval);
            let changes = self.poll().await?;
            self.changes.extend(changes);
        }
    }

    /// The changes, as a stream that goes on after an error and never ends.
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
    /// let change = changes.next().await.expect("it never ends")?;
    /// assert_eq!(change.instance().service_name, "orders");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_stream(self) -> impl Stream<Item = Result<Change>> + Send {
        stream::unfold(self, async |mut watch| {
            let change = watch.next().await;
            Some((change, watch))
        })
    }

    /// Polls now, and gives what has changed since the last poll: for programs with a schedule of their own.
    pub async fn poll(&mut self) -> Result<Vec<Change>> {
        let found = self.registry.discovery(self.service_name.clone()).with_stale().await;
        let now = Instant::now();
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                self.blind_since = self.blind_since.or(self.last_poll);
                return Err(error);
            }
        };
        if let Some(since) = self.blind_since.take() {
            self.sightings.values_mut().for_each(|sighting| sighting.pass_over(now - since));
        }
        self.last_poll = Some(now);
        Ok(self.compare(found, now))
    }

    fn compare(&mut self, found: Vec<ServiceInstance>, now: Instant) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut before = std::mem::take(&mut self.sightings);
        let service_now = self.registry.client().service_now_millis();
        for instance in found {
            let key = (instance.service_name.clone(), instance.instance_id.clone());
            let sighting = match before.remove(&key) {
                Some(sighting) => sighting.again(instance, now, &mut changes),
                None => Sighting::first(instance, now, service_now, &mut changes),
            };
            self.sightings.insert(key, sighting);
        }
        for gone in before.into_values() {
            gone.leave(LeftReason::Gone, &mut changes);
        }
        changes
    }
}

impl fmt::Debug for ServiceWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceWatch").field("interval", &self.interval).finish_non_exhaustive()
    }
}
