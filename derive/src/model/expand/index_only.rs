//! Fields that exist only in keys of indexes: taken out of these keys, for reading and for updates.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::index_keys;
use super::template::{local, part_type};
use crate::model::index_only::KeyNumber;
use crate::model::ir::{KeyTemplate, Model, Piece};
use crate::record::{IndexKeyRead, KeyRead};

/// A key of an index with index-only fields.
struct IndexOnlyKey<'a> {
    number: KeyNumber,
    /// Its attribute, a constant expression.
    attribute: TokenStream,
    template: &'a KeyTemplate,
    /// The fields that are read from it.
    read: Vec<usize>,
    /// The fields whose placeholders are compared with what is read elsewhere.
    compared: Vec<usize>,
}

impl IndexOnlyKey<'_> {
    fn slot(&self) -> Ident {
        format_ident!("index_{}_{}", self.number.index, self.number.key)
    }

    fn parse_fn(&self) -> Ident {
        format_ident!("__parse_{}", self.slot())
    }

    fn compare_fn(&self) -> Ident {
        format_ident!("__compare_{}", self.slot())
    }
}

fn keys(model: &Model) -> Vec<IndexOnlyKey<'_>> {
    let fields = model.index_only();
    let mut keys = Vec::new();
    for (index, own) in model.indexes.iter().enumerate() {
        for (key, (place, source)) in index_keys::keys(own).enumerate() {
            let Some(template) = source.source.template() else { continue };
            let parts = template.parts();
            let own: Vec<usize> = fields.iter().copied().filter(|field| parts.contains(field)).collect();
            if own.is_empty() {
                continue;
            }
            let (read, mut compared): (Vec<usize>, Vec<usize>) =
                own.into_iter().partition(|field| model.is_read_from(*field, template));
            compared.extend(read.iter().filter(|field| template.occurs_again(**field)));
            let (number, attribute) = (KeyNumber { index, key }, index_keys::attribute(index, place));
            keys.push(IndexOnlyKey { number, attribute, template, read, compared });
        }
    }
    keys
}

/// What a read does with the keys.
pub(super) fn reads(model: &Model) -> Vec<KeyRead> {
    let read = |key: IndexOnlyKey<'_>| {
        let attribute = &key.attribute;
        KeyRead {
            slot: key.slot(),
            name: quote!(#attribute.name),
            parse: key.parse_fn(),
            values: key.read.iter().copied().map(Some).collect(),
            is_compared: false,
            of_index: Some(IndexKeyRead {
                compare: Some((key.compare_fn(), key.compared.clone())).filter(|_| !key.compared.is_empty()),
            }),
        }
    };
    keys(model).into_iter().map(read).collect()
}

/// The functions that take the keys apart.
pub(super) fn functions(model: &Model) -> TokenStream {
    let functions = keys(model).into_iter().map(|key| {
        let parse = (!key.read.is_empty()).then(|| parse_fn(model, &key));
        let compare = (!key.compared.is_empty()).then(|| compare_fn(model, &key));
        quote!(#parse #compare)
    });
    functions.collect()
}

/// What the parser does at each piece of the template; `part` is about a placeholder of a field. The other values are those of
/// attributes, so their text is passed over.
fn pieces(template: &KeyTemplate, part: &dyn Fn(usize, usize, &TokenStream) -> Option<TokenStream>) -> TokenStream {
    let pieces = template.pieces.iter().enumerate().map(|(at, piece)| {
        let following = match template.pieces.get(at + 1) {
            Some(Piece::Literal(text)) => text.as_str(),
            _ => "",
        };
        let text = quote!(parser.text(#following)?);
        match piece {
            Piece::Literal(text) => quote!(parser.literal(#text)?;),
            Piece::Part { field, .. } => part(at, *field, &text).unwrap_or_else(|| quote!(#text;)),
            Piece::Nested { .. } => quote!(#text;),
        }
    });
    pieces.collect()
}

fn parse_fn(model: &Model, key: &IndexOnlyKey<'_>) -> TokenStream {
    let (name, escape) = (key.parse_fn(), model.escape);
    let types = key.read.iter().map(|field| part_type(&model.fields[*field]));
    let locals = key.read.iter().map(|field| local(*field));
    let body = pieces(key.template, &|at, field, text| {
        if !key.read.contains(&field) || !key.template.is_holder(field, at) {
            return None;
        }
        let (ty, span, value) = (part_type(&model.fields[field]), model.fields[field].ty_span, local(field));
        let format = key.template.format_at(at)?.runtime();
        Some(quote_spanned!(span=> let #value = <#ty as __rt::KeyPart>::parse_part(&#text, #format)?;))
    });
    quote! {
        fn #name(key: &__rt::KeyValue) -> __Result<(#(#types,)*), __Fault> {
            let mut parser = __rt::KeyParser::new(key, #escape)?;
            #body
            parser.finish()?;
            __rt::Ok((#(#locals,)*))
        }
    }
}

/// A field that is `None` has no keys, so none of them agrees with it.
fn compare_fn(model: &Model, key: &IndexOnlyKey<'_>) -> TokenStream {
    let (name, escape) = (key.compare_fn(), model.escape);
    let parameters = key.compared.iter().map(|field| {
        let (value, ty) = (local(*field), part_type(&model.fields[*field]));
        quote!(#value: __rt::Option<&#ty>)
    });
    let body = pieces(key.template, &|at, field, text| {
        let is_read = key.read.contains(&field) && key.template.is_holder(field, at);
        if is_read || !key.compared.contains(&field) {
            return None;
        }
        let (ty, span, value) = (part_type(&model.fields[field]), model.fields[field].ty_span, local(field));
        let format = key.template.format_at(at)?.runtime();
        let write = quote_spanned!(span=> <#ty as __rt::KeyPart>::write_part(value, key, #format));
        Some(quote!(__rt::check_same_part(&#text, #escape, #value, |value, key| #write)?;))
    });
    quote! {
        #[allow(clippy::trivially_copy_pass_by_ref)]
        fn #name(key: &__rt::KeyValue, #(#parameters),*) -> __Result<(), __Fault> {
            let mut parser = __rt::KeyParser::new(key, #escape)?;
            #body
            parser.finish()
        }
    }
}

/// The fields, for updates.
pub(super) fn schemas(model: &Model) -> Vec<TokenStream> {
    let keys = keys(model);
    let fields = keys.iter().flat_map(|key| key.read.iter().map(move |field| (key, *field)));
    let schemas = fields.map(|(key, field)| {
        let (parse, attribute, declared) = (key.parse_fn(), &key.attribute, &model.fields[field]);
        let (name, is_optional) = (declared.ident.unraw().to_string(), declared.optional().is_some());
        let pattern = key.read.iter().map(|read| if *read == field { quote!(value) } else { quote!(_) });
        let stored = quote_spanned!(declared.ty_span=> __rt::stored_value(&value));
        quote! {
            __rt::IndexOnlyField {
                field: #name,
                attribute: #attribute.name,
                is_optional: #is_optional,
                value: |key| {
                    let (#(#pattern,)*) = #parse(key)?;
                    #stored
                },
            }
        }
    });
    schemas.collect()
}
