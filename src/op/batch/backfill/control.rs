//! Pauses, resumes and stops a backfill from another task.

use tokio::sync::watch;

/// Pauses, resumes and stops the [`Backfill`](crate::Backfill)s that it was given to.
///
/// Clones control the same backfills. Requests that are under way are completed first.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # use singlet::Model;
/// let control = singlet::BackfillControl::new();
/// let stop = control.clone(); // for a signal handler, for example
/// stop.stop();
/// let report = Order::backfill().controlled_by(&control).await?;
/// assert!(!report.is_complete);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone)]
pub struct BackfillControl {
    state: watch::Sender<RunState>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RunState {
    Running,
    Paused,
    Stopped,
}

impl Default for BackfillControl {
    fn default() -> Self {
        Self::new()
    }
}

impl BackfillControl {
    /// Creates a control that lets backfills run.
    pub fn new() -> Self {
        BackfillControl { state: watch::Sender::new(RunState::Running) }
    }

    /// Lets the backfill send no further requests until [`resume`](Self::resume). A write with unique values that is under way
    /// may take several.
    pub fn pause(&self) {
        self.change(RunState::Paused);
    }

    /// Continues a paused backfill.
    pub fn resume(&self) {
        self.change(RunState::Running);
    }

    /// Ends the backfill after the pages that are under way. Its checkpoint remains.
    pub fn stop(&self) {
        self.change(RunState::Stopped);
    }

    /// A stopped backfill does not run again.
    fn change(&self, to: RunState) {
        self.state.send_if_modified(|state| {
            let changes = *state != RunState::Stopped && *state != to;
            if changes {
                *state = to;
            }
            changes
        });
    }

    /// Waits while the backfill is paused.
    pub(super) async fn resumed(&self) {
        self.may_go_on().await;
    }

    /// Waits while the backfill is paused. Returns whether another page may be read.
    pub(super) async fn may_go_on(&self) -> bool {
        let mut state = self.state.subscribe();
        let state = state.wait_for(|state| *state != RunState::Paused).await;
        state.is_ok_and(|state| *state == RunState::Running)
    }
}
