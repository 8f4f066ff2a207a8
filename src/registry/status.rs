use std::fmt;

use crate::expr::{Path, Role, Symbol};
use crate::wire::{Fault, Reader, Writer};
use crate::{Attribute, ValueFor};

/// What an instance of a service says of itself. Stored as its name in capitals.
///
/// A name that is none of these reads as [`Other`](Self::Other), so that a newer program's statuses do not keep an
/// older one from reading.
///
/// ```
/// use singlet::registry::ServiceStatus;
///
/// assert_eq!(ServiceStatus::from("STANDBY"), ServiceStatus::Standby);
/// assert_eq!(ServiceStatus::from("DRAINING").to_string(), "DRAINING");
/// assert!(ServiceStatus::Unhealthy.is_for_cleanup());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ServiceStatus {
    /// `ACTIVE`: it serves.
    #[default]
    Active,
    /// `STANDBY`: it is ready to take over, and does not serve.
    Standby,
    /// `UNHEALTHY`: it lives and cannot serve. [`Registry::cleanup`](crate::registry::Registry::cleanup) removes it.
    Unhealthy,
    /// `SHUTDOWN`: it is about to end. [`Registry::cleanup`](crate::registry::Registry::cleanup) removes it.
    Shutdown,
    /// Any other name.
    Other(Box<str>),
}

impl ServiceStatus {
    /// The name that is stored.
    pub fn as_str(&self) -> &str {
        match self {
            ServiceStatus::Active => "ACTIVE",
            ServiceStatus::Standby => "STANDBY",
            ServiceStatus::Unhealthy => "UNHEALTHY",
            ServiceStatus::Shutdown => "SHUTDOWN",
            ServiceStatus::Other(name) => name,
        }
    }

    /// Whether a clean-up removes an instance of this status although it beats.
    pub fn is_for_cleanup(&self) -> bool {
        matches!(self, ServiceStatus::Unhealthy | ServiceStatus::Shutdown)
    }
}

/// The name that is stored.
impl fmt::Display for ServiceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<&str> for ServiceStatus {
    fn from(name: &str) -> Self {
        match name {
            "ACTIVE" => ServiceStatus::Active,
            "STANDBY" => ServiceStatus::Standby,
            "UNHEALTHY" => ServiceStatus::Unhealthy,
            "SHUTDOWN" => ServiceStatus::Shutdown,
            other => ServiceStatus::Other(other.into()),
        }
    }
}

impl ValueFor<ServiceStatus> for &str {
    fn into_value(self) -> ServiceStatus {
        self.into()
    }
}

impl Attribute for ServiceStatus {
    type Kind = Symbol;
    type Value = Self;
    type Fields<M, D, R: Role> = Path<M, D, R>;
    const TYPE: &'static str = "S";

    fn write(&self, writer: &mut Writer) {
        writer.string(self.as_str());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Ok(ServiceStatus::from(&*reader.text()?))
    }
}
