//! `#[derive(Table)]`: a unit struct that names a table's keys and indexes.

mod check;
mod expand;
mod index_types;
mod ir;
mod keys;
mod parse;

pub(crate) use check::check_table_name;
use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::errors::Errors;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let table = parse::parse(input, &errors);
    check::check(&table, &errors);
    // A table with a mistake is still a table, so that its models do not complain about it.
    let mut tokens = errors.check();
    if input.generics.params.is_empty() {
        tokens.extend(table.krate.finish(expand::expand(&table)));
    }
    tokens
}
