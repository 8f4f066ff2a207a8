use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How far long work has come: a bar on standard error, only where that is a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    is_visible: bool,
}

impl Progress {
    /// Shows nothing.
    pub fn hidden() -> Self {
        Progress { is_visible: false }
    }

    pub(crate) fn visible() -> Self {
        Progress { is_visible: true }
    }

    /// Work of so many bytes.
    pub(crate) fn bytes(self, total: u64) -> ProgressBar {
        let template = "{msg} [{wide_bar}] {bytes}/{total_bytes} ({bytes_per_sec}, {eta} left)";
        self.styled(ProgressBar::new(total), template)
    }

    /// Work of so many steps.
    pub(crate) fn steps(self, total: u64) -> ProgressBar {
        self.styled(ProgressBar::new(total), "{msg} [{wide_bar}] {pos}/{len} ({elapsed})")
    }

    /// Work of unknown length.
    pub(crate) fn open(self) -> ProgressBar {
        let bar = self.styled(ProgressBar::new_spinner(), "{spinner} {msg} ({elapsed})");
        if self.is_visible {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        bar
    }

    /// Indicatif itself hides what would not go to a terminal.
    fn styled(self, bar: ProgressBar, template: &str) -> ProgressBar {
        if !self.is_visible {
            return ProgressBar::hidden();
        }
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style.progress_chars("=> ")),
            Err(_) => bar,
        }
    }
}
