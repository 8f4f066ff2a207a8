//! `#[derive(Projection)]`: a struct of some of a model's attributes.

mod expand;
mod ir;
mod parse;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::errors::Errors;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let projection = parse::parse(input, &errors);
    let valid = errors.is_empty();
    let mut tokens = errors.check();
    // The expansion names the type without arguments.
    let projection = projection.filter(|_| input.generics.params.is_empty());
    let expand = if valid { expand::expand } else { expand::fallback };
    tokens.extend(projection.map(|projection| projection.krate.finish(expand(&projection))));
    tokens
}
