//! The keys of a model in the indexes of its table.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::keys::Role;
use super::template::{local, write as write_text};
use crate::model::ir::{IndexKeys, Model};
use crate::model::options::TableOption;

/// The constant that holds the schema of an index.
pub(super) fn constant(number: usize) -> Ident {
    format_ident!("__INDEX_{number}")
}

/// The schemas, found in the table by the hash of the name.
pub(super) fn constants(model: &Model) -> TokenStream {
    let TableOption::Derived(table) = &model.table else {
        return TokenStream::new();
    };
    let constants = model.indexes.iter().enumerate().map(|(number, index)| {
        let (constant, name) = (constant(number), index.name.value());
        let table = at(quote!(#table), index.name.span());
        quote_spanned! {Span::call_site().located_at(index.name.span())=>
            const #constant: __rt::IndexSchema = <#table as __rt::NamedIndex<{ __rt::name_hash(#name) }>>::INDEX;
        }
    });
    quote!(#(#constants)*)
}

/// The tokens of the table's path, with errors about them at the index's name.
fn at(path: TokenStream, place: Span) -> TokenStream {
    let moved = path.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    moved.collect()
}

/// The key attribute of an index.
pub(super) fn attribute(number: usize, role: Role) -> TokenStream {
    let index = constant(number);
    match role {
        Role::Hash => quote!(#index.hash_key.attribute),
        Role::Range => quote!(__rt::range_attribute(#index.range_key)),
    }
}

/// The keys of an index that the model writes, with their roles.
pub(super) fn templates(index: &IndexKeys) -> impl Iterator<Item = (Role, &crate::model::ir::KeyTemplate)> {
    let hash_key = index.hash_key.as_ref().map(|template| (Role::Hash, template));
    hash_key.into_iter().chain(index.range_key.as_ref().map(|template| (Role::Range, template)))
}

/// Writes the keys of every index.
pub(super) fn write(model: &Model) -> TokenStream {
    model.indexes.iter().enumerate().map(|(number, index)| write_index(model, number, index)).collect()
}

/// All keys of the index, or none when one of their values is `None`: the index is sparse then.
fn write_index(model: &Model, number: usize, index: &IndexKeys) -> TokenStream {
    let escape = model.escape;
    let keys = templates(index).map(|(role, template)| {
        let (attribute, key_role, text) = (attribute(number, role), role.runtime(), write_text(model, template));
        quote!(__rt::write_key(writer, #attribute, #key_role, #escape, |key| { #text });)
    });
    let keys: TokenStream = keys.collect();
    let mut parts: Vec<usize> = templates(index).flat_map(|(_, template)| template.parts()).collect();
    parts.sort_unstable();
    parts.dedup();
    let (optional, plain): (Vec<usize>, Vec<usize>) =
        parts.into_iter().partition(|part| model.fields[*part].optional().is_some());
    let ident = |part: &usize| &model.fields[*part].ident;
    let (plain_locals, plain_fields) = (plain.iter().map(|part| local(*part)), plain.iter().map(ident));
    let bindings = quote!(#(let #plain_locals = &self.#plain_fields;)*);
    if optional.is_empty() {
        return quote!({ #bindings #keys });
    }
    let (locals, fields) = (optional.iter().map(|part| local(*part)), optional.iter().map(ident));
    quote! {
        if let (#(__rt::Some(#locals),)*) = (#(&self.#fields,)*) {
            #bindings
            #keys
        }
    }
}
