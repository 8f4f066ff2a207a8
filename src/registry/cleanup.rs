mod report;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Registry, ServiceInstance};
use crate::expr::Condition;
use crate::{Model, Result};

pub use report::{CleanedInstance, CleanupProgress, CleanupReason, CleanupReport};

/// How many entries are deleted side by side.
const CONCURRENCY: usize = 8;

/// Removes entries that no living instance stands behind: [`Registry::cleanup`]. Await it, for a [`CleanupReport`].
///
/// These are the entries that are [stale](ServiceInstance::is_stale), whose status is `UNHEALTHY` or `SHUTDOWN`, and those
/// without a time to live, which DynamoDB never deletes. An instance that lives all the same, and has a heartbeat task,
/// registers anew with its next heartbeat.
///
/// Each entry is deleted on condition that it has not beaten since it was read. So a clean-up may be interrupted at
/// any point, and run again, also by several at once. It scans the table, and a delete costs what a heartbeat does.
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
pub struct Cleanup {
    registry: Registry,
    dry_run: bool,
    units_per_second: Option<f64>,
    progress: Box<dyn FnMut(CleanupProgress) + Send>,
}

impl Cleanup {
    pub(super) fn new(registry: Registry) -> Self {
        Cleanup { registry, dry_run: false, units_per_second: None, progress: Box::new(|_| {}) }
    }

    /// Whether it only says what it would remove.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Scans at most at this rate. Without it the scan goes as fast as it can.
    pub fn max_capacity_per_second(mut self, units: f64) -> Self {
        self.units_per_second = Some(units);
        self
    }

    /// Is told how far it is: once the entries are read, and after each delete.
    pub fn progress(mut self, f: impl FnMut(CleanupProgress) + Send + 'static) -> Self {
        self.progress = Box::new(f);
        self
    }

    async fn run(mut self) -> Result<CleanupReport> {
        let (examined, found) = find(&self.registry, self.units_per_second).await?;
        let mut report = CleanupReport { dry_run: self.dry_run, examined, removed: Vec::new(), kept: Vec::new() };
        if self.dry_run {
            report.removed = found.into_iter().map(|(_, cleaned)| cleaned).collect();
            return Ok(report);
        }
        let mut progress = CleanupProgress { done: 0, total: found.len() };
        (self.progress)(progress);
        let registry = &self.registry;
        let deletes = found.into_iter().map(|(instance, cleaned)| async move {
            delete(registry, &instance).await.map(|is_gone| (is_gone, cleaned))
        });
        let mut deletes = stream::iter(deletes).buffered(CONCURRENCY);
        while let Some((is_gone, cleaned)) = deletes.try_next().await? {
            if is_gone { &mut report.removed } else { &mut report.kept }.push(cleaned);
            progress.done += 1;
            (self.progress)(progress);
        }
        Ok(report)
    }
}

/// How many entries there are, and which are to go.
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

/// Deletes the entry unless it has beaten since it was read; whether it is gone.
async fn delete(registry: &Registry, instance: &ServiceInstance) -> Result<bool> {
    let delete = instance.delete().when(|i| unchanged(&i, instance));
    match delete.client(registry.client()).table(registry.table()).await {
        Ok(()) => Ok(true),
        // Without an item it is gone: by somebody else, or by this delete, whose response was lost.
        Err(error) if error.is_condition_failed() => Ok(error.old_item().is_none()),
        Err(error) => Err(error),
    }
}

/// Holds while the entry is what was read. What an old entry lacks reads as its default.
fn unchanged(i: &<ServiceInstance as Model>::Fields, instance: &ServiceInstance) -> Condition<ServiceInstance> {
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

impl fmt::Debug for Cleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cleanup").field("dry_run", &self.dry_run).finish_non_exhaustive()
    }
}

impl IntoFuture for Cleanup {
    type Output = Result<CleanupReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<CleanupReport>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
