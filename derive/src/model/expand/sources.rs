//! Where the key attributes come from, as constants of the runtime's.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::index_keys;
use super::keys::KeyRole;
use super::nested;
use super::template::{is_read_back_from_index, part_type};
use crate::field::{Field, Storage};
use crate::model::ir::{KeySource, KeyTemplate, Model, Piece};

/// The sources of the hash key and, as an `Option`, of the range key.
pub(super) fn primary_keys(model: &Model) -> (TokenStream, TokenStream) {
    let source = |role: KeyRole, source| key_source(model, role, &role.attribute(), source);
    let range = model.range_key.as_ref().map(|key| source(KeyRole::Range, key));
    let range = range.map_or_else(|| quote!(__rt::None), |range| quote!(__rt::Some(#range)));
    (source(KeyRole::Hash, &model.hash_key), range)
}

/// The lists of the keys of the indexes.
pub(super) fn constants(model: &Model) -> TokenStream {
    let mut constants = TokenStream::new();
    for (number, index) in model.indexes.iter().enumerate() {
        let (mut hash, mut range) = (Vec::new(), Vec::new());
        for (place, key) in index_keys::keys(index) {
            let attribute = index_keys::attribute(number, place);
            let source = key_source(model, place.role, &attribute, &key.source);
            match place.role {
                KeyRole::Hash => hash.push(source),
                KeyRole::Range => range.push(source),
            }
        }
        for (role, sources) in [(KeyRole::Hash, &hash), (KeyRole::Range, &range)] {
            let ident = index_sources(number, role);
            constants.extend(quote!(const #ident: &[__rt::KeySource] = &[#(#sources),*];));
        }
        let keys = hash.iter().chain(&range);
        let list = index_key_list(number);
        constants.extend(quote!(const #list: &[__rt::KeySource] = &[#(#keys),*];));
    }
    constants
}

/// The keys in the indexes, for the schema.
pub(super) fn index_keys(model: &Model) -> Vec<TokenStream> {
    let indexes = model.indexes.iter().enumerate().map(|(number, index)| {
        let (name, list) = (index.name.value(), index_key_list(number));
        let membership = super::when::membership(model, number, index);
        quote!(__rt::IndexKeys { index: #name, keys: #list, membership: #membership })
    });
    indexes.collect()
}

/// The constant with the sources of all keys of an index.
fn index_key_list(number: usize) -> Ident {
    format_ident!("__KEYS_{number}")
}

/// The constant with the sources of an index's key, one per attribute.
pub(super) fn index_sources(number: usize, role: KeyRole) -> Ident {
    match role {
        KeyRole::Hash => format_ident!("__HASH_{number}"),
        KeyRole::Range => format_ident!("__RANGE_{number}"),
    }
}

fn key_source(model: &Model, role: KeyRole, attribute: &TokenStream, source: &KeySource) -> TokenStream {
    match source {
        KeySource::Field(_) => quote!(__rt::KeySource::Field(#attribute)),
        KeySource::Template(template) => template_source(model, role, attribute, template),
    }
}

fn template_source(model: &Model, role: KeyRole, attribute: &TokenStream, template: &KeyTemplate) -> TokenStream {
    let (role, escape) = (role.runtime(), model.escape);
    let list = template.pieces.iter().enumerate().map(|(at, piece)| match piece {
        Piece::Literal(text) => quote!(__rt::Piece::Text(#text)),
        Piece::Part { field: part, format, is_optional } => {
            let field = &model.fields[*part];
            let (ty, name, format) = (part_type(field), part_name(field), format.runtime());
            let write = if is_read_back_from_index(model, template, at) {
                quote_spanned! {field.ty_span=>
                    |reader, key, format| {
                        key.whole::<#ty>(#name, &<#ty as __Stored>::__one(reader)?, format);
                        __rt::Ok(())
                    }
                }
            } else {
                quote_spanned!(field.ty_span=> <#ty as __rt::KeyPart>::__write_stored)
            };
            let place = if model.is_index_only(*part) {
                let is_absent = field.optional().is_some();
                quote!(__rt::FieldPath::index_only(#name, #is_absent))
            } else {
                quote!(__rt::FieldPath::attribute(#name))
            };
            quote! {
                __rt::Piece::Part(__rt::TemplatePart {
                    place: #place,
                    format: #format,
                    is_optional: #is_optional,
                    write: #write,
                })
            }
        }
        Piece::Nested { nested, format } => {
            let (ty, place, format) =
                (nested::value_type(model, *nested), nested::place(model, *nested), format.runtime());
            let write = quote_spanned!(nested::span(model, *nested)=> <#ty as __rt::KeyPart>::__write_stored);
            quote! {
                __rt::Piece::Part(__rt::TemplatePart {
                    place: #place,
                    format: #format,
                    is_optional: false,
                    write: #write,
                })
            }
        }
    });
    quote! {
        __rt::KeySource::Template(__rt::KeyTemplate {
            attribute: #attribute,
            role: #role,
            escape: #escape,
            pieces: &[#(#list),*],
        })
    }
}

/// The attribute of a placeholder's field; one that is in the key only has its own name.
pub(super) fn part_name(field: &Field) -> String {
    match field.storage {
        Storage::Key => field.ident.unraw().to_string(),
        _ => field.name.text.clone(),
    }
}
