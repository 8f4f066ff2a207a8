//! Cleanups: scan the table and remove expired and inactive records.
//!
//! This file is one run; [`task`] repeats it in the background. It never removes a record that was accessed after the
//! scan read it.

mod task;

use std::fmt;
use std::pin::pin;

use futures_util::future::{Either, select};
use tokio::sync::watch;

use super::Cache;
use super::delete::Removal;
use super::entry::CacheEntry;
use super::live::{LiveRecord, RecordPairs};
use crate::{ItemStream, Model as _, OperationFuture, RateLimiter, Result};

pub use task::{CacheCleanupStatus, CacheCleanupTask};

/// Removes records that have not been used for some time. Created by [`Cache::cleanup_inactive_records`].
///
/// A cleanup scans the table for half a read unit per 4 KB, then deletes record by record: one write unit per started
/// KB of the record, and one for the tracker of a record over 1 KB. Each delete requires that the record has not been accessed since it was
/// read, so a record that is in use survives. You can interrupt a cleanup at any time and run it again.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
/// # cache.create_table().await?;
/// let report = cache
///     .cleanup_inactive_records(60)
///     .max_capacity_per_second(25.0)
///     .max_removals_per_second(10)
///     .dry_run()
///     .await?;
/// println!("{} of {} records would be removed", report.removed, report.seen);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct CacheCleanup {
    cache: Cache,
    past: i64,
    read_units: f64,
    removals: u32,
    dry_run: bool,
    stop: Option<watch::Receiver<bool>>,
}

impl Cache {
    /// Removes expired records, and records that were last accessed `past_minutes` ago or earlier.
    ///
    /// Setting and updating a record are accesses. Reading is one only with active TTL; otherwise a read writes nothing
    /// and leaves no trace. With [`refresh_after`](super::CacheBuilder::refresh_after), accesses within the pause leave no
    /// trace either, so a record is kept for that pause longer. See [`CacheCleanup`] for the cost.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let clock = singlet::ManualClock::at(1_750_000_000);
    /// # let client = singlet::Client::embedded_with_clock(clock.clone());
    /// # let cache = singlet::cache::Cache::builder().client(&client).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// cache.set_record("idle", "a").ttl(Duration::from_hours(24)).await?;
    /// cache.set_record("busy", "b").ttl(Duration::from_hours(24)).await?;
    /// clock.advance(Duration::from_mins(90));
    /// assert!(cache.get_record::<String>("busy").await?.is_some());
    ///
    /// let report = cache.cleanup_inactive_records(60).await?;
    /// assert_eq!((report.seen, report.removed), (2, 1));
    /// assert!(cache.get_record::<String>("idle").await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cleanup_inactive_records(&self, past_minutes: u64) -> CacheCleanup {
        let past = i64::try_from(past_minutes.saturating_mul(60)).unwrap_or(i64::MAX);
        CacheCleanup { cache: self.clone(), past, read_units: 100.0, removals: 50, dry_run: false, stop: None }
    }
}

