//! The impls of `#[derive(Projection)]`. Its fields are checked against the paths of the model.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::ir::{ProjectedField, Projection};
use crate::field::{DefaultValue, Field, default_fn};
use crate::record::default_function;
use crate::shape::{is_set, option_inner};

pub(super) fn expand(projection: &Projection) -> TokenStream {
    let (ident, rt, model) = (&projection.ident, projection.krate.private(), model(projection));
    let schema =
        quote_spanned!(projection.of.span()=> const __MODEL: &__rt::ModelSchema = <#model as __rt::Model>::SCHEMA;);
    let of = quote_spanned!(projection.of.span()=> type Of = #model;);
    let fields = projection.fields.iter().enumerate().map(|(index, field)| constants(projection, index, field));
    let names = (0..projection.fields.len()).map(name_const);
    let former = projection.fields.iter().map(|field| {
        let name = field.ident.unraw().to_string();
        quote!(__rt::former_of(__MODEL, #name))
    });
    let slots = slots(projection);
    let projected = projected(projection);
    let collectable = collectable(projection);
    quote! {
        #[allow(deprecated, non_camel_case_types, non_snake_case, unused_qualifications)]
        const _: () = {
            use #rt as __rt;

            #schema
            #(#fields)*
            const __FORMER: &[&[&str]] = &[#(#former),*];
            #slots
            #projected

            #[automatically_derived]
            impl __rt::ProjectionOf for #ident {
                #of
                const NAMES: &'static [&'static str] = &[#(#names),*];

                fn __read(reader: &mut __rt::Reader<'_>) -> __rt::Result<Self, __rt::Fault> {
                    __rt::read_projection(reader)
                }
            }

            #collectable
        };
    }
}

/// The projection as a member of collections. The model comes from [`model`], which reports a type that is not a model.
fn collectable(projection: &Projection) -> TokenStream {
    let (ident, of, model) = (&projection.ident, &projection.of, model(projection));
    let types = quote_spanned! {of.span()=>
        type Model = #model;
        type HashParts = <#of as __rt::Modelled>::HashParts;
    };
    quote! {
        #[automatically_derived]
        impl __rt::Collectable for #ident {
            #types
            const NAMES: __rt::Option<&'static [&'static str]> = __rt::Some(<Self as __rt::ProjectionOf>::NAMES);

            fn read(reader: &mut __rt::Reader<'_>) -> __rt::Result<Self, __rt::Fault> {
                <Self as __rt::ProjectionOf>::__read(reader)
            }

            fn loading<'s>(&'s mut self, _: &'s __rt::HookContext<'_>) -> __rt::Loading<'s> {
                __rt::nothing_to_load()
            }
        }
    }
}

/// The projection beside its errors.
pub(super) fn fallback(projection: &Projection) -> TokenStream {
    let (ident, rt, model) = (&projection.ident, projection.krate.private(), model(projection));
    let collectable = collectable(projection);
    quote! {
        const _: () = {
            use #rt as __rt;

            impl __rt::ProjectionOf for #ident {
                type Of = #model;
                const NAMES: &'static [&'static str] = &[];

                fn __read(_: &mut __rt::Reader<'_>) -> __rt::Result<Self, __rt::Fault> {
                    ::core::unreachable!("the derive gave an error")
                }
            }

            #collectable
        };
    }
}

