//! What `#[derive(Projection)]` knows of a struct after parsing.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::{Path, Type};

use crate::field::DefaultValue;
use crate::krate::Krate;

pub(super) struct Projection {
    pub(super) ident: Ident,
    pub(super) krate: Krate,
    /// The model.
    pub(super) of: Path,
    pub(super) fields: Vec<ProjectedField>,
}

/// A field: an attribute of the model with the same field name.
pub(super) struct ProjectedField {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) default: Option<DefaultValue>,
}

impl ProjectedField {
    /// The place of the type, where errors about the type belong; names resolve as elsewhere in generated code.
    pub(super) fn ty_span(&self) -> Span {
        Span::call_site().located_at(self.ty.span())
    }
}