impl CacheCleanup {
    /// Limits the read units that the scan consumes per second. The default is 100, which reads 800 KB per second.
    ///
    /// Lower it for a table with little provisioned capacity. Raise it if a run takes too long.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// let report = cache.cleanup_inactive_records(60).max_capacity_per_second(1000.0).await?;
    /// assert_eq!(report.seen, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_capacity_per_second(mut self, units: f64) -> Self {
        self.read_units = units;
        self
    }

    /// Limits the records that are removed per second. The default is 50, the minimum 1.
    ///
    /// Lower it so that removals leave write capacity to the service. Raise it for a first run over a large backlog.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// let report = cache.cleanup_inactive_records(60).max_removals_per_second(500).await?;
    /// assert_eq!(report.removed, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_removals_per_second(mut self, records: u32) -> Self {
        self.removals = records.max(1);
        self
    }

    /// Counts what a cleanup would remove, without removing anything.
    ///
    /// Use this before the first run on a table, to see what `past_minutes` amounts to.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// cache.set_record("greeting", "hello").await?;
    /// let report = cache.cleanup_inactive_records(0).dry_run().await?;
    /// assert_eq!(report.removed, 1);
    /// assert!(cache.get_record::<String>("greeting").await?.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    async fn run(mut self) -> Result<CacheCleanupReport> {
        let mut run = CleanupRun {
            cutoff: None,
            past: self.past,
            rate_limiter: RateLimiter::new(self.removals.into()),
            report: CacheCleanupReport::default(),
            only_counts: self.dry_run,
            cache: self.cache.clone(),
        };
        let (mut scan, mut pairs) = (self.scan(), RecordPairs::default());
        while let Some(item) = self.unless_stopped(scan.next()).await.flatten() {
            if let Some(live) = pairs.add(item?) {
                run.record(&live).await?;
            }
        }
        Ok(run.report)
    }

    /// Scans all items without their values. A projection does not reduce the units, but it reduces the traffic.
    fn scan(&self) -> ItemStream<CacheEntry> {
        const NAMES: [&str; 8] =
            ["pk", "sk", "_type", "generation", "expires_at", "refresh_after", "accessed_at", "ends"];
        let scan = CacheEntry::scan().table(self.cache.table()).client(self.cache.client());
        let scan = scan.max_capacity_per_second(self.read_units).customize(|request| {
            // Prefixed, so that the names cannot collide with those that the scan itself defines.
            let names = NAMES.iter().map(|name| format!("#c_{name}"));
            let request = request.projection_expression(names.collect::<Vec<_>>().join(", "));
            NAMES.iter().fold(request, |request, name| request.expression_attribute_names(format!("#c_{name}"), *name))
        });
        scan.stream()
    }

    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| *stop.borrow() || stop.has_changed().is_err())
    }

    /// Awaits the future, or returns `None` as soon as the run must stop.
    async fn unless_stopped<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        if self.is_stopped() {
            return None;
        }
        let Some(stop) = &mut self.stop else { return Some(future.await) };
        match select(pin!(future), pin!(stop.changed())).await {
            Either::Left((outcome, _)) => Some(outcome),
            Either::Right(_) => None,
        }
    }
}

/// A cleanup in progress.
struct CleanupRun {
    cache: Cache,
    past: i64,
    cutoff: Option<i64>,
    rate_limiter: RateLimiter,
    report: CacheCleanupReport,
    only_counts: bool,
}

impl CleanupRun {
    async fn record(&mut self, live: &LiveRecord) -> Result<()> {
        self.report.seen += 1;
        // Taken after the first response, which contains the service's time.
        let cutoff = *self.cutoff.get_or_insert_with(|| self.cache.now().saturating_sub(self.past));
        if !live.is_idle_since(cutoff) && live.ends() > self.cache.now() {
            return Ok(());
        }
        if self.only_counts {
            self.report.removed += 1;
            return Ok(());
        }
        self.rate_limiter.write_permit().await?.consume(1.0);
        match self.cache.remove(live, cutoff).await? {
            Removal::Removed => self.report.removed += 1,
            Removal::Kept => self.report.kept += 1,
        }
        Ok(())
    }
}

/// What a cleanup did.
///
/// ```
/// use singlet::cache::CacheCleanupReport;
///
/// assert_eq!(CacheCleanupReport::default().to_string(), "0 records seen, 0 removed, 0 kept");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheCleanupReport {
    /// The number of records that the scan read.
    pub seen: u64,
    /// The number of records that were removed because they were expired or inactive.
    pub removed: u64,
    /// The number of records that were to be removed, but were accessed or replaced in the meantime.
    pub kept: u64,
}

impl fmt::Display for CacheCleanupReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CacheCleanupReport { seen, removed, kept } = self;
        write!(f, "{seen} records seen, {removed} removed, {kept} kept")
    }
}

impl IntoFuture for CacheCleanup {
    type Output = Result<CacheCleanupReport>;
    type IntoFuture = OperationFuture<'static, CacheCleanupReport>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.run())
    }
}

impl fmt::Debug for CacheCleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheCleanup").field("past_seconds", &self.past).finish_non_exhaustive()
    }
}
