//! Templates as calls on a key writer or parser.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt;

use super::nested;
use crate::field::{Field, Storage};
use crate::model::ir::{KeyTemplate, Model, Piece};

/// The local that holds the value of a field's placeholder.
pub(super) fn local(field: usize) -> Ident {
    format_ident!("__f{field}")
}

/// The type of a placeholder: of an `Option` its inside.
pub(super) fn part_type(field: &Field) -> &Type {
    field.optional().unwrap_or(&field.ty)
}

/// What a template makes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Target {
    /// Its placeholders are not empty, and hold the whole values of the fields that are read back from them.
    PrimaryKey,
    IndexKey,
}

/// Writes the key's text through `key`; the values are references in locals.
pub(super) fn write(model: &Model, template: &KeyTemplate, target: Target) -> TokenStream {
    let source = model.primary().find(|source| source.template().is_some_and(|own| std::ptr::eq(own, template)));
    let pieces = template.pieces.iter().enumerate().map(|(at, piece)| match piece {
        Piece::Literal(text) => quote!(key.literal(#text);),
        Piece::Nested { nested, format } => {
            let (value, ty, format) = (nested::local(*nested), nested::value_type(model, *nested), format.runtime());
            quote_spanned! {nested::span(model, *nested)=>
                <#ty as __rt::KeyPart>::write_part(#value, key, #format);
            }
        }
        Piece::Part { field, format, is_optional } => {
            let (value, format) = (local(*field), format.runtime());
            let (ty, span) = (part_type(&model.fields[*field]), model.fields[*field].ty_span);
            let name = model.fields[*field].ident.unraw().to_string();
            // The local then holds a reference to the `Option`.
            let optional = |write: TokenStream| {
                quote_spanned!(span=> key.optional(#name, __rt::Option::as_ref(#value), |key, #value: &#ty| { #write });)
            };
            let plain = quote_spanned!(span=> <#ty as __rt::KeyPart>::write_part(#value, key, #format););
            if target == Target::IndexKey {
                return if *is_optional {
                    optional(plain)
                } else if is_read_back_from_index(model, template, at) {
                    quote_spanned!(span=> key.whole::<#ty>(#name, #value, #format);)
                } else {
                    plain
                };
            }
            let is_holder =
                source.is_some_and(|source| model.is_holder(*field, source)) && template.is_holder(*field, at);
            let is_in_key_only = matches!(model.fields[*field].storage, Storage::Key);
            let is_read_back = is_in_key_only && is_holder && !model.is_held_by_key(*field);
            let write =
                if is_read_back { quote_spanned!(span=> key.whole::<#ty>(#name, #value, #format);) } else { plain };
            match (is_optional, is_read_back) {
                (true, _) => optional(write),
                (false, _) if model.empty_key_parts => write,
                (false, true) => quote!(key.filled(#name, |key| { #write });),
                (false, false) => {
                    quote_spanned!(span=> <#ty as __rt::KeyPart>::__write_filled(#value, key, #name, #format);)
                }
            }
        }
    });
    quote!(#(#pieces)*)
}

/// Whether an index-only field is read from this placeholder, whose form may hold only a part of a value.
pub(super) fn is_read_back_from_index(model: &Model, template: &KeyTemplate, at: usize) -> bool {
    let Some(Piece::Part { field, format, .. }) = template.pieces.get(at) else { return false };
    format.loss() > 0
        && model.is_index_only(*field)
        && template.is_holder(*field, at)
        && model.is_read_from(*field, template)
}

/// Takes the key's text apart through `parser`, into locals; a repeated value is taken once.
pub(super) fn parse(model: &Model, template: &KeyTemplate) -> TokenStream {
    let pieces = template.pieces.iter().enumerate().map(|(at, piece)| match piece {
        Piece::Literal(text) => quote!(parser.literal(#text)?;),
        // Only index keys have such placeholders, and they are not parsed.
        Piece::Nested { .. } => TokenStream::new(),
        Piece::Part { field, format, is_optional } => {
            let following = match template.pieces.get(at + 1) {
                Some(Piece::Literal(text)) => text.as_str(),
                _ => "",
            };
            let format = format.runtime();
            let (ty, span) = (part_type(&model.fields[*field]), model.fields[*field].ty_span);
            if !template.is_holder(*field, at) {
                return quote!(parser.text(#following)?;);
            }
            let value = local(*field);
            if *is_optional {
                return quote_spanned! {span=>
                    let #value = <__rt::OptionalPart<#ty> as __rt::KeyPart>::parse_part(&parser.text(#following)?, #format)?
                        .into_option();
                };
            }
            quote_spanned! {span=>
                let #value = <#ty as __rt::KeyPart>::parse_part(&parser.text(#following)?, #format)?;
            }
        }
    });
    quote!(#(#pieces)*)
}
