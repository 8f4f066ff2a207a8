//! Removing records that nobody uses.

mod remove;
mod report;
mod task;

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::watch;
use tokio::time::Instant;

use super::Cache;
use super::entry::CacheEntry;
use super::live::Live;
use super::pairs::Pairs;
use crate::{ItemStream, Model as _, Result};
use remove::Removal;

pub use report::CleanupReport;
pub use task::{CleanupStatus, CleanupTask};

/// Removes records that were not used for a while: [`Cache::cleanup_inactive_records`]. Await it.
///
/// It scans the table, half a read unit for each 4 KB in it, and deletes record by record, which costs a write unit
/// for each started KB of the record, and one for its tracker. Each deletion is on condition that the record is
/// still as inactive as it was read: one that is used meanwhile survives. It may be interrupted at any time, and run
/// again.
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
/// println!("{} of {} would go", report.removed, report.seen);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct Cleanup {
    cache: Cache,
    past: i64,
    read_units: f64,
    removals: u32,
    dry_run: bool,
    stop: Option<watch::Receiver<bool>>,
}

impl Cache {
    /// Removes the records that were last accessed `past_minutes` ago or longer, and all that have ended.
    ///
    /// An access is a set, an update, or with active TTL a read: without it a read writes nothing, and leaves no
    /// trace. What DynamoDB's own TTL left of records (a record without its tracker, or the other way round) goes too.
    /// See [`Cleanup`] for what it costs.
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
    pub fn cleanup_inactive_records(&self, past_minutes: u64) -> Cleanup {
        let past = i64::try_from(past_minutes.saturating_mul(60)).unwrap_or(i64::MAX);
        Cleanup { cache: self.clone(), past, read_units: 100.0, removals: 50, dry_run: false, stop: None }
    }
}

impl Cleanup {
    /// How many read units the scan may consume per second; 100 by default, which is 800 KB.
    pub fn max_capacity_per_second(mut self, units: f64) -> Self {
        self.read_units = units;
        self
    }

    /// How many records are removed per second at most; 50 by default, and at least 1.
    pub fn max_removals_per_second(mut self, records: u32) -> Self {
        self.removals = records.max(1);
        self
    }

    /// Only counts what would be removed.
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    async fn run(mut self) -> Result<CleanupReport> {
        let now = self.cache.now();
        let mut run = Run {
            cutoff: now.saturating_sub(self.past),
            pace: RateLimiter { since: Instant::now(), each: Duration::from_secs(1) / self.removals, due: 0 },
            report: CleanupReport::default(),
            only_counts: self.dry_run,
            cache: self.cache.clone(),
        };
        let (mut scan, mut pairs) = (self.scan(), Pairs::default());
        while let Some(item) = self.unless_stopped(scan.next()).await.flatten() {
            if let Some(live) = pairs.meet(item?) {
                run.record(&live).await?;
            }
        }
        for half in pairs.left() {
            if self.is_stopped() {
                break;
            }
            run.half(&half).await?;
        }
        Ok(run.report)
    }

    /// All items without their values: those take their units all the same, but need not travel.
    fn scan(&self) -> ItemStream<CacheEntry> {
        const NAMES: [&str; 7] = ["pk", "sk", "_type", "generation", "expires_at", "accessed_at", "tracked"];
        let scan = CacheEntry::scan().table(self.cache.table()).client(self.cache.client());
        let scan = scan.max_capacity_per_second(self.read_units).customize(|request| {
            let names = NAMES.iter().map(|name| format!("#c_{name}"));
            let request = request.projection_expression(names.collect::<Vec<_>>().join(", "));
            NAMES.iter().fold(request, |request, name| request.expression_attribute_names(format!("#c_{name}"), *name))
        });
        scan.stream()
    }

    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| *stop.borrow() || stop.has_changed().is_err())
    }

    /// What the future gives; `None` once the run is to stop.
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

/// A cleanup under way.
struct Run {
    cache: Cache,
    cutoff: i64,
    pace: RateLimiter,
    report: CleanupReport,
    only_counts: bool,
}

impl Run {
    async fn record(&mut self, live: &Live) -> Result<()> {
        self.report.seen += 1;
        let lease = live.lease();
        let is_idle = lease.accessed_at.is_none_or(|accessed_at| accessed_at <= self.cutoff);
        if !is_idle && lease.ends() > self.cache.now() {
            return Ok(());
        }
        if self.only_counts {
            self.report.removed += 1;
            return Ok(());
        }
        self.pace.wait().await;
        match self.cache.remove(live, self.cutoff).await? {
            Removal::Removed => self.report.removed += 1,
            Removal::Kept => self.report.kept += 1,
        }
        Ok(())
    }

    async fn half(&mut self, half: &CacheEntry) -> Result<()> {
        if self.only_counts {
            self.report.orphans += 1;
            return Ok(());
        }
        self.pace.wait().await;
        if let Removal::Removed = self.cache.remove_half(half).await? {
            self.report.orphans += 1;
        }
        Ok(())
    }
}

/// Lets removals go out at a steady rate.
struct RateLimiter {
    since: Instant,
    each: Duration,
    due: u32,
}

impl RateLimiter {
    async fn wait(&mut self) {
        tokio::time::sleep_until(self.since + self.each * self.due).await;
        self.due = self.due.saturating_add(1);
    }
}

impl IntoFuture for Cleanup {
    type Output = Result<CleanupReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<CleanupReport>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for Cleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cleanup").field("past_seconds", &self.past).finish_non_exhaustive()
    }
}
