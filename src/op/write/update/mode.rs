//! What kind of update an operation is.

use crate::{Operation, TTLAttribute};

/// Whether an update may create its item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Update,
    Upsert,
    /// An update that is not sent if it changes nothing.
    Difference,
    /// A change of the expiry alone, which leaves all managed attributes unchanged. If `if_live` is true, an expired
    /// item counts as deleted.
    Expiry {
        expires_at: TTLAttribute,
        if_live: bool,
    },
}

impl Mode {
    pub(super) fn operation(self) -> Operation {
        match self {
            Mode::Update | Mode::Difference => Operation::Update,
            Mode::Upsert => Operation::Upsert,
            Mode::Expiry { if_live: true, .. } => Operation::ExtendTtl,
            Mode::Expiry { .. } => Operation::SetTtl,
        }
    }
}
