//! What `#[derive(Collection)]` knows of a type after parsing.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;
use syn::spanned::Spanned as _;

use crate::krate::Krate;

pub(super) struct Collection {
    pub(super) ident: Ident,
    pub(super) krate: Krate,
    pub(super) shape: CollectionShape,
    /// Whether an item of no model is an error.
    pub(super) deny_unknown: bool,
    /// Whether the models share a partition in indexes only.
    pub(super) index_only: bool,
}

pub(super) enum CollectionShape {
    /// A struct: the items of each model in a field.
    Slots(Vec<Slot>),
    /// An enum: the items one after another.
    Rows { rows: Vec<Row>, other: Option<Box<Other>> },
}

/// A field of a struct.
pub(super) struct Slot {
    pub(super) ident: Ident,
    pub(super) model: Type,
    pub(super) holds: Holds,
}

/// How many items of its model a field holds.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Holds {
    One,
    Optional,
    Many,
}

/// A variant that holds an item of a model.
pub(super) struct Row {
    pub(super) ident: Ident,
    pub(super) model: Type,
}

/// The variant that holds the items of no model.
pub(super) struct Other {
    pub(super) ident: Ident,
    pub(super) ty: Type,
}

impl CollectionShape {
    pub(super) fn models(&self) -> Vec<&Type> {
        match self {
            CollectionShape::Slots(slots) => slots.iter().map(|slot| &slot.model).collect(),
            CollectionShape::Rows { rows, .. } => rows.iter().map(|row| &row.model).collect(),
        }
    }
}

impl Collection {
    /// The models, in the order of their fields or variants.
    pub(super) fn models(&self) -> Vec<&Type> {
        self.shape.models()
    }

    /// Whether an item of no model is kept or refused: the query then reads all that the partition holds.
    pub(super) fn minds_unknown(&self) -> bool {
        self.deny_unknown || matches!(self.shape, CollectionShape::Rows { other: Some(_), .. })
    }
}

/// The place of a type, where errors about it belong; names resolve as elsewhere in generated code.
pub(super) fn place_of(ty: &Type) -> Span {
    Span::call_site().located_at(ty.span())
}

/// What a collection does with the model: the item `name` of the trait that all models have.
///
/// A type that is not a model is one error, because the compiler reports the same mistake at the same place once.
pub(super) fn collectable(model: &Type, name: &str) -> TokenStream {
    let name = Ident::new(name, model.span());
    quote_spanned!(model.span()=> <#model as __rt::Collectable>::#name)
}
