use std::sync::Arc;

use tokio::sync::watch;

use crate::Failure;

/// Tells a command to stop: Ctrl-C and `SIGTERM` for a process.
///
/// The first time, a command puts in order what it has begun; the second time, it ends without that.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<u32>);

/// Interrupts a session by hand.
#[derive(Debug, Clone)]
pub struct Interrupter(Arc<watch::Sender<u32>>);

impl Interrupter {
    /// Interrupts it once more.
    pub fn interrupt(&self) {
        self.0.send_modify(|times| *times += 1);
    }
}

impl Interrupt {
    /// One that is triggered by hand.
    pub fn manual() -> (Interrupter, Self) {
        let (sender, receiver) = watch::channel(0);
        (Interrupter(Arc::new(sender)), Interrupt(receiver))
    }

    pub(crate) fn never() -> Self {
        Self::manual().1
    }

    /// Has to be called in a runtime.
    pub(crate) fn by_signals() -> Result<Self, Failure> {
        let failed = |error| Failure::new("signals cannot be listened for").because(error);
        let (interrupter, interrupt) = Self::manual();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
                let (mut signals, interrupter) = (signal(kind).map_err(failed)?, interrupter.clone());
                tokio::spawn(async move {
                    while signals.recv().await.is_some() {
                        interrupter.interrupt();
                    }
                });
            }
        }
        #[cfg(windows)]
        {
            let mut signals = tokio::signal::windows::ctrl_c().map_err(failed)?;
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    interrupter.interrupt();
                }
            });
        }
        Ok(interrupt)
    }

    /// Waits for the first interruption; it may have been before.
    pub(crate) async fn requested(&self) {
        self.at_least(1).await;
    }

    /// Waits for the second.
    pub(crate) async fn insisted(&self) {
        self.at_least(2).await;
    }

    async fn at_least(&self, times: u32) {
        if self.0.clone().wait_for(|count| *count >= times).await.is_err() {
            // Nobody is left to interrupt.
            std::future::pending::<()>().await;
        }
    }
}
