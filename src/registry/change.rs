use super::{ServiceInstance, ServiceStatus};

/// What a [`ServiceWatch`](super::ServiceWatch) has seen.
///
/// ```
/// use singlet::registry::Change;
///
/// fn line(change: &Change) -> String {
///     let instance = change.instance();
///     match change {
///         Change::Joined(_) => format!("{} joined", instance.instance_id),
///         Change::StatusChanged { previous, .. } => format!("{previous} -> {}", instance.status),
///         Change::Left { reason, .. } => format!("{} left: {reason:?}", instance.instance_id),
///         _ => String::new(),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// An instance is there: it was when the watch began, it was registered, or it beats again.
    Joined(ServiceInstance),
    /// An instance says something else of itself.
    #[non_exhaustive]
    StatusChanged {
        /// The instance as it is now.
        instance: ServiceInstance,
        /// Its status before.
        previous: ServiceStatus,
    },
    /// An instance is gone.
    #[non_exhaustive]
    Left {
        /// The instance as it was last seen.
        instance: ServiceInstance,
        /// Why it counts as gone.
        reason: LeftReason,
    },
}

impl Change {
    /// The instance it is about, as it was last seen.
    pub fn instance(&self) -> &ServiceInstance {
        match self {
            Change::Joined(instance) | Change::StatusChanged { instance, .. } | Change::Left { instance, .. } => {
                instance
            }
        }
    }
}

/// Why an instance counts as gone.
///
/// ```
/// use singlet::registry::LeftReason;
///
/// assert_ne!(LeftReason::Silent, LeftReason::Gone);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftReason {
    /// Its entry is gone: it was deregistered, cleaned up, or deleted by DynamoDB.
    Gone,
    /// Its entry is there, and has not changed for longer than its time to live and 5 s.
    Silent,
    /// Another registration has taken its id; that one has joined.
    Replaced,
}
