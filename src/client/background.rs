use std::pin::Pin;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Work that nobody waits for, so much of it at once.
#[derive(Debug, Clone)]
pub(crate) struct Background {
    permits: Arc<Semaphore>,
}

const AT_ONCE: u32 = 32;

impl Background {
    pub(super) fn new() -> Self {
        Background { permits: Arc::new(Semaphore::new(AT_ONCE as usize)) }
    }

    /// Begins the work once there is room for it.
    pub(crate) async fn spawn(&self, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        let Ok(runtime) = Handle::try_current() else { return work.await };
        // Nobody closes it.
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { return };
        drop(runtime.spawn(async move {
            work.await;
            drop(permit);
        }));
    }

    /// Waits until all work is done that has begun.
    pub(super) async fn settled(&self) {
        // The permits are given in the order they are asked for, so whoever gets all of them is alone.
        drop(self.permits.acquire_many(AT_ONCE).await);
    }
}
