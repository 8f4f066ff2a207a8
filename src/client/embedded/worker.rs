//! The thread that owns the embedded database.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use dynoxide::Database;
use tokio::sync::oneshot;

/// An `OR` of 200 terms overflows the 2 MiB of a runtime's thread in a debug build. The pages are
/// only reserved until they are used.
const STACK_BYTES: usize = 64 << 20;

type Job = Box<dyn FnOnce(&Database) + Send>;

/// A handle on the thread; the thread ends, and closes the database, when the last clone is dropped.
#[derive(Debug, Clone)]
pub(in crate::client) struct Worker(mpsc::Sender<Job>);

impl Worker {
    /// Starts the thread. Fails where the operating system has none to give.
    pub(super) fn start(database: Database) -> io::Result<Self> {
        Self::start_with_thread(database).map(|(worker, _)| worker)
    }

    fn start_with_thread(database: Database) -> io::Result<(Self, thread::JoinHandle<()>)> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread =
            thread::Builder::new().name("singlet-embedded".to_owned()).stack_size(STACK_BYTES).spawn(move || {
                for job in queue {
                    // A panic has been printed by its hook. Its caller gets no answer, and with it an error; the
                    // database refuses further requests itself where the panic left it in pieces.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&database)));
                }
            })?;
        Ok((Worker(jobs), thread))
    }

    /// Queues `job` at once, in the order of the calls, and waits for its answer; `None` where it panicked.
    ///
    /// As with a remote service, a job that was queued runs even if the future is dropped.
    pub(super) fn call<T, F>(&self, job: F) -> impl Future<Output = Option<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> T + Send + 'static,
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

    fn database() -> Database {
        Database::memory().unwrap()
    }

    #[tokio::test]
    async fn the_thread_ends_with_the_last_handle() {
        let (worker, thread) = Worker::start_with_thread(database()).unwrap();
        let clone = worker.clone();
        drop(worker);
        assert_eq!(clone.call(|_| 1).await, Some(1));
        drop(clone);
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_answers_its_caller_and_no_other() {
        let worker = Worker::start(database()).unwrap();
        assert_eq!(worker.call(|_| -> u8 { panic!("meant to") }).await, None);
        assert_eq!(worker.call(|_| 2).await, Some(2));
    }

    #[tokio::test]
    async fn a_cancelled_job_still_runs() {
        let worker = Worker::start(database()).unwrap();
        let (tell, told) = oneshot::channel();
        drop(worker.call(move |_| tell.send(3)));
        assert_eq!(told.await, Ok(3));
    }
}
