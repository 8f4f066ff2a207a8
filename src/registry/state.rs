/// Where a [`Registration`](super::Registration) stands.
///
/// ```
/// use singlet::registry::RegistrationState;
///
/// assert!(RegistrationState::Failing.is_visible() && !RegistrationState::Lost.is_visible());
/// assert!(RegistrationState::Replaced.is_over() && !RegistrationState::Lost.is_over());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RegistrationState {
    /// The last heartbeat was accepted.
    Registered,
    /// The last heartbeat failed; the one before still holds. It is tried again, ever more rarely.
    Failing,
    /// No heartbeat was accepted for the time to live: others take the instance for gone. It is still tried; once a
    /// heartbeat is accepted the state is `Registered` again.
    Lost,
    /// Another registration has taken the instance's id. There are no further heartbeats.
    Replaced,
    /// It was deregistered. There are no further heartbeats.
    Deregistered,
}

impl RegistrationState {
    /// Whether others see the instance.
    pub fn is_visible(self) -> bool {
        matches!(self, RegistrationState::Registered | RegistrationState::Failing)
    }

    /// Whether it stays so: there are no further heartbeats.
    pub fn is_over(self) -> bool {
        matches!(self, RegistrationState::Replaced | RegistrationState::Deregistered)
    }
}

/// How the heartbeats of a [`Registration`](super::Registration) went so far.
///
/// ```
/// use singlet::registry::{RegistrationHealth, RegistrationState};
///
/// fn is_alarming(health: &RegistrationHealth) -> bool {
///     health.failures > 3 || !health.state.is_visible()
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationHealth {
    /// Where it stands.
    pub state: RegistrationState,
    /// How many heartbeats were accepted; the registration itself is the first.
    pub accepted: u64,
    /// How many heartbeats in a row have failed, up to now.
    pub failures: u32,
    /// How often its entry was gone and was written anew.
    pub reregistrations: u32,
}
