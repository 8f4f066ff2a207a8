//! What a query of an index asks for.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::keys::{Role, parts_type};
use super::sources::index_source;
use crate::model::ir::Model;
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
        let (hash_parts, hash) = match &index.hash_key {
            Some(key) => {
                let source = index_source(number, Role::Hash);
                (parts_type(model, &key.source), quote!(#source))
            }
            None => (parts_type(model, &model.hash_key), quote!(__HASH_KEY)),
        };
        let (range_parts, range) = match &index.range_key {
            Some(key) => {
                let source = index_source(number, Role::Range);
                (parts_type(model, &key.source), quote!(__rt::Some(#source)))
            }
            None => (quote!(()), quote!(__rt::None)),
        };
        // At the very span of the name, as the constant of the index: an unknown index is one error.
        let index = quote_spanned! {index.name.span()=>
            <#table as __rt::NamedIndex<{ __rt::name_hash(#name) }>>::Index
        };
        quote! {
            #[automatically_derived]
            impl __rt::IndexOf<#ident> for #index {
                type HashParts = #hash_parts;
                type RangeParts = #range_parts;
                const HASH: __rt::KeySource = #hash;
                const RANGE: __rt::Option<__rt::KeySource> = #range;
            }
        }
    });
    impls.collect()
}
