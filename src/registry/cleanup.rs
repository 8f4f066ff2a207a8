//! Cleanups: scan the table and delete the entries of instances that are not running. Created by [`Registry::cleanup`].
//!
//! A cleanup never deletes an entry that has received a heartbeat since it was read.

use std::fmt;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Registry, ServiceInstance, ServiceStatus};
use crate::expr::Condition;
use crate::{Model, OperationFuture, Result};

/// The number of entries that are deleted at the same time.
const CONCURRENCY: usize = 8;

/// Deletes the entries of instances that are not running, and returns a [`RegistryCleanupReport`]. Created by
/// [`Registry::cleanup`].
///
/// It deletes entries that are [stale](ServiceInstance::is_stale), entries with the status `UNHEALTHY` or `SHUTDOWN`,
/// and entries without a TTL, which DynamoDB would never delete. If such an instance is running and has a heartbeat
/// task, its next heartbeat registers it again.
///
/// Each delete requires that the entry has received no heartbeat since it was read. You can therefore interrupt a
/// cleanup at any time, run it again, and run several at once. A cleanup scans the table, and each delete costs as much
/// as a heartbeat.
///
/// ```
/// use singlet::Client;
/// use singlet::registry::{CleanupReason, Registry, ServiceStatus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let registry = Registry::new(Client::embedded());
/// # registry.create_table().await?;
/// let _ill = registry.register("orders", "i-1").status(ServiceStatus::Unhealthy).without_heartbeat().await?;
///
/// let planned = registry.cleanup().dry_run(true).await?;
/// assert_eq!(planned.removed[0].reasons, [CleanupReason::Unhealthy]);
///
/// let report = registry.cleanup().await?;
/// assert_eq!((report.examined, report.removed.len()), (1, 1));
/// assert!(registry.instances("orders").with_stale().await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct RegistryCleanup {
    registry: Registry,
    dry_run: bool,
    units_per_second: Option<f64>,
    progress: Box<dyn FnMut(RegistryCleanupProgress) + Send>,
}

impl RegistryCleanup {
    pub(super) fn new(registry: Registry) -> Self {
        RegistryCleanup { registry, dry_run: false, units_per_second: None, progress: Box::new(|_| {}) }
    }

    /// Whether to report what would be deleted, without deleting anything. The default is `false`.
    ///
    /// Use this before the first cleanup of a table, and to find entries without a TTL.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// use singlet::registry::CleanupReason;
    ///
    /// let report = registry.cleanup().dry_run(true).await?;
    /// let without_ttl = report.removed.iter().filter(|entry| entry.reasons.contains(&CleanupReason::NoTtl));
    /// assert_eq!(without_ttl.count(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Limits the read units that the scan consumes per second. By default it reads as fast as DynamoDB allows.
    ///
    /// Use this if the table has little provisioned capacity, which heartbeats and discovery also need.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// let report = registry.cleanup().max_capacity_per_second(25.0).await?;
    /// assert_eq!(report.examined, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_capacity_per_second(mut self, units: f64) -> Self {
        self.units_per_second = Some(units);
        self
    }

    /// Calls `f` when the entries have been read, and after each delete.
    ///
    /// Use this to show a progress bar.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let registry = singlet::registry::Registry::new(singlet::Client::embedded());
    /// # registry.create_table().await?;
    /// registry.cleanup().progress(|progress| eprintln!("{} of {}", progress.done, progress.total)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn progress(mut self, f: impl FnMut(RegistryCleanupProgress) + Send + 'static) -> Self {
        self.progress = Box::new(f);
        self
    }

    async fn run(mut self) -> Result<RegistryCleanupReport> {
        let (examined, found) = find(&self.registry, self.units_per_second).await?;
        let (removed, kept) = (Vec::new(), Vec::new());
        let mut report = RegistryCleanupReport { dry_run: self.dry_run, examined, removed, kept };
        if self.dry_run {
            report.removed = found.into_iter().map(|(_, cleaned)| cleaned).collect();
            return Ok(report);
        }
        let mut progress = RegistryCleanupProgress { done: 0, total: found.len() };
        (self.progress)(progress);
        let registry = &self.registry;
        let deletes = found.into_iter().map(|(instance, cleaned)| async move {
            delete(registry, &instance).await.map(|is_deleted| (is_deleted, cleaned))
        });
        // Buffered in order, so that the report is in the order of service and id.
        let mut deletes = stream::iter(deletes).buffered(CONCURRENCY);
        while let Some((is_deleted, cleaned)) = deletes.try_next().await? {
            if is_deleted { &mut report.removed } else { &mut report.kept }.push(cleaned);
            progress.done += 1;
            (self.progress)(progress);
        }
        Ok(report)
    }
}

