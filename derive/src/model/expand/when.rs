//! The functions that decide whether an item is in an index.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

use super::sources::part_name;
use super::template::local;
use crate::model::ir::{IndexKeys, Model, When};

/// One function per index with `when`, which calls that of the user.
pub(super) fn functions(model: &Model) -> TokenStream {
    let conditional =
        model.indexes.iter().enumerate().filter_map(|(number, index)| Some((number, index.when.as_ref()?)));
    conditional.map(|(number, when)| function(model, number, when)).collect()
}

fn name(number: usize) -> Ident {
    format_ident!("__is_in_index_{number}")
}

/// An error about a type is at the field, or at the path of the function, once.
fn function(model: &Model, number: usize, when: &When) -> TokenStream {
    let (name, path) = (name(number), path(model, when));
    let span = Span::call_site().located_at(when.function.span());
    let (parameters, values): (Vec<TokenStream>, Vec<TokenStream>) = match &when.fields {
        None => {
            let ident = &model.ident;
            (vec![quote!(value: &#ident)], vec![quote_spanned!(span=> value)])
        }
        Some(fields) => {
            let parameter = |&(part, written): &(usize, Span)| {
                let (local, field) = (local(part), &model.fields[part]);
                let ty = match field.optional() {
                    Some(ty) => quote!(__rt::Option<&#ty>),
                    None => {
                        let ty = &field.ty;
                        quote!(&#ty)
                    }
                };
                let value = Ident::new(&local.to_string(), Span::call_site().located_at(written));
                (quote!(#local: #ty), quote!(#value))
            };
            fields.iter().map(parameter).unzip()
        }
    };
    let call = quote_spanned!(span=> #path(#(#values),*));
    quote! {
        #[allow(clippy::ptr_arg, clippy::trivially_copy_pass_by_ref)]
        fn #name(#(#parameters),*) -> __rt::bool {
            #call
        }
    }
}

/// The user's function. It is called outside of the model's impl, where `Self` has no meaning.
fn path(model: &Model, when: &When) -> Path {
    let mut path = when.function.clone();
    if let Some(first) = path.segments.first_mut().filter(|first| first.ident == "Self") {
        first.ident = Ident::new(&model.ident.to_string(), first.ident.span());
    }
    path
}

/// Whether the value that is written is in the index.
pub(super) fn holds(model: &Model, number: usize, when: &When) -> TokenStream {
    let name = name(number);
    if when.fields.is_none() {
        return quote!(#name(self));
    }
    let values = when.fields().map(|(part, _)| {
        let value = model.written(part);
        if model.fields[part].optional().is_some() { quote!(__rt::Option::as_ref(#value)) } else { value }
    });
    quote!(#name(#(#values),*))
}

/// What decides about the index, for updates.
pub(super) fn membership(model: &Model, number: usize, index: &IndexKeys) -> TokenStream {
    let Some(when) = &index.when else { return quote!(__rt::Membership::OfKeys) };
    if when.fields.is_none() {
        return quote!(__rt::Membership::OfValue);
    }
    let function = name(number);
    let names = when.fields().map(|(part, _)| part_name(&model.fields[part]));
    let values = when.fields().map(|(part, _)| {
        let field = &model.fields[part];
        let (ty, name) = (&field.ty, part_name(field));
        let read = quote_spanned!(field.ty_span=> __rt::field_of_item::<#ty>(item, #name)?);
        let value = match field.default_call(part) {
            Some(default) => quote!(__rt::Option::unwrap_or_else(#read, || #default)),
            None => quote_spanned!(field.ty_span=> <#ty as __Stored>::__take(#read, #name)?),
        };
        if field.optional().is_some() { quote!(__rt::Option::as_ref(&#value)) } else { quote!(&#value) }
    });
    let values: Vec<TokenStream> = values.map(|value| value.to_token_stream()).collect();
    quote! {
        __rt::Membership::OfFields {
            fields: &[#(#names),*],
            holds: |item| __rt::Ok(#function(#(#values),*)),
        }
    }
}
