//! Templates as calls on a key writer or parser.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt;

use crate::field::Field;
use crate::model::ir::{KeyTemplate, Model, Piece};

/// The local that holds the value of a field's placeholder.
pub(super) fn local(field: usize) -> Ident {
    format_ident!("__f{field}")
}

/// The type of a placeholder: of an `Option` its inside.
pub(super) fn part_type(field: &Field) -> &Type {
    field.optional().unwrap_or(&field.ty)
}

/// What becomes of a placeholder without text.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Empty {
    Allowed,
    Refused,
}

/// Writes the key's text through `key`; the values are references in locals.
pub(super) fn write(model: &Model, template: &KeyTemplate, empty: Empty) -> TokenStream {
    let pieces = template.pieces.iter().map(|piece| match piece {
        Piece::Literal(text) => quote!(key.literal(#text);),
        Piece::Part { field, padding } => {
            let (value, padding) = (local(*field), padding.runtime());
            let (ty, span) = (part_type(&model.fields[*field]), model.fields[*field].ty_span());
            let write = quote_spanned!(span=> <#ty as __rt::KeyPart>::write_part(#value, key, #padding););
            if empty == Empty::Allowed {
                return write;
            }
            let name = model.fields[*field].ident.unraw().to_string();
            quote!(key.filled(#name, |key| { #write });)
        }
    });
    quote!(#(#pieces)*)
}

/// Takes the key's text apart through `parser`, into locals; a repeated value is taken once.
pub(super) fn parse(model: &Model, template: &KeyTemplate) -> TokenStream {
    let mut seen = Vec::new();
    let pieces = template.pieces.iter().enumerate().map(|(at, piece)| match piece {
        Piece::Literal(text) => quote!(parser.literal(#text)?;),
        Piece::Part { field, padding } => {
            let following = match template.pieces.get(at + 1) {
                Some(Piece::Literal(text)) => text.as_str(),
                _ => "",
            };
            let padding = padding.runtime();
            let (ty, span) = (part_type(&model.fields[*field]), model.fields[*field].ty_span());
            if seen.contains(field) {
                return quote!(parser.text(#following)?;);
            }
            seen.push(*field);
            let value = local(*field);
            quote_spanned! {span=>
                let #value = <#ty as __rt::KeyPart>::parse_part(&parser.text(#following)?, #padding)?;
            }
        }
    });
    quote!(#(#pieces)*)
}
