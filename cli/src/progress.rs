//! Progress bars on standard error.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Displays progress bars on standard error if that is a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    is_visible: bool,
}

impl Progress {
    /// Displays nothing.
    pub fn hidden() -> Self {
        Progress { is_visible: false }
    }

    pub(crate) fn visible() -> Self {
        Progress { is_visible: true }
    }

    /// A bar for `total` bytes.
    pub(crate) fn bytes(self, total: u64) -> ProgressBar {
        let template = "{msg} [{wide_bar}] {bytes}/{total_bytes} ({bytes_per_sec}, {eta} left)";
        self.styled(ProgressBar::new(total), template)
    }

    /// A bar for `total` steps.
    pub(crate) fn steps(self, total: u64) -> ProgressBar {
        self.styled(ProgressBar::new(total), "{msg} [{wide_bar}] {pos}/{len} ({elapsed})")
    }

    /// A spinner for work of unknown length.
    pub(crate) fn open(self) -> ProgressBar {
        let bar = self.styled(ProgressBar::new_spinner(), "{spinner} {msg} ({elapsed})");
        if self.is_visible {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        bar
    }

    fn styled(self, bar: ProgressBar, template: &str) -> ProgressBar {
        if !self.is_visible {
            return ProgressBar::hidden();
        }
        // Indicatif itself hides bars when standard error is not a terminal.
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style.progress_chars("=> ")),
            Err(_) => bar,
        }
    }
}