/// The model. A type that is none is one error, as the compiler tells the same mistake at the same place once.
fn model(projection: &Projection) -> TokenStream {
    let of = &projection.of;
    quote_spanned!(of.span()=> <#of as __rt::Modelled>::Model)
}

fn name_const(index: usize) -> Ident {
    format_ident!("__NAME_{index}")
}

fn bytes_const(index: usize) -> Ident {
    format_ident!("__BYTES_{index}")
}

fn reader_const(index: usize) -> Ident {
    format_ident!("__READER_{index}")
}

/// What is known of a field when it is compiled: its stored name, and how it is read.
fn constants(projection: &Projection, index: usize, field: &ProjectedField) -> TokenStream {
    let (ident, ty, model) = (&field.ident, &field.ty, model(projection));
    let rust_name = ident.unraw().to_string();
    let (name, bytes, reader) = (name_const(index), bytes_const(index), reader_const(index));
    // Resolved as generated code, but the compiler points at the field.
    let path = {
        let mut member = ident.clone();
        member.set_span(Span::call_site().located_at(ident.span()));
        quote_spanned!(Span::call_site().located_at(ident.span())=> <#model as __rt::Model>::FIELDS.#member)
    };
    let make = quote_spanned!(field.ty_span()=> __rt::field_reader::<#model, _, #ty, _>(&#path));
    let default = default_function(index, ty, field.default.as_ref());
    let absent = absent_rule(field, &rust_name);
    quote! {
        const #name: &str = __rt::attribute_of(__MODEL, #rust_name);
        const #bytes: &[u8] = #name.as_bytes();
        const #reader: __rt::FieldReader<#ty> = #make;
        #default
        #absent
    }
}

/// Where items of the model may lack the attribute, a projection says what it is then.
fn absent_rule(field: &ProjectedField, name: &str) -> Option<TokenStream> {
    if field.default.is_some() || option_inner(&field.ty).is_some() || is_set(&field.ty) {
        return None;
    }
    let message = format!(
        "the model has a default for `{name}`, so items may lack it; write `#[projection(default)]` with the same default, or use an `Option`"
    );
    Some(quote_spanned! {field.ty_span()=>
        const _: () = if __rt::has_default(__MODEL, #name) {
            ::core::panic!(#message);
        };
    })
}

/// One `Option` per field, and whether the item said its entity.
fn slots(projection: &Projection) -> TokenStream {
    let slots: Vec<Ident> = (0..projection.fields.len()).map(Field::slot).collect();
    let types = projection.fields.iter().map(|field| &field.ty);
    quote! {
        #[doc(hidden)]
        pub struct __Slots { #(#slots: __rt::Option<#types>,)* names: __rt::NamesRead, entity: bool }

        #[automatically_derived]
        impl __rt::Default for __Slots {
            fn default() -> Self {
                __Slots { #(#slots: __rt::None,)* names: __rt::Default::default(), entity: false }
            }
        }
    }
}

fn projected(projection: &Projection) -> TokenStream {
    let ident = &projection.ident;
    let entity = Literal::usize_unsuffixed(projection.fields.len());
    let first_former = Literal::usize_unsuffixed(projection.fields.len() + 1);
    let numbered =
        || (0..projection.fields.len()).map(Literal::usize_unsuffixed).zip(projection.fields.iter().enumerate());
    let names = numbered().map(|(number, (index, _))| {
        let bytes = bytes_const(index);
        quote!(#bytes => #number,)
    });
    let fills = numbered().map(|(number, (index, field))| {
        let (slot, name) = (Field::slot(index), name_const(index));
        let (fill, fill_named) = (fill(index, field, &quote!(&mut slots.#slot)), fill(index, field, &quote!(slot)));
        quote! {
            #number if __FORMER[#number].is_empty() => #fill,
            #number => slots.names.fill((#number, 0, #name), &mut slots.#slot, reader, |slot, reader| #fill_named),
        }
    });
    let former = numbered().map(|(number, (index, field))| {
        let (slot, fill) = (Field::slot(index), fill(index, field, &quote!(slot)));
        quote!((#number, rank, name) => slots.names.fill((#number, rank, name), &mut slots.#slot, reader, |slot, reader| #fill),)
    });
    let finishes = projection.fields.iter().enumerate().map(|(index, field)| finish_field(index, field));
    quote! {
        #[automatically_derived]
        impl __rt::Projected for #ident {
            type Slots = __Slots;

            // A field that the model does not have has no name, and is an error of its own.
            #[allow(unreachable_patterns)]
            fn field_of(name: &[u8]) -> u8 {
                match name {
                    #(#names)*
                    _ if __rt::is_name(__rt::entity_attribute(__MODEL), name) => #entity,
                    _ => __rt::former_number(__FORMER, #first_former, name),
                }
            }

            fn fill(slots: &mut __Slots, field: u8, reader: &mut __rt::Reader<'_>) -> __rt::Result<(), __rt::Fault> {
                match field {
                    #(#fills)*
                    #entity => __rt::fill_entity(&mut slots.entity, __rt::entity_name(__MODEL), __rt::entity_aliases(__MODEL), reader),
                    _ => match __rt::former_name(__FORMER, field - #first_former) {
                        #(#former)*
                        _ => __rt::skip_field(reader),
                    },
                }
            }

            fn finish(slots: __Slots) -> __rt::Result<Self, __rt::Fault> {
                __rt::check_entity(slots.entity, __rt::is_entity_optional(__MODEL))?;
                slots.names.check()?;
                __rt::Ok(Self { #(#finishes)* })
            }
        }
    }
}

/// Reads a field into `slot`, an expression.
fn fill(index: usize, field: &ProjectedField, slot: &TokenStream) -> TokenStream {
    let reader = reader_const(index);
    let fill = quote!((#reader.fill)(#slot, reader));
    match field.default {
        Some(_) => quote!(if reader.null()? { __rt::Ok(()) } else { #fill }),
        None => fill,
    }
}

fn finish_field(index: usize, field: &ProjectedField) -> TokenStream {
    let (ident, slot) = (&field.ident, Field::slot(index));
    let default = match &field.default {
        None => {
            let (reader, name) = (reader_const(index), name_const(index));
            return quote!(#ident: (#reader.take)(slots.#slot, #name)?,);
        }
        Some(DefaultValue::Default) => {
            let ty = &field.ty;
            quote_spanned!(field.ty_span()=> <#ty as __rt::Default>::default())
        }
        Some(DefaultValue::Expr(_)) => {
            let function = default_fn(index);
            quote!(#function())
        }
    };
    quote! {
        #ident: match slots.#slot {
            __rt::Some(value) => value,
            __rt::None => #default,
        },
    }
}