/// The number of entries, and those to delete.
async fn find(
    registry: &Registry,
    units_per_second: Option<f64>,
) -> Result<(usize, Vec<(ServiceInstance, CleanedInstance)>)> {
    let client = registry.client();
    let mut scan = ServiceInstance::scan().client(client).table(registry.table());
    if let Some(units) = units_per_second {
        scan = scan.max_capacity_per_second(units);
    }
    let mut instances = scan.await?;
    let (examined, now) = (instances.len(), client.service_now_millis());
    instances.sort_by(|a, b| (&a.service_name, &a.instance_id).cmp(&(&b.service_name, &b.instance_id)));
    let found = instances.into_iter().filter_map(|instance| {
        let cleaned = CleanedInstance::of(&instance, now)?;
        Some((instance, cleaned))
    });
    Ok((examined, found.collect()))
}

/// Deletes the entry unless it has received a heartbeat since it was read. Returns whether it no longer exists.
async fn delete(registry: &Registry, instance: &ServiceInstance) -> Result<bool> {
    let delete = instance.delete().when(|i| unchanged(&i, instance));
    match delete.client(registry.client()).table(registry.table()).await {
        Ok(()) => Ok(true),
        // Without an item, somebody else has deleted it, or this delete has and its response was lost.
        Err(error) if error.is_condition_unmet() => Ok(error.old_item().is_none()),
        Err(error) => Err(error),
    }
}

/// Holds while the entry is the one that was read.
fn unchanged(i: &<ServiceInstance as Model>::Fields, instance: &ServiceInstance) -> Condition<ServiceInstance> {
    // An attribute that an entry of another program lacks was read as its default.
    let mut beats = i.heartbeats.eq(instance.heartbeats);
    if instance.heartbeats == 0 {
        beats = beats | i.heartbeats.not_exists();
    }
    let mut times = i.last_heartbeat.eq(instance.last_heartbeat);
    if instance.last_heartbeat == 0 {
        times = times | i.last_heartbeat.not_exists();
    }
    let mut writer = i.registration_id.eq(&*instance.registration_id);
    if instance.registration_id.is_empty() {
        writer = writer | i.registration_id.not_exists();
    }
    beats & times & writer
}

impl fmt::Debug for RegistryCleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryCleanup").field("dry_run", &self.dry_run).finish_non_exhaustive()
    }
}

impl IntoFuture for RegistryCleanup {
    type Output = Result<RegistryCleanupReport>;
    type IntoFuture = OperationFuture<'static, RegistryCleanupReport>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.run())
    }
}

/// What a [`RegistryCleanup`] did, or would do in a dry run.
///
/// ```
/// use singlet::registry::RegistryCleanupReport;
///
/// fn print(report: &RegistryCleanupReport) {
///     let verb = if report.dry_run { "would remove" } else { "removed" };
///     for instance in &report.removed {
///         let reasons: Vec<String> = instance.reasons.iter().map(ToString::to_string).collect();
///         println!("{verb} {} {}: {}", instance.service_name, instance.instance_id, reasons.join(", "));
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistryCleanupReport {
    /// Whether this was a dry run, which deletes nothing.
    pub dry_run: bool,
    /// The number of entries in the table.
    pub examined: usize,
    /// The entries that were deleted, or would be in a dry run, in the order of service and id.
    pub removed: Vec<CleanedInstance>,
    /// The entries that were to be deleted, but received a heartbeat in the meantime.
    pub kept: Vec<CleanedInstance>,
}

