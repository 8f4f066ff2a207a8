use std::fmt;

use serde_json::{Value, json};

/// What a step of the troubleshooting list has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Ok,
    Problem,
    /// It could not be looked at.
    Unknown,
    /// Nothing to find: something to know.
    Hint,
}

/// A step of the troubleshooting list. `Display` is a line.
#[derive(Debug)]
pub(super) struct Check {
    name: &'static str,
    pub(super) finding: Finding,
    detail: String,
}

impl Check {
    pub(super) fn new(name: &'static str, finding: Finding, detail: impl Into<String>) -> Self {
        Check { name, finding, detail: detail.into() }
    }

    /// A problem, unless all is well.
    pub(super) fn of(name: &'static str, is_ok: bool, detail: impl Into<String>) -> Self {
        Check::new(name, if is_ok { Finding::Ok } else { Finding::Problem }, detail)
    }

    pub(super) fn document(&self) -> Value {
        json!({ "check": self.name, "finding": self.finding.word(), "detail": self.detail })
    }
}

impl Finding {
    fn word(self) -> &'static str {
        match self {
            Finding::Ok => "ok",
            Finding::Problem => "problem",
            Finding::Unknown => "unknown",
            Finding::Hint => "hint",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {:<8} {:<15} {}", self.finding.word(), self.name, self.detail)
    }
}
