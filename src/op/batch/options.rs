//! The options of batches: concurrency and progress.

use std::fmt;

/// How far a batch has come: what `.progress(..)` hears after each request.
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
    /// Puts and deletes done, or keys answered, so far.
    pub done: usize,
    /// All of them.
    pub total: usize,
}

/// Requests of one batch under way at a time, where nothing else is said.
const CONCURRENCY: usize = 4;

/// What a batch may say about its pace.
pub(crate) struct BatchOptions<'a> {
    pub(crate) concurrency: usize,
    pub(crate) progress: Option<Box<dyn FnMut(BatchProgress) + Send + 'a>>,
    pub(crate) detailed: bool,
}

impl Default for BatchOptions<'_> {
    fn default() -> Self {
        BatchOptions { concurrency: CONCURRENCY, progress: None, detailed: false }
    }
}

impl BatchOptions<'_> {
    /// What tells the user of each request's part of `total`.
    pub(crate) fn progress_reporter(&mut self, total: usize) -> impl FnMut(usize) {
        let mut progress = BatchProgress { done: 0, total };
        move |finished| {
            progress.done += finished;
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

/// The options every batch has.
macro_rules! batch_options {
    () => {
        /// How many requests may be under way at a time: 1 at least, 4 by default.
        pub fn concurrency(mut self, requests: usize) -> Self {
            self.options.concurrency = requests;
            self
        }

        /// Calls `f` after every request.
        pub fn progress(mut self, f: impl FnMut($crate::BatchProgress) + Send + 'a) -> Self {
            self.options.progress = Some(Box::new(f));
            self
        }
    };
}
pub(crate) use batch_options;
