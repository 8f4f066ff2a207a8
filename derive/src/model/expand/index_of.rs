//! What a query of an index asks for.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::index_keys::number_constant;
use super::keys::{KeyRole, part_ty, parts_type, placed_ty};
use super::nested;
use super::sources::index_sources;
use crate::model::ir::{IndexKey, KeySource, KeyTemplate, Model};
use crate::model::options::TableOption;

/// The trait of the model's indexes, which lists them in error messages, and its impls.
///
/// `IndexOf` is a trait of the library, which cannot contain the names. The model's trait is as visible as the model, because the types
/// of nested fields are named by way of their structs, which may be private if the model is.
///
/// A model without indexes does not need the trait, because the message of `HasKeysIn` is for such models.
pub(super) fn expand(model: &Model) -> Option<TokenStream> {
    if model.indexes.is_empty() {
        return None;
    }
    let (ident, vis) = (&model.ident, &model.vis);
    let index_trait = format_ident!("IndexOf{}", ident.unraw(), span = ident.span());
    let message = format!("`{{Self}}` is not an index of `{ident}`");
    let label = format!("`{ident}` has no keys in this index");
    let fix = "add `#[model(index(<name>, hash_key = \"..\"))]` to it";
    let note = match &index_names(model)[..] {
        [name] => format!("`{ident}` has keys in the index {name}; {fix} for another"),
        names => format!("`{ident}` has keys in the indexes {}; {fix} for another", names.join(", ")),
    };
    let impls = impls(model, &quote!(#index_trait));
    // At the name of the model: rustc advises to write by hand what it sees to be derived and not to hold.
    let header = quote_spanned!(ident.span()=> impl<index: #index_trait> __rt::HasKeysIn<index> for #ident);
    Some(quote! {
        #[doc(hidden)]
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        #vis trait #index_trait: __rt::Index {
            type HashParts: __rt::Send + 'static;
            type RangeParts: __rt::Send + 'static;
            const HASH: &'static [__rt::KeySource];
            const RANGE: &'static [__rt::KeySource];
        }

        #[automatically_derived]
        #header {
            type HashParts = <index as #index_trait>::HashParts;
            type RangeParts = <index as #index_trait>::RangeParts;
            const HASH: &'static [__rt::KeySource] = <index as #index_trait>::HASH;
            const RANGE: &'static [__rt::KeySource] = <index as #index_trait>::RANGE;
        }

        #impls
    })
}

/// The names as messages show them.
fn index_names(model: &Model) -> Vec<String> {
    model.indexes.iter().map(|index| format!("`{}`", index.name.value())).collect()
}

/// An impl per index of the model. The type of an index is found by its number in the table.
fn impls(model: &Model, index_trait: &TokenStream) -> TokenStream {
    let ident = &model.ident;
    let TableOption::Derived(table) = &model.table else {
        return TokenStream::new();
    };
    let impls = model.indexes.iter().enumerate().map(|(number, index)| {
        // A local index has the hash key of its table.
        let (hash_parts, hash) = if index.hash_key.is_empty() {
            (parts_type(model, &model.hash_key), quote!(&[<#ident as __rt::Model>::SCHEMA.keys.0]))
        } else {
            let sources = index_sources(number, KeyRole::Hash);
            (index_parts_type(model, &index.hash_key), quote!(#sources))
        };
        let (range_parts, range) = (index_parts_type(model, &index.range_key), index_sources(number, KeyRole::Range));
        // Errors about nested fields are at their template, so they are one error.
        let hash_parts = quote_spanned!(span(model, &index.hash_key)=> type HashParts = #hash_parts;);
        let range_parts = quote_spanned!(span(model, &index.range_key)=> type RangeParts = #range_parts;);
        let number = number_constant(number);
        let index = quote_spanned!(index.name.span()=> <#table as __rt::NumberedIndex<{ #number }>>::Index);
        quote! {
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #index_trait for #index {
                #hash_parts
                #range_parts
                const HASH: &'static [__rt::KeySource] = #hash;
                const RANGE: &'static [__rt::KeySource] = #range;
            }
        }
    });
    impls.collect()
}

/// The place of the first nested field in the keys of an index.
fn span(model: &Model, keys: &[IndexKey]) -> Span {
    let templates = keys.iter().filter_map(|key| key.source.template());
    let first = templates.flat_map(KeyTemplate::nested).next();
    first.map_or_else(Span::call_site, |nested| nested::span(model, nested))
}

/// The type of the values that make up a key of an index: of one attribute as of a primary key, of several
/// the placeholders and fields of all.
fn index_parts_type(model: &Model, keys: &[IndexKey]) -> TokenStream {
    match keys {
        [] => quote!(()),
        [key] => parts_type(model, &key.source),
        keys => {
            let parts = keys.iter().flat_map(|key| {
                let parts: Vec<TokenStream> = match &key.source {
                    KeySource::Field(field) => {
                        let ty = part_ty(model, *field);
                        vec![quote!(__rt::Field<#ty>)]
                    }
                    KeySource::Template(template) => {
                        let placed = template.placed().into_iter().map(|placed| placed_ty(model, template, placed));
                        placed.map(|ty| quote!(__rt::Placeholder<#ty>)).collect()
                    }
                };
                parts
            });
            quote!(__rt::Attributes<(#(#parts,)*)>)
        }
    }
}
