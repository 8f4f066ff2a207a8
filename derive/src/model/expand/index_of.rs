//! What a query of an index asks for.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::keys::{Role, part_ty, parts_type};
use super::sources::index_sources;
use crate::model::ir::{IndexKey, KeySource, Model};
use crate::model::options::TableOption;

/// An `IndexOf` impl per index of the model. The type of an index is found by its name.
pub(super) fn expand(model: &Model) -> TokenStream {
    let TableOption::Derived(table) = &model.table else {
        return TokenStream::new();
    };
    let ident = &model.ident;
    let impls = model.indexes.iter().enumerate().map(|(number, index)| {
        let name = index.name.value();
        // A local index has the hash key of its table.
        let (hash_parts, hash) = if index.hash_key.is_empty() {
            (parts_type(model, &model.hash_key), quote!(&[__HASH_KEY]))
        } else {
            let sources = index_sources(number, Role::Hash);
            (index_parts_type(model, &index.hash_key), quote!(#sources))
        };
        let (range_parts, range) = (index_parts_type(model, &index.range_key), index_sources(number, Role::Range));
        // At the very span of the name, as the constant of the index: an unknown index is one error.
        let index = quote_spanned! {index.name.span()=>
            <#table as __rt::NamedIndex<{ __rt::name_hash(#name) }>>::Index
        };
        quote! {
            #[automatically_derived]
            impl __rt::IndexOf<#ident> for #index {
                type HashParts = #hash_parts;
                type RangeParts = #range_parts;
                const HASH: &'static [__rt::KeySource] = #hash;
                const RANGE: &'static [__rt::KeySource] = #range;
            }
        }
    });
    impls.collect()
}

/// The type of the values that make up a key of an index: of one attribute as of a primary key, of several
/// the placeholders and fields of all.
fn index_parts_type(model: &Model, keys: &[IndexKey]) -> TokenStream {
    match keys {
        [] => quote!(()),
        [key] => parts_type(model, &key.source),
        keys => {
            let parts = keys.iter().flat_map(|key| {
                let part = |part| {
                    let ty = part_ty(model, part);
                    match &key.source {
                        KeySource::Field(_) => quote!(__rt::FieldKey<#ty>),
                        KeySource::Template(_) => quote!(__rt::Placeholder<#ty>),
                    }
                };
                key.source.parts().into_iter().map(part)
            });
            quote!(__rt::Several<(#(#parts,)*)>)
        }
    }
}
