//! The values of fields in the library's rows of ten, which the reader of a struct and the builder of a model fill.
//!
//! A struct that the derive writes would have an item for each field, and rustc compares each item after every change.

use proc_macro2::TokenStream;
use quote::quote;

use crate::field::Field;

/// The number of values in a row of the library's `FieldValues`, and of states in a row of its `HasState`.
pub(crate) const ROW: usize = 10;

/// The type of the rows with these types. Unused columns of the last row are `()`. `rt` is the path to the library.
pub(crate) fn values_type(rt: &TokenStream, types: impl Iterator<Item = TokenStream>) -> TokenStream {
    let types: Vec<TokenStream> = types.collect();
    types.chunks(ROW).rev().fold(quote!(()), |next, row| {
        let unused = (row.len()..ROW).map(|_| quote!(()));
        quote!(#rt::FieldValues<#(#row,)* #(#unused,)* #next>)
    })
}

/// The value with this index in the rows `values`.
pub(crate) fn value_at(values: TokenStream, index: usize) -> TokenStream {
    let column = Field::slot(index % ROW);
    let row = (0..index / ROW).fold(values, |rows, _| quote!(#rows.next));
    quote!(#row.#column)
}
