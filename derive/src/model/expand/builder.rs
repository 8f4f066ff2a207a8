//! `Customer::builder()`: a typestate with one parameter per required field.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::field::{Field, Storage};
use crate::lifetime::Lifetime;
use crate::model::ir::Model;
use crate::shape::is_set;

/// The required fields, with the type parameters that say whether they are set.
fn required(model: &Model) -> impl Iterator<Item = (usize, &Field, Ident)> {
    let fields = model.fields.iter().enumerate().filter(|(index, field)| is_required(model, *index, field));
    fields.map(|(index, field)| {
        // In snake case, so that it does not shadow a type of the user. rustc and rustdoc show it.
        let parameter = format_ident!("state_of_{}", field.ident.unraw());
        (index, field, parameter)
    })
}

fn is_required(model: &Model, index: usize, field: &Field) -> bool {
    field.is_required() && first_expiry(model, index, field).is_none()
}

/// The call that makes the expiry of a new value; an `Option` is left to the save.
fn first_expiry(model: &Model, index: usize, field: &Field) -> Option<TokenStream> {
    match model.lifetime()? {
        Lifetime::Seconds(seconds) if model.ttl == Some(index) && field.optional().is_none() => {
            let ty = &field.ty;
            Some(quote_spanned!(field.ty_span()=> <#ty as __rt::TtlFieldType>::after(#seconds)))
        }
        _ => None,
    }
}

fn parameters(model: &Model) -> Vec<Ident> {
    required(model).map(|(_, _, parameter)| parameter).collect()
}

fn builder_ident(model: &Model) -> Ident {
    format_ident!("{}Builder", model.ident.unraw(), span = model.ident.span())
}

/// The builder, beside the model: users can name it.
pub(super) fn structure(model: &Model) -> TokenStream {
    let (ident, vis, rt) = (&model.ident, &model.vis, model.krate.private());
    let (builder, parameters) = (builder_ident(model), parameters(model));
    let name = ident.unraw().to_string();
    let doc = format!(" Builds a [`{name}`]; made by [`{name}::builder`].");
    quote! {
        #[doc = #doc]
        #[must_use = "a builder does nothing until `.build()`"]
        #[allow(non_camel_case_types)]
        #vis struct #builder<#(#parameters = #rt::Unset),*> {
            values: <#ident as #rt::Built>::Values,
            state: #rt::PhantomData<fn() -> (#(#parameters,)*)>,
        }
    }
}

pub(super) fn expand(model: &Model) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    let (builder, parameters) = (builder_ident(model), parameters(model));
    let values = values(model);
    let marks = required(model).map(|(_, field, _)| mark_trait(model, field));
    let setters = model.fields.iter().enumerate().map(|(index, field)| setter(model, index, field));
    let build = build(model);
    let generate_fns = model.fields.iter().filter_map(|field| generate_fn(model, field));
    let start = format!(" Starts to build a value, field by field: a [`{builder}`].");
    let name = builder.to_string();
    quote! {
        #values
        #(#marks)*

        impl #ident {
            #[doc = #start]
            #vis fn builder() -> #builder {
                #builder { values: __rt::Default::default(), state: __rt::PhantomData }
            }

            #(#generate_fns)*
        }

        impl<#(#parameters),*> #builder<#(#parameters),*> {
            #(#setters)*
            #build
        }

        #[automatically_derived]
        impl<#(#parameters),*> __rt::Debug for #builder<#(#parameters),*> {
            fn fmt(&self, f: &mut __rt::Formatter<'_>) -> __rt::fmt::Result {
                f.debug_struct(#name).finish_non_exhaustive()
            }
        }
    }
}

/// Where the builder keeps the values: outside of the struct that users see.
fn values(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let values = format_ident!("__{}Values", ident.unraw());
    let (slots, types): (Vec<Ident>, Vec<TokenStream>) = model
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let ty = field.optional().unwrap_or(&field.ty);
            (Field::slot(index), quote!(__rt::Option<#ty>))
        })
        .unzip();
    quote! {
        #[doc(hidden)]
        pub struct #values { #(#slots: #types,)* }

        #[automatically_derived]
        impl __rt::Default for #values {
            fn default() -> Self {
                #values { #(#slots: __rt::None,)* }
            }
        }

        #[automatically_derived]
        impl __rt::Built for #ident {
            type Values = #values;
        }
    }
}

fn mark_ident(field: &Field) -> Ident {
    format_ident!("{}_is_set", field.ident.unraw())
}

/// Holds for the type parameter of a field that is set; its error is what a user sees who forgot it.
fn mark_trait(model: &Model, field: &Field) -> TokenStream {
    let (mark, name) = (mark_ident(field), field.ident.unraw());
    let message = format!("required field `{name}` of `{}` is not set", model.ident);
    let (label, note) =
        (format!("`{name}` is missing"), format!("call `.{}(..)` before `.build()`", setter_ident(field)));
    quote! {
        #[doc(hidden)]
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        pub trait #mark {}

        #[automatically_derived]
        impl #mark for __rt::Set {}
    }
}

/// A field called `build` cannot have a setter of its name.
fn setter_ident(field: &Field) -> Ident {
    if field.ident == "build" { format_ident!("with_build", span = field.ident.span()) } else { field.ident.clone() }
}

fn setter(model: &Model, index: usize, field: &Field) -> TokenStream {
    let (vis, builder, name) = (&model.vis, builder_ident(model), setter_ident(field));
    let slot = Field::slot(index);
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
        (quote!(#ty), quote!(value))
    } else {
        (quote!(impl __rt::ValueFor<#ty>), quote!(__rt::ValueFor::into_value(value)))
    };
    if is_required(model, index, field) {
        let returned = required(model).map(
            |(other, _, parameter)| {
                if other == index { quote!(__rt::Set) } else { quote!(#parameter) }
            },
        );
        return quote! {
            #docs
            #vis fn #name(mut self, value: #parameter) -> #builder<#(#returned),*> {
                self.values.#slot = __rt::Some(#value);
                #builder { values: self.values, state: __rt::PhantomData }
            }
        };
    }
    let maybe = maybe_setter(model, index, field);
    quote! {
        #docs
        #vis fn #name(mut self, value: #parameter) -> Self {
            self.values.#slot = __rt::Some(#value);
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
    let (vis, slot) = (&model.vis, Field::slot(index));
    let doc = format!(" Sets `{}`, or leaves it out.", field.ident.unraw());
    Some(quote! {
        #[doc = #doc]
        #vis fn #name(mut self, value: __rt::Option<#inner>) -> Self {
            self.values.#slot = value;
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
    let bounds = required(model).map(|(_, field, parameter)| {
        let mark = mark_ident(field);
        quote!(#parameter: #mark,)
    });
    let fields = model.fields.iter().enumerate().map(|(index, field)| {
        let (name, slot, ty) = (&field.ident, Field::slot(index), &field.ty);
        let default = field.default_call(index).or_else(|| field.managed_call());
        let default = default.or_else(|| first_expiry(model, index, field));
        let value = if field.optional().is_some() {
            quote!(self.values.#slot)
        } else if let Some(default) = default {
            quote! {
                match self.values.#slot {
                    __rt::Some(value) => value,
                    __rt::None => #default,
                }
            }
        } else if is_set(ty) {
            quote_spanned!(field.ty_span()=> __rt::Option::<#ty>::unwrap_or_default(self.values.#slot))
        } else {
            quote!(__rt::built(self.values.#slot))
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
            #ident { #(#fields)* }
        }
    }
}
