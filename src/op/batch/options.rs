//! Options of batches: concurrency and progress.

use std::fmt;

/// The progress of a batch, which is passed to the callback of `.progress(..)` after each request.
///
/// ```
/// use singlet::BatchProgress;
///
/// fn percent(progress: BatchProgress) -> usize {
///     progress.done * 100 / progress.total.max(1)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchProgress {
    /// The number of puts and deletes written, or of keys answered, so far.
    pub done: usize,
    /// The total number of puts and deletes, or of keys. An iterator or a stream
    /// counts by the lower bound of its [`size_hint`](Iterator::size_hint), so this can grow. For a stream that states no bound, it is
    /// the number of items taken so far.
    pub total: usize,
}

/// The default number of concurrent requests of a batch.
const CONCURRENCY: usize = 4;

/// The concurrency and progress options of a batch.
pub(crate) struct BatchOptions<'a> {
    pub(crate) concurrency: usize,
    pub(crate) progress: Option<Box<dyn FnMut(BatchProgress) + Send + 'a>>,
}

impl Default for BatchOptions<'_> {
    fn default() -> Self {
        BatchOptions { concurrency: CONCURRENCY, progress: None }
    }
}

impl BatchOptions<'_> {
    /// Returns a function that adds the finished part of a total and reports the progress to the user.
    pub(crate) fn progress_reporter(&mut self) -> impl FnMut(usize, usize) {
        let mut progress = BatchProgress { done: 0, total: 0 };
        move |finished, total| {
            progress.done += finished;
            progress.total = total;
            if let Some(tell) = &mut self.progress {
                tell(progress);
            }
        }
    }
}

impl fmt::Debug for BatchOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchOptions").field("concurrency", &self.concurrency).finish_non_exhaustive()
    }
}

/// The options of every batch.
macro_rules! batch_options {
    () => {
        /// Sets how many requests may run at once: at least 1, and 4 by default; 0 is treated as 1. Lower it to leave capacity to
        /// other traffic.
        ///
        #[doc = $crate::op::engine::options::example!(
            r#"let keys = (1..=5).map(|id| ("c-1", id));"#
            "let orders = Order::batch_get(keys).concurrency(1).await?;"
            "assert_eq!(orders.len(), 5);"
        )]
        pub fn concurrency(mut self, requests: usize) -> Self {
            self.options.concurrency = requests;
            self
        }

        /// Calls `f` after every request.
        ///
        #[doc = $crate::op::engine::options::example!(
            r#"let keys = (1..=5).map(|id| ("c-1", id));"#
            r#"let orders = Order::batch_get(keys).progress(|p| eprintln!("{} of {}", p.done, p.total)).await?;"#
            "assert_eq!(orders.len(), 5);"
        )]
        pub fn progress(mut self, f: impl FnMut($crate::BatchProgress) + Send + 'a) -> Self {
            self.options.progress = Some(Box::new(f));
            self
        }
    };
}
pub(crate) use batch_options;
