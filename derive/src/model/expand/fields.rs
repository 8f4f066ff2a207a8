//! The paths of a model's attributes.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::ir::Model;
use crate::paths::{Paths, Role};

/// The struct of paths, and the items of the `Model` impl that name it.
pub(super) fn expand(model: &Model, has_errors: bool) -> (TokenStream, TokenStream) {
    let paths = Paths {
        ident: &model.ident,
        vis: &model.vis,
        fields: &model.fields,
        index_only: model.index_only(),
        has_errors,
        is_variant: false,
    };
    let (ident, role) = (crate::paths::ident(&model.ident), |field| role(model, field));
    (paths.of_model(&role), quote!(type Fields = #ident;))
}

/// What an update may do with the field's attribute.
fn role(model: &Model, field: usize) -> Role {
    if model.key_parts().contains(&field) || model.is_kept(field) {
        Role::Locked
    } else if model.is_in_unique_value(field) {
        Role::Reserved
    } else if model.makes_index_key(field) {
        Role::Templated
    } else if model.is_in_index_key(field) {
        Role::IndexAttribute
    } else {
        Role::Plain
    }
}
