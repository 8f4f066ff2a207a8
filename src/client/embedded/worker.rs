//! The thread that owns the embedded database.
//!
//! It runs one job at a time, so a database needs no locks and a job sees no other request in between. Tasks take turns,
//! so one that queues many jobs does not make the others wait for all of them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot;
use tokio::task;

/// In a debug build, a condition with an `OR` of 200 terms overflows the 2 MiB stack of a runtime's thread. The pages
/// are only reserved until they are used.
const STACK_BYTES: usize = 64 << 20;

type Job<D> = Box<dyn FnOnce(&D) + Send>;

/// The caller that queues a job: a task, or a future that runs outside of one.
type Caller = Option<task::Id>;

/// A handle on the thread. When it is dropped, the thread runs what is queued, closes the database and ends.
pub(super) struct Worker<D>(Arc<WorkerState<D>>);

struct WorkerState<D> {
    queue: Mutex<Queue<D>>,
    changed: Condvar,
}

/// The jobs of each caller, and whose turn it is.
struct Queue<D> {
    jobs: HashMap<Caller, VecDeque<Job<D>>>,
    turns: VecDeque<Caller>,
    is_closed: bool,
}

impl<D> Queue<D> {
    fn push(&mut self, caller: Caller, job: Job<D>) {
        let jobs = self.jobs.entry(caller).or_default();
        if jobs.is_empty() {
            self.turns.push_back(caller);
        }
        jobs.push_back(job);
    }

    /// The first job of the caller whose turn it is, who then has to wait for all others.
    fn pop(&mut self) -> Option<Job<D>> {
        let caller = self.turns.pop_front()?;
        let jobs = self.jobs.get_mut(&caller)?;
        let job = jobs.pop_front();
        if jobs.is_empty() {
            self.jobs.remove(&caller);
        } else {
            self.turns.push_back(caller);
        }
        job
    }
}

impl<D> WorkerState<D> {
    fn lock(&self) -> MutexGuard<'_, Queue<D>> {
        // No job runs while the lock is held, so a panic cannot leave the queue half changed.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next job; `None` when the queue is closed and empty.
    fn next(&self) -> Option<Job<D>> {
        let is_idle = |queue: &mut Queue<D>| queue.turns.is_empty() && !queue.is_closed;
        self.changed.wait_while(self.lock(), is_idle).unwrap_or_else(PoisonError::into_inner).pop()
    }
}

// Not derived: a database need not implement `Debug`.
impl<D> fmt::Debug for Worker<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Worker(..)")
    }
}

impl<D> Drop for Worker<D> {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_one();
    }
}

impl<D: Send + 'static> Worker<D> {
    /// Starts the thread. Fails if the operating system has none left.
    pub(super) fn start(database: D) -> io::Result<Self> {
        Self::start_with_thread(database).map(|(worker, _)| worker)
    }

    fn start_with_thread(database: D) -> io::Result<(Self, thread::JoinHandle<()>)> {
        let queue = Queue { jobs: HashMap::new(), turns: VecDeque::new(), is_closed: false };
        let shared = Arc::new(WorkerState { queue: Mutex::new(queue), changed: Condvar::new() });
        let jobs = Arc::clone(&shared);
        let thread =
            thread::Builder::new().name("singlet-embedded".to_owned()).stack_size(STACK_BYTES).spawn(move || {
                while let Some(job) = jobs.next() {
                    // The panic hook has printed the panic. The caller gets no answer and reports an error. If the
                    // panic left the database inconsistent, the database rejects further requests itself.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&database)));
                }
            })?;
        Ok((Worker(shared), thread))
    }

    /// Queues `job` immediately. Jobs of one task run in the order of its calls. The future waits for the result, which
    /// is `None` if the job panicked.
    ///
    /// As with a remote service, a queued job runs even if the future is dropped.
    pub(super) fn call<T, F>(&self, job: F) -> impl Future<Output = Option<T>> + Send + use<T, F, D>
    where
        T: Send + 'static,
        F: FnOnce(&D) -> T + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = move |database: &D| {
            // The caller may have been cancelled.
            let _ = reply.send(job(database));
        };
        self.0.lock().push(task::try_id(), Box::new(job));
        self.0.changed.notify_one();
        async move { answer.await.ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_thread_ends_with_its_handle() {
        let (worker, thread) = Worker::start_with_thread(()).unwrap();
        let answer = worker.call(|()| 1);
        drop(worker);
        assert_eq!(answer.await, Some(1));
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

    #[tokio::test]
    async fn tasks_take_turns() {
        let worker = Arc::new(Worker::start(Mutex::new(Vec::new())).unwrap());
        let (release, gate) = std::sync::mpsc::channel::<()>();
        // Nothing else runs until all jobs are queued.
        let first = worker.call(move |_| gate.recv().is_ok());
        for (task, jobs) in [(0, 5), (1, 2), (2, 1)] {
            let worker = Arc::clone(&worker);
            let queue = async move {
                for job in 0..jobs {
                    drop(worker.call(move |log: &Mutex<Vec<_>>| log.lock().unwrap().push((task, job))));
                }
            };
            tokio::spawn(queue).await.unwrap();
        }
        release.send(()).unwrap();
        assert_eq!(first.await, Some(true));
        let log = worker.call(|log| std::mem::take(&mut *log.lock().unwrap()));
        let log = tokio::spawn(log).await.unwrap().unwrap();
        assert_eq!(log[..3], [(0, 0), (1, 0), (2, 0)]);
        let own = |task| log.iter().filter(|(of, _)| *of == task).map(|(_, job)| *job).collect::<Vec<_>>();
        assert!(own(0).is_sorted() && own(1).is_sorted());
    }
}
