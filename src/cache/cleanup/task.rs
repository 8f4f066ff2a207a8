use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Cleanup, CleanupReport};
use crate::cache::Cache;
use crate::{Error, ErrorKind, Result};

/// Cleans up in the background, at an interval: [`Cache::spawn_cleanup`].
///
/// Dropping it lets the task end by itself, after the removal that is under way; [`stop`](Self::stop) waits for that.
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
#[must_use = "the cleanup ends when this is dropped"]
pub struct CleanupTask {
    stop: watch::Sender<bool>,
    status: watch::Receiver<CleanupStatus>,
    task: JoinHandle<()>,
}

/// What a background cleanup has done up to now.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CleanupStatus {
    /// Runs that came to an end, failed ones included.
    pub runs: u64,
    /// What the last run did that did not fail.
    pub report: Option<CleanupReport>,
    /// Why the last run failed; `None` when it did not.
    pub failed: Option<ErrorKind>,
}

impl Cache {
    /// Runs [`cleanup_inactive_records`](Self::cleanup_inactive_records) in the background: the first time when
    /// `interval` has passed, then that long after each run. Needs a tokio runtime.
    ///
    /// One process of a service is enough; several at once remove no more, but read as much each. A run that fails is
    /// told by [`CleanupTask::status`] and by `tracing`, and the next one is tried as usual.
    ///
    /// `Validation` when the interval is zero.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let cache = singlet::cache::Cache::builder().client(&singlet::Client::embedded()).build()?;
    /// # cache.create_table().await?;
    /// use std::time::Duration;
    ///
    /// let cleanup = cache.spawn_cleanup(Duration::from_mins(10), 60)?;
    /// // .. and when the service shuts down:
    /// cleanup.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn spawn_cleanup(&self, interval: Duration, past_minutes: u64) -> Result<CleanupTask> {
        self.cleanup_inactive_records(past_minutes).spawn(interval)
    }
}

impl Cleanup {
    /// Runs this in the background, with the limits that were set; see [`Cache::spawn_cleanup`].
    pub fn spawn(mut self, interval: Duration) -> Result<CleanupTask> {
        if interval.is_zero() {
            let message = "the interval of a cleanup is zero";
            return Err(Error::new(ErrorKind::Validation, message).with_table(self.cache.table()));
        }
        let (stop, stopped) = watch::channel(false);
        let (status, observed) = watch::channel(CleanupStatus::default());
        self.stop = Some(stopped);
        let task = tokio::spawn(self.repeat(interval, status));
        Ok(CleanupTask { stop, status: observed, task })
    }

    async fn repeat(mut self, interval: Duration, status: watch::Sender<CleanupStatus>) {
        while self.unless_stopped(tokio::time::sleep(interval)).await.is_some() {
            let outcome = self.again().run().await;
            if let Err(error) = &outcome {
                tracing::warn!(target: "singlet", table = self.cache.table(), kind = ?error.kind(), "a cleanup failed");
            }
            status.send_modify(|status| {
                status.runs += 1;
                status.failed = outcome.as_ref().err().map(Error::kind);
                status.report = outcome.ok().or(status.report);
            });
        }
    }

    fn again(&self) -> Cleanup {
        Cleanup { cache: self.cache.clone(), stop: self.stop.clone(), ..*self }
    }
}

impl CleanupTask {
    /// What it has done up to now.
    pub fn status(&self) -> CleanupStatus {
        self.status.borrow().clone()
    }

    /// Waits until one more run has come to its end.
    pub async fn next_run(&mut self) -> CleanupStatus {
        // An error is the end of the task, which only `stop` and a panic bring about.
        _ = self.status.changed().await;
        self.status.borrow_and_update().clone()
    }

    /// Ends it: no removal begins from now on, and when this returns none is under way.
    pub async fn stop(self) -> CleanupStatus {
        self.stop.send_replace(true);
        // It cannot be cancelled from elsewhere; a panic has been reported already.
        _ = self.task.await;
        self.status.borrow().clone()
    }
}
