use std::fmt;
use std::time::Duration;

use crate::registry::{ServiceInstance, ServiceStatus};

/// What a [`Cleanup`](super::Cleanup) has done, or would do.
///
/// ```
/// use singlet::registry::CleanupReport;
///
/// fn print(report: &CleanupReport) {
///     let verb = if report.dry_run { "would remove" } else { "removed" };
///     for instance in &report.removed {
///         let reasons: Vec<String> = instance.reasons.iter().map(ToString::to_string).collect();
///         println!("{verb} {} {}: {}", instance.service_name, instance.instance_id, reasons.join(", "));
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CleanupReport {
    /// Whether nothing was removed.
    pub dry_run: bool,
    /// How many entries there were.
    pub examined: usize,
    /// The entries that were removed, or in a dry run would be, in the order of service and id.
    pub removed: Vec<CleanedInstance>,
    /// The entries that were to go and have beaten meanwhile.
    pub kept: Vec<CleanedInstance>,
}

/// An entry that a clean-up is about.
///
/// ```
/// use singlet::registry::{CleanedInstance, CleanupReason};
///
/// fn is_legacy(instance: &CleanedInstance) -> bool {
///     instance.reasons.contains(&CleanupReason::NoTtl)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CleanedInstance {
    /// The service.
    pub service_name: String,
    /// The instance of it.
    pub instance_id: String,
    /// What it said of itself.
    pub status: ServiceStatus,
    /// When it beat last, in epoch milliseconds; 0 where the entry does not say.
    pub last_heartbeat: i64,
    /// Why it is to go: all that applies, one reason at least.
    pub reasons: Vec<CleanupReason>,
}

impl CleanedInstance {
    /// `None` where the entry is to stay.
    pub(super) fn of(instance: &ServiceInstance, now: i64) -> Option<Self> {
        let stale = instance.is_stale(now).then(|| CleanupReason::Stale { age: instance.heartbeat_age(now) });
        let status = match instance.status {
            ServiceStatus::Unhealthy => Some(CleanupReason::Unhealthy),
            ServiceStatus::Shutdown => Some(CleanupReason::Shutdown),
            _ => None,
        };
        let no_ttl = instance.has_no_ttl().then_some(CleanupReason::NoTtl);
        let reasons: Vec<_> = [stale, status, no_ttl].into_iter().flatten().collect();
        (!reasons.is_empty()).then(|| CleanedInstance {
            service_name: instance.service_name.clone(),
            instance_id: instance.instance_id.clone(),
            status: instance.status.clone(),
            last_heartbeat: instance.last_heartbeat,
            reasons,
        })
    }
}

/// Why an entry is to go.
///
/// ```
/// use std::time::Duration;
/// use singlet::registry::CleanupReason;
///
/// let reason = CleanupReason::Stale { age: Duration::from_secs(95) };
/// assert_eq!((reason.to_string().as_str(), reason.name()), ("no heartbeat for 95 s", "stale"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CleanupReason {
    /// Its last heartbeat is older than its time to live and 5 s.
    Stale {
        /// How old it is.
        age: Duration,
    },
    /// Its status is `UNHEALTHY`.
    Unhealthy,
    /// Its status is `SHUTDOWN`.
    Shutdown,
    /// It has no time to live, so that DynamoDB never deletes it: it was written before there was one.
    NoTtl,
}

impl CleanupReason {
    /// A short name for programs: `stale`, `unhealthy`, `shutdown`, `no-ttl`.
    pub fn name(self) -> &'static str {
        match self {
            CleanupReason::Stale { .. } => "stale",
            CleanupReason::Unhealthy => "unhealthy",
            CleanupReason::Shutdown => "shutdown",
            CleanupReason::NoTtl => "no-ttl",
        }
    }
}

impl fmt::Display for CleanupReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CleanupReason::Stale { age } => write!(f, "no heartbeat for {} s", age.as_secs()),
            CleanupReason::Unhealthy => f.write_str("status UNHEALTHY"),
            CleanupReason::Shutdown => f.write_str("status SHUTDOWN"),
            CleanupReason::NoTtl => f.write_str("no time to live"),
        }
    }
}

/// How far a [`Cleanup`](super::Cleanup) is.
///
/// ```
/// fn percent(progress: singlet::registry::CleanupProgress) -> usize {
///     progress.done * 100 / progress.total.max(1)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CleanupProgress {
    /// How many of the entries that are to go were looked at again: deleted, or found to have beaten.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}
