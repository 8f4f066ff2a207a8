//! Repeats a cleanup in the background, at an interval, until it is stopped or its handle is dropped.
//!
//! Created by [`Cache::spawn_cleanup`] and [`CacheCleanup::spawn`]. A failed run never ends the task.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{CacheCleanup, CacheCleanupReport};
use crate::cache::Cache;
use crate::{Error, ErrorKind, Result};

/// A cleanup that runs in the background at an interval. Created by [`Cache::spawn_cleanup`].
///
/// Dropping the handle ends the task after the removal in progress. [`stop`](Self::stop) waits for that removal.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
/// # cache.create_table().await?;
/// use std::time::Duration;
///
/// let slowly = cache.cleanup_inactive_records(60).max_removals_per_second(1);
/// let mut cleanup = slowly.spawn(Duration::from_millis(1))?;
/// let status = cleanup.next_run().await;
/// assert_eq!((status.runs, status.failed), (1, None));
/// cleanup.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "dropping the handle ends the cleanup"]
pub struct CacheCleanupTask {
    stop: watch::Sender<bool>,
    status: watch::Receiver<CacheCleanupStatus>,
    task: JoinHandle<()>,
}

/// What a background cleanup has done so far.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CacheCleanupStatus {
    /// The number of completed runs, including failed ones.
    pub runs: u64,
    /// The report of the last run that succeeded.
    pub report: Option<CacheCleanupReport>,
    /// The kind of error with which the last run failed, or `None` if it succeeded.
    pub failed: Option<ErrorKind>,
}

impl Cache {
    /// Runs [`cleanup_inactive_records`](Self::cleanup_inactive_records) in the background: first after `interval`,
    /// then again that long after each run. Requires a Tokio runtime.
    ///
    /// One process of a service is enough: several remove no more, but each scans the whole table. A run that fails is
    /// reported by [`CacheCleanupTask::status`] and by `tracing`; the next run starts as usual.
    ///
    /// # Errors
    ///
    /// `Validation` if the interval is zero.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// let cleanup = cache.spawn_cleanup(Duration::from_mins(10), 60)?;
    /// // When the service shuts down:
    /// cleanup.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn spawn_cleanup(&self, interval: Duration, past_minutes: u64) -> Result<CacheCleanupTask> {
        self.cleanup_inactive_records(past_minutes).spawn(interval)
    }
}

impl CacheCleanup {
    /// Runs this cleanup in the background, with its limits. See [`Cache::spawn_cleanup`].
    ///
    /// Use this instead of `spawn_cleanup` to set limits. [`CacheCleanupTask`] has an example.
    ///
    /// # Errors
    ///
    /// `Validation` if the interval is zero.
    pub fn spawn(mut self, interval: Duration) -> Result<CacheCleanupTask> {
        if interval.is_zero() {
            let message = "the interval of the cleanup is zero";
            return Err(Error::new(ErrorKind::Validation, message).with_table(self.cache.table()));
        }
        let (stop, stopped) = watch::channel(false);
        let (status, observed) = watch::channel(CacheCleanupStatus::default());
        self.stop = Some(stopped);
        let task = tokio::spawn(self.repeat(interval, status));
        Ok(CacheCleanupTask { stop, status: observed, task })
    }

    async fn repeat(mut self, interval: Duration, status: watch::Sender<CacheCleanupStatus>) {
        while self.unless_stopped(tokio::time::sleep(interval)).await.is_some() {
            let outcome = self.again().run().await;
            if let Err(error) = &outcome {
                tracing::warn!(target: "singlet", table = self.cache.table(), kind = ?error.kind(), "cache cleanup failed");
            }
            status.send_modify(|status| {
                status.runs += 1;
                status.failed = outcome.as_ref().err().map(Error::kind);
                status.report = outcome.ok().or(status.report);
            });
        }
    }

    fn again(&self) -> CacheCleanup {
        CacheCleanup { cache: self.cache.clone(), stop: self.stop.clone(), ..*self }
    }
}

impl CacheCleanupTask {
    /// What the task has done so far. Use this for a health check.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// let cleanup = cache.spawn_cleanup(Duration::from_mins(10), 60)?;
    /// assert_eq!(cleanup.status().runs, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(&self) -> CacheCleanupStatus {
        self.status.borrow().clone()
    }

    /// Waits until the next run completes. [`CacheCleanupTask`] has an example.
    pub async fn next_run(&mut self) -> CacheCleanupStatus {
        // An error means that the task has ended, which only `stop` and a panic cause.
        _ = self.status.changed().await;
        self.status.borrow_and_update().clone()
    }

    /// Ends the task: no further removal starts, and none is in progress when this returns.
    pub async fn stop(self) -> CacheCleanupStatus {
        self.stop.send_replace(true);
        // Nothing else can cancel the task, and tokio has already reported a panic.
        _ = self.task.await;
        self.status.borrow().clone()
    }
}
