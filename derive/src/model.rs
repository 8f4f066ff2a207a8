//! `#[derive(Model)]`: a struct that is one kind of item.

mod check;
mod expand;
mod ir;
mod lifecycle;
mod lower;
mod options;

pub(crate) use check::attribute_names;
pub(crate) use options::rename_all;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::container::named_struct;
use crate::errors::Errors;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let model = named_struct(input, "Model", &errors).and_then(|fields| {
        let options = options::Options::parse(&input.attrs, &errors);
        lower::lower(input, fields, options, &errors)
    });
    if let Some(model) = &model {
        check::check(model, &errors);
    }
    let valid = errors.is_empty();
    // The expansion names the type without arguments.
    let model = model.filter(|_| input.generics.params.is_empty());
    let mut tokens = errors.check();
    tokens.extend(model.map(|model| if valid { expand::expand(&model) } else { expand::fallback(&model) }));
    tokens
}