/// An entry that a cleanup selected.
///
/// ```
/// use singlet::registry::{CleanedInstance, CleanupReason};
///
/// fn is_legacy(instance: &CleanedInstance) -> bool {
///     instance.reasons.contains(&CleanupReason::NoTtl)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CleanedInstance {
    /// The name of the service.
    pub service_name: String,
    /// The id of the instance.
    pub instance_id: String,
    /// The status that it reported.
    pub status: ServiceStatus,
    /// The time of its last heartbeat in epoch milliseconds, or 0 if the entry does not contain it.
    pub last_heartbeat: i64,
    /// All reasons that apply, at least one.
    pub reasons: Vec<CleanupReason>,
}

impl CleanedInstance {
    /// Selects the entry if there is a reason to delete it.
    fn of(instance: &ServiceInstance, now: i64) -> Option<Self> {
        let stale = instance.is_stale(now).then(|| CleanupReason::Stale { age: instance.heartbeat_age(now) });
        let status = match instance.status {
            ServiceStatus::Unhealthy => Some(CleanupReason::Unhealthy),
            ServiceStatus::Shutdown => Some(CleanupReason::Shutdown),
            _ => None,
        };
        let no_ttl = instance.has_no_ttl().then_some(CleanupReason::NoTtl);
        let reasons: Vec<_> = [stale, status, no_ttl].into_iter().flatten().collect();
        (!reasons.is_empty()).then(|| CleanedInstance {
            service_name: instance.service_name.clone(),
            instance_id: instance.instance_id.clone(),
            status: instance.status.clone(),
            last_heartbeat: instance.last_heartbeat,
            reasons,
        })
    }
}

/// Why a cleanup deletes an entry.
///
/// ```
/// use std::time::Duration;
/// use singlet::registry::CleanupReason;
///
/// let reason = CleanupReason::Stale { age: Duration::from_secs(95) };
/// assert_eq!((reason.to_string().as_str(), reason.name()), ("no heartbeat for 95 s", "stale"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CleanupReason {
    /// The last heartbeat is older than the TTL of the entry plus 5 s.
    Stale {
        /// The age of the last heartbeat.
        age: Duration,
    },
    /// The status is `UNHEALTHY`.
    Unhealthy,
    /// The status is `SHUTDOWN`.
    Shutdown,
    /// The entry has no TTL, so DynamoDB never deletes it.
    NoTtl,
}

impl CleanupReason {
    /// A short name for programs: `stale`, `unhealthy`, `shutdown` or `no-ttl`.
    pub fn name(self) -> &'static str {
        match self {
            CleanupReason::Stale { .. } => "stale",
            CleanupReason::Unhealthy => "unhealthy",
            CleanupReason::Shutdown => "shutdown",
            CleanupReason::NoTtl => "no-ttl",
        }
    }
}

impl fmt::Display for CleanupReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CleanupReason::Stale { age } => write!(f, "no heartbeat for {} s", age.as_secs()),
            CleanupReason::Unhealthy => f.write_str("status UNHEALTHY"),
            CleanupReason::Shutdown => f.write_str("status SHUTDOWN"),
            CleanupReason::NoTtl => f.write_str("no TTL"),
        }
    }
}

/// The progress of a [`RegistryCleanup`].
///
/// ```
/// fn percent(progress: singlet::registry::RegistryCleanupProgress) -> usize {
///     progress.done * 100 / progress.total.max(1)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistryCleanupProgress {
    /// The number of selected entries that were deleted, or kept because of a new heartbeat.
    pub done: usize,
    /// The number of selected entries.
    pub total: usize,
}
