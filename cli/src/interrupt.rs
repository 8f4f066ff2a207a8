//! Interrupts a command, by signals in the binary and by hand in tests.

use std::sync::Arc;

use tokio::sync::watch;

use crate::Failure;

/// A request to stop a command: Ctrl-C and `SIGTERM` for a process.
///
/// After the first request, a command cleans up before it ends. After the second, it ends without that.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<u32>);

/// Interrupts a session by hand.
#[derive(Debug, Clone)]
pub struct Interrupter(Arc<watch::Sender<u32>>);

impl Interrupter {
    /// Requests the session to stop.
    pub fn interrupt(&self) {
        self.0.send_modify(|times| *times += 1);
    }
}

impl Interrupt {
    /// Creates an interrupt that is triggered by hand.
    pub fn manual() -> (Interrupter, Self) {
        // A count rather than a flag, because the second request means more than the first.
        let (sender, receiver) = watch::channel(0);
        (Interrupter(Arc::new(sender)), Interrupt(receiver))
    }

    pub(crate) fn never() -> Self {
        Self::manual().1
    }

    /// Creates an interrupt that is triggered by signals. Must be called in a Tokio runtime.
    pub(crate) fn by_signals() -> Result<Self, Failure> {
        let failed = |error| Failure::new("cannot listen for signals").with_cause(error);
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

    /// Waits for the first request, which may have been made already.
    pub(crate) async fn requested(&self) {
        self.at_least(1).await;
    }

    /// Waits for the second request.
    pub(crate) async fn forced(&self) {
        self.at_least(2).await;
    }

    async fn at_least(&self, times: u32) {
        if self.0.clone().wait_for(|count| *count >= times).await.is_err() {
            // The interrupter was dropped, so there will be no request.
            std::future::pending::<()>().await;
        }
    }
}
