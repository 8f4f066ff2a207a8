//! The kinds of ids that `generated` makes.

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::hint::similar;
use crate::setting::Setting;

/// The kind of ids that `generated` makes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Generated {
    UuidV4,
    UuidV7,
    Ulid,
    Ksuid,
}

const KNOWN: [&str; 4] = ["uuid_v4", "uuid_v7", "ulid", "ksuid"];

impl Generated {
    pub(super) fn parse(setting: &Setting, errors: &Errors) -> Self {
        if setting.is_bare() {
            return Generated::UuidV7;
        }
        let Some(literal) = setting.string("ulid", errors) else { return Generated::UuidV7 };
        let name = literal.value();
        match name.as_str() {
            "uuid_v4" => return Generated::UuidV4,
            "uuid_v7" => return Generated::UuidV7,
            "ulid" => return Generated::Ulid,
            "ksuid" => return Generated::Ksuid,
            _ => {}
        }
        let hint = similar(&name, KNOWN);
        errors.at(&literal, format_args!("unknown kind of id `{name}`{hint} (known here: {})", KNOWN.join(", ")));
        Generated::UuidV7
    }

    pub(crate) fn is_uuid(self) -> bool {
        matches!(self, Generated::UuidV4 | Generated::UuidV7)
    }

    /// As the runtime's `IdKind`.
    pub(crate) fn runtime(self) -> TokenStream {
        match self {
            Generated::UuidV4 => quote!(__rt::IdKind::UuidV4),
            Generated::UuidV7 => quote!(__rt::IdKind::UuidV7),
            Generated::Ulid => quote!(__rt::IdKind::Ulid),
            Generated::Ksuid => quote!(__rt::IdKind::Ksuid),
        }
    }
}
