//! What `#[derive(Attribute)]` knows of a type after parsing.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::{Member, Type, Visibility};

use crate::field::Field;
use crate::krate::Krate;
use crate::name::Name;

pub(super) struct Attribute {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) krate: Krate,
    /// `None` after an error.
    pub(super) shape: Option<Shape>,
}

pub(super) enum Shape {
    Newtype(Newtype),
    Struct(Vec<Field>),
    UnitEnum(Vec<UnitVariant>),
    DataEnum(DataEnum),
    Untagged(Vec<Variant>),
}

/// A struct that is stored as the one value in it.
pub(super) struct Newtype {
    pub(super) member: Member,
    pub(super) ty: Type,
}

pub(super) struct UnitVariant {
    pub(super) ident: Ident,
    pub(super) name: Name,
}

pub(super) struct DataEnum {
    /// The attribute that names the variant; without one, the variant's data is an entry of its name.
    pub(super) tag: Option<Name>,
    pub(super) variants: Vec<Variant>,
}

pub(super) struct Variant {
    pub(super) ident: Ident,
    pub(super) name: Name,
    /// The name of its paths.
    pub(super) path: Ident,
    pub(super) content: Content,
}

pub(super) enum Content {
    Unit,
    Newtype(Type),
    Struct(Vec<Field>),
}

/// The place of a type, where errors about it belong; names resolve as elsewhere in generated code.
pub(super) fn place_of(ty: &Type) -> Span {
    Span::call_site().located_at(ty.span())
}
