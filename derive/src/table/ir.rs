//! What `#[derive(Table)]` knows of a struct after parsing.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::LitStr;

use crate::krate::Krate;
use crate::name::Name;

pub(crate) struct Table {
    pub(crate) ident: Ident,
    pub(crate) krate: Krate,
    pub(crate) name: Option<LitStr>,
    pub(crate) hash_key: Option<Key>,
    pub(crate) range_key: Option<Key>,
    pub(crate) ttl: Option<Name>,
    pub(crate) entity: Option<Name>,
    pub(crate) schema_attribute: Option<Name>,
    pub(crate) indexes: Vec<Index>,
}

/// A key attribute.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) name: Name,
    pub(crate) key_type: KeyType,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum KeyType {
    S,
    N,
    B,
}

pub(crate) struct Index {
    pub(crate) name: LitStr,
    pub(crate) local: bool,
    /// Empty for a local index, which has the table's.
    pub(crate) hash_key: Vec<Key>,
    pub(crate) range_key: Vec<Key>,
    pub(crate) projection: IndexProjection,
}

pub(crate) enum IndexProjection {
    All,
    KeysOnly,
    Include(Vec<LitStr>),
}

impl KeyType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            KeyType::S => "S",
            KeyType::N => "N",
            KeyType::B => "B",
        }
    }
}

impl Key {
    /// As the runtime's `KeySchema`.
    pub(crate) fn runtime(&self) -> TokenStream {
        let (name, key_type) = (self.name.runtime(), format_ident!("{}", self.key_type.name()));
        quote!(__rt::KeySchema::new(#name, __rt::KeyType::#key_type))
    }
}
