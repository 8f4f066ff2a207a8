//! The impls of `#[derive(Table)]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::index_types;
use super::ir::{Index, IndexProjection, Key, Table};

pub(super) fn expand(table: &Table) -> TokenStream {
    let (ident, rt) = (&table.ident, table.krate.private());
    let name = table.name.as_ref().map_or_else(|| quote!(""), |name| quote!(#name));
    let Some(hash_key) = table.hash_key.as_ref().map(Key::runtime) else {
        return TokenStream::new();
    };
    let range_key = table.range_key.as_ref().map(|key| {
        let key = key.runtime();
        quote!(.range_key(#key))
    });
    let ttl = table.ttl.as_ref().map(|ttl| {
        let ttl = &ttl.text;
        quote!(.ttl(#ttl))
    });
    let entity = table.entity.as_ref().map(|entity| {
        let entity = entity.runtime();
        quote!(.entity(#entity))
    });
    let schema_attribute = table.schema_attribute.as_ref().map(|attribute| {
        let attribute = attribute.runtime();
        quote!(.schema_attribute(#attribute))
    });
    let schemas = table.indexes.iter().map(|index| expand_index(table, index));
    let index_types = index_types::expand(table);
    quote! {
        const _: () = {
            use #rt as __rt;

            const __INDEXES: &[__rt::IndexSchema] = &[#(#schemas),*];

            #[automatically_derived]
            impl __rt::Table for #ident {
                const SCHEMA: &'static __rt::TableSchema =
                    &__rt::TableSchema::new(#name, #hash_key)#range_key.indexes(__INDEXES)#ttl #entity #schema_attribute;
            }

            #index_types
        };
    }
}

fn expand_index(table: &Table, index: &Index) -> TokenStream {
    let (name, local) = (&index.name, index.local);
    let of_table = table.hash_key.iter().filter(|_| index.hash_key.is_empty());
    let mut hash_keys = index.hash_key.iter().chain(of_table).map(Key::runtime);
    let mut range_keys = index.range_key.iter().map(Key::runtime);
    let hash_key = hash_keys.next();
    let range_key = range_keys.next().map_or_else(|| quote!(__rt::None), |key| quote!(__rt::Some(#key)));
    let more: (Vec<_>, Vec<_>) = (hash_keys.collect(), range_keys.collect());
    let more_keys = (!more.0.is_empty() || !more.1.is_empty()).then(|| {
        let (hash, range) = more;
        quote!(.more_keys(&[#(#hash),*], &[#(#range),*]))
    });
    let projection = match &index.projection {
        IndexProjection::All => quote!(All),
        IndexProjection::KeysOnly => quote!(KeysOnly),
        IndexProjection::Include(names) => quote!(Include(&[#(#names),*])),
    };
    let constant = index_types::constant(index);
    quote! {
        __rt::IndexSchema::new(#name, #local, #hash_key, #range_key, __rt::Projection::#projection)
            #more_keys.constant(#constant)
    }
}
