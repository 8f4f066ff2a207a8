//! The thread that owns the embedded database.
//!
//! It runs one job at a time, so a database needs no locks and a job sees no other request in between.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

/// In a debug build, a condition with an `OR` of 200 terms overflows the 2 MiB stack of a runtime's thread. The pages
/// are only reserved until they are used.
const STACK_BYTES: usize = 64 << 20;

type Job<D> = Box<dyn FnOnce(&D) + Send>;

/// A handle on the thread. When the last clone is dropped, the thread closes the database and ends.
pub(super) struct Worker<D>(mpsc::Sender<Job<D>>);

// Not derived: a database need not implement `Debug`.
impl<D> fmt::Debug for Worker<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Worker(..)")
    }
}

impl<D: Send + 'static> Worker<D> {
    /// Starts the thread. Fails if the operating system has none left.
    pub(super) fn start(database: D) -> io::Result<Self> {
        Self::start_with_thread(database).map(|(worker, _)| worker)
    }

    fn start_with_thread(database: D) -> io::Result<(Self, thread::JoinHandle<()>)> {
        let (jobs, queue) = mpsc::channel::<Job<D>>();
        let thread =
            thread::Builder::new().name("singlet-embedded".to_owned()).stack_size(STACK_BYTES).spawn(move || {
                for job in queue {
                    // The panic hook has printed the panic. The caller gets no answer and reports an error. If the
                    // panic left the database inconsistent, the database rejects further requests itself.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&database)));
                }
            })?;
        Ok((Worker(jobs), thread))
    }

    /// Queues `job` immediately, in the order of the calls. The future waits for its result, which is `None` if the job
    /// panicked.
    ///
    /// As with a remote service, a queued job runs even if the future is dropped.
    pub(super) fn call<T, F>(&self, job: F) -> impl Future<Output = Option<T>> + Send + use<T, F, D>
    where
        T: Send + 'static,
        F: FnOnce(&D) -> T + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queued = self.0.send(Box::new(move |database| {
            // The caller may have been cancelled.
            let _ = reply.send(job(database));
        }));
        async move {
            queued.ok()?;
            answer.await.ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_thread_ends_with_the_last_handle() {
        let (worker, thread) = Worker::start_with_thread(()).unwrap();
        let clone = Worker(worker.0.clone());
        drop(worker);
        assert_eq!(clone.call(|()| 1).await, Some(1));
        drop(clone);
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_answers_its_caller_and_no_other() {
        let worker = Worker::start(()).unwrap();
        assert_eq!(worker.call(|()| -> u8 { panic!("meant to") }).await, None);
        assert_eq!(worker.call(|()| 2).await, Some(2));
    }

    #[tokio::test]
    async fn a_cancelled_job_still_runs() {
        let worker = Worker::start(()).unwrap();
        let (tell, told) = oneshot::channel();
        drop(worker.call(move |()| tell.send(3)));
        assert_eq!(told.await, Ok(3));
    }
}
