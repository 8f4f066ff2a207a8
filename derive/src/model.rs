//! `#[derive(Model)]`: a struct that is one kind of item.

mod check;
mod expand;
mod index_only;
mod ir;
mod lifecycle;
mod lower;
mod numbered;
mod options;

pub(crate) use check::{attribute_names, name_count};
pub(crate) use options::rename_all;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::container::named_struct;
use crate::errors::Errors;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let model = named_struct(input, "Model", &errors).map(|fields| {
        let options = options::ModelOptions::parse(&input.attrs, &errors);
        lower::lower(input, fields, options, &errors)
    });
    let valid = errors.is_empty();
    // The expansion names the type without arguments.
    let model = model.filter(|_| input.generics.params.is_empty());
    let mut tokens = errors.check();
    let expand = if valid { expand::expand } else { expand::fallback };
    tokens.extend(model.map(|model| model.krate.finish(expand(&model))));
    tokens
}
