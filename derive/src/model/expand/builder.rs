//! `Customer::builder()`: a typestate with one state per required field.
//!
//! The states are one type parameter. With a parameter for each, every setter would repeat all of them, and the builder would
//! take half of the time that the derive adds to a check.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::field::{Field, Storage, number_type};
use crate::lifetime::Lifetime;
use crate::model::ir::Model;
use crate::shape::is_set;
use crate::values::{ROW, value_at, values_type};

/// The required fields, with their places among the states.
fn required(model: &Model) -> impl Iterator<Item = (&Field, TokenStream)> {
    let fields = model.fields.iter().enumerate().filter(|(index, field)| is_required(model, *index, field));
    fields.enumerate().map(|(number, (_, field))| (field, state_place(number)))
}

/// The place of the state of this number, as `HasState` names it.
fn state_place(number: usize) -> TokenStream {
    (0..number / ROW).fold(number_type(number % ROW), |place, _| quote!(__rt::NextRow<#place>))
}

/// The states of a new builder.
fn unset(model: &Model) -> TokenStream {
    let rt = model.krate.private();
    let rows = required(model).count().div_ceil(ROW);
    (0..rows).fold(quote!(()), |rows, _| quote!(#rt::NewRow<#rows>))
}

fn is_required(model: &Model, index: usize, field: &Field) -> bool {
    field.is_required() && first_expiry(model, index, field).is_none()
}

/// The call that makes the expiry of a new value; an `Option` is left to the save.
fn first_expiry(model: &Model, index: usize, field: &Field) -> Option<TokenStream> {
    match model.lifetime()? {
        Lifetime::Seconds(seconds) if model.ttl == Some(index) && field.optional().is_none() => {
            let ty = &field.ty;
            Some(quote_spanned!(field.ty_span=> <#ty as __rt::TtlFieldType>::after(#seconds)))
        }
        _ => None,
    }
}

fn builder_ident(model: &Model) -> Ident {
    format_ident!("{}Builder", model.ident.unraw(), span = model.ident.span())
}

/// The builder, beside the model: users can name it.
pub(super) fn structure(model: &Model) -> TokenStream {
    let (ident, vis, rt) = (&model.ident, &model.vis, model.krate.private());
    let types = model.fields.iter().map(|field| field.optional().unwrap_or(&field.ty).to_token_stream());
    let (builder, unset, values) = (builder_ident(model), unset(model), values_type(&rt, types));
    let name = ident.unraw().to_string();
    let doc = format!(" Builds a [`{name}`]; made by [`{name}::builder`].");
    quote! {
        #[doc = #doc]
        #[must_use = "a builder does nothing until `.build()`"]
        #[allow(deprecated, unused_qualifications, clippy::type_complexity)]
        #vis struct #builder<States = #unset>(#rt::Building<#values, States>);
    }
}

pub(super) fn expand(model: &Model) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    let builder = builder_ident(model);
    let marks = required(model).map(|(field, _)| mark_trait(model, field));
    let mut places = required(model).map(|(_, place)| place);
    let setters = model.fields.iter().enumerate().map(|(index, field)| {
        let place = if is_required(model, index, field) { places.next() } else { None };
        setter(model, index, field, place)
    });
    let build = build(model);
    let generate_fns = model.fields.iter().filter_map(|field| generate_fn(model, field));
    let start = format!(" Starts to build a value, field by field: a [`{builder}`].");
    let name = builder.to_string();
    quote! {
        #(#marks)*

        impl #ident {
            #[doc = #start]
            #vis fn builder() -> #builder {
                #builder(__rt::Building::start())
            }

            #(#generate_fns)*
        }

        impl<States> #builder<States> {
            #(#setters)*
            #build
        }

        #[automatically_derived]
        impl<States> __rt::Debug for #builder<States> {
            fn fmt(&self, f: &mut __rt::Formatter<'_>) -> __rt::fmt::Result {
                f.debug_struct(#name).finish_non_exhaustive()
            }
        }
    }
}

fn mark_ident(field: &Field) -> Ident {
    format_ident!("{}_is_set", field.ident.unraw())
}

/// The trait of the state of a field that is set. Users see its message if they do not set the field.
fn mark_trait(model: &Model, field: &Field) -> TokenStream {
    let (mark, name) = (mark_ident(field), field.ident.unraw());
    let message = format!("required field `{name}` of `{}` is not set", model.ident);
    let (label, note) =
        (format!("`{name}` is missing"), format!("call `.{}(..)` before `.build()`", setter_ident(field)));
    quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        pub trait #mark {}
        impl #mark for __Set {}
    }
}

/// A field called `build` cannot have a setter of its name.
fn setter_ident(field: &Field) -> Ident {
    if field.ident == "build" { format_ident!("with_build", span = field.ident.span()) } else { field.ident.clone() }
}

/// The setter of a field; `place` is that of its state, if it is required.
fn setter(model: &Model, index: usize, field: &Field, place: Option<TokenStream>) -> TokenStream {
    let (vis, builder, name) = (&model.vis, builder_ident(model), setter_ident(field));
    let slot = value_at(quote!(self.0.values), index);
    let ty = field.optional().unwrap_or(&field.ty);
    let docs = if field.docs.is_empty() {
        let doc = format!(" Sets `{}`.", field.ident.unraw());
        quote!(#[doc = #doc])
    } else {
        let docs = &field.docs;
        quote!(#(#docs)*)
    };
    let plain = match &field.storage {
        Storage::Serde | Storage::Skipped | Storage::Extra => true,
        Storage::Converted(converted) => !converted.writes_itself(),
        _ => false,
    };
    let (parameter, value) = if plain {
        (quote!(#ty), quote!(__rt::Some(value)))
    } else {
        (quote!(impl __ValueFor<#ty>), quote!(__some_value(value)))
    };
    if let Some(place) = place {
        return quote! {
            #docs
            #vis fn #name(mut self, value: #parameter) -> #builder<States::Set>
            where
                States: __HasState<#place>,
            {
                #slot = #value;
                #builder(self.0.with_states())
            }
        };
    }
    let maybe = maybe_setter(model, index, field);
    quote! {
        #docs
        #vis fn #name(mut self, value: #parameter) -> Self {
            #slot = #value;
            self
        }
        #maybe
    }
}

/// `maybe_nick(Option<String>)`, unless a field has that name.
fn maybe_setter(model: &Model, index: usize, field: &Field) -> Option<TokenStream> {
    let inner = field.optional()?;
    let name = format_ident!("maybe_{}", field.ident.unraw(), span = field.ident.span());
    if model.fields.iter().any(|field| field.ident == name) {
        return None;
    }
    let (vis, slot) = (&model.vis, value_at(quote!(self.0.values), index));
    let doc = format!(" Sets `{}`, or leaves it out.", field.ident.unraw());
    Some(quote! {
        #[doc = #doc]
        #vis fn #name(mut self, value: __rt::Option<#inner>) -> Self {
            #slot = value;
            self
        }
    })
}

/// `generate_id()`: what the builder calls, for struct literals.
fn generate_fn(model: &Model, field: &Field) -> Option<TokenStream> {
    let (vis, ty, name) = (&model.vis, &field.ty, field.ident.unraw());
    field.options.generated.get()?;
    let (function, call) = (format_ident!("generate_{name}", span = field.ident.span()), field.managed_call()?);
    let doc = format!(" A new value for `{name}`. [`builder`](Self::builder) generates one itself.");
    Some(quote! {
        #[doc = #doc]
        #[must_use]
        #vis fn #function() -> #ty {
            #call
        }
    })
}

fn build(model: &Model) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    let bounds = required(model).map(|(field, place)| {
        let mark = mark_ident(field);
        quote!(States: __HasState<#place, State: #mark>,)
    });
    let fields = model.fields.iter().enumerate().map(|(index, field)| {
        let (name, value, ty) = (&field.ident, value_at(quote!(__values), index), &field.ty);
        let default = field.default_call(index).or_else(|| field.managed_call());
        let default = default.or_else(|| first_expiry(model, index, field));
        let value = if field.optional().is_some() {
            value
        } else if let Some(default) = default {
            quote! {
                match #value {
                    __rt::Some(value) => value,
                    __rt::None => #default,
                }
            }
        } else if is_set(ty) {
            quote_spanned!(field.ty_span=> __rt::Option::<#ty>::unwrap_or_default(#value))
        } else {
            quote!(__built(#value))
        };
        quote!(#name: #value,)
    });
    let doc = format!(" The `{}`. It compiles once all required fields are set.", ident.unraw());
    quote! {
        #[doc = #doc]
        #[must_use]
        #vis fn build(self) -> #ident
        where
            #(#bounds)*
        {
            let __values = self.0.values;
            #ident { #(#fields)* }
        }
    }
}
