//! `#[derive(Collection)]`: items of several models that one query reads.

mod check;
mod expand;
mod ir;
mod parse;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::errors::Errors;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let collection = parse::parse(input, &errors);
    let valid = errors.is_empty();
    let mut tokens = errors.check();
    // The expansion names the type without arguments.
    let collection = collection.filter(|_| input.generics.params.is_empty());
    let expand = if valid { expand::expand } else { expand::fallback };
    tokens.extend(collection.map(|collection| collection.krate.finish(expand(&collection))));
    tokens
}
