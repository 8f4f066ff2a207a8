//! Work of a client that no operation waits for: the TTL refreshes that reads cause.
//!
//! A client has this only after [`Client::with_background_refresh`]. By default reads await their refreshes.

use std::pin::Pin;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::Client;

/// Spawns tasks, a limited number at once.
#[derive(Debug, Clone)]
pub(crate) struct Background {
    permits: Arc<Semaphore>,
}

const MAX_TASKS: u32 = 32;

impl Background {
    pub(super) fn new() -> Self {
        Background { permits: Arc::new(Semaphore::new(MAX_TASKS as usize)) }
    }

    /// Starts `work` as soon as fewer than [`MAX_TASKS`] tasks are running.
    pub(crate) async fn spawn(&self, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        // Outside of a tokio runtime there is nothing to spawn on, so the caller waits after all.
        let Ok(runtime) = Handle::try_current() else { return work.await };
        // Acquiring fails only for a closed semaphore, and nothing closes this one.
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { return };
        drop(runtime.spawn(async move {
            work.await;
            drop(permit);
        }));
    }

    /// Waits until all tasks that have started are done.
    async fn settled(&self) {
        // The semaphore is fair. Whoever holds all permits has waited for every task that started earlier.
        drop(self.permits.acquire_many(MAX_TASKS).await);
    }
}

impl Client {
    /// Makes reads return without waiting for the TTL refreshes that they cause. Other clones of the client keep their
    /// setting.
    ///
    /// By default a read waits for them, because of AWS Lambda: when a handler returns, its process is frozen along
    /// with everything that is still running, and that work is lost if no further invocation follows. With this
    /// setting, reads return at once, with the expiry that was stored before. Call [`flush`](Self::flush) before the
    /// program ends or is frozen. A get is then a `GetItem`, followed by a write only if the refresh is due. At most 32
    /// refreshes run at once; a read that causes more waits for one of them to finish.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let client = singlet::Client::embedded().with_background_refresh();
    /// // …
    /// client.flush().await;
    /// # }
    /// ```
    pub fn with_background_refresh(mut self) -> Self {
        self.inner_mut().background = Some(Background::new());
        self
    }

    /// Waits until all background work of this client and its clones is done: see
    /// [`with_background_refresh`](Self::with_background_refresh). Without that setting it returns at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// singlet::Client::embedded().flush().await;
    /// # }
    /// ```
    pub async fn flush(&self) {
        if let Some(background) = &self.0.background {
            background.settled().await;
        }
    }
}
