//! The struct with the paths of each variant of an enum with data.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Visibility;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::data_enum::record_ident;
use super::ir::{Content, DataEnum, Variant};
use crate::case::Case;
use crate::field::number_type;
use crate::paths;

/// The name of a variant's paths: that of the variant in `snake_case`.
pub(super) fn path_ident(variant: &Ident) -> Ident {
    let name = Case::Snake.apply(&variant.unraw().to_string());
    let span = variant.span();
    // A keyword since edition 2024, of which `syn` has no list.
    if name != "gen" && syn::parse_str::<Ident>(&name).is_ok() {
        return Ident::new(&name, span);
    }
    match name.as_str() {
        // These cannot be raw identifiers.
        "self" | "super" | "crate" => Ident::new(&format!("{name}_"), span),
        // `_1`, whose underscore is not part of a word.
        _ if syn::parse_str::<Ident>(&format!("r#{name}")).is_err() => variant.clone(),
        _ => Ident::new_raw(&name, span),
    }
}

/// The variants that have paths, with their numbers: all of them, unless there are errors about their number or names.
pub(super) fn with_paths(data: &DataEnum) -> Vec<(usize, &Variant)> {
    let variants = &data.variants;
    let is_first = |number: usize| variants[..number].iter().all(|variant| variant.path != variants[number].path);
    variants.iter().enumerate().take(240).filter(|(number, _)| is_first(*number)).collect()
}

/// The types of the enum's `Attribute` impl.
pub(super) fn of_attribute(ident: &Ident) -> TokenStream {
    let paths = paths::ident(ident);
    quote! {
        type Kind = __rt::Map;
        type Value = Self;
        type Fields<M_, D_, R_: __rt::Role> = #paths<M_, D_, R_>;
    }
}

/// The type of a variant's paths: those of what it holds.
fn content(ident: &Ident, variant: &Variant, is_tagged: bool) -> TokenStream {
    let role = quote!(__rt::Child<R_>);
    match &variant.content {
        Content::Unit => quote!(__rt::Path<M_, __rt::UnitVariant, #role>),
        Content::Struct(_) => {
            let record = record_ident(ident, variant);
            quote!(<#record as __rt::Record>::Paths<M_, #record, #role>)
        }
        // By the traits that reading and writing name: a type without them is one error.
        Content::Newtype(ty) if is_tagged => {
            quote_spanned!(ty.span()=> <#ty as __rt::Record>::Paths<M_, __rt::FieldsOfVariant<#ty>, #role>)
        }
        Content::Newtype(ty) => {
            quote_spanned!(ty.span()=> <#ty as __rt::Attribute>::Fields<M_, __rt::ValueOfVariant<#ty>, #role>)
        }
    }
}

/// The name of a variant's paths in a value.
fn at_type(variant: &Variant) -> Ident {
    let mut ident = variant.path.clone();
    ident.set_span(span_of(variant));
    ident
}

fn span_of(variant: &Variant) -> Span {
    match &variant.content {
        Content::Newtype(ty) => ty.span(),
        _ => Span::call_site(),
    }
}

/// The struct of paths, for every model, place and role.
pub(super) fn expand(ident: &Ident, vis: &Visibility, data: &DataEnum) -> TokenStream {
    let name = paths::ident(ident);
    let variants = with_paths(data);
    let itself = paths::itself(|ident| data.variants.iter().any(|variant| variant.path.unraw() == *ident));
    let stored = data.variants.iter().map(|variant| &variant.name.text);
    let tag = match &data.tag {
        Some(tag) => {
            let tag = &tag.text;
            quote!(__rt::Some(#tag))
        }
        None => quote!(__rt::None),
    };
    let idents: Vec<&Ident> = variants.iter().map(|(_, variant)| &variant.path).collect();
    let types: Vec<TokenStream> =
        variants.iter().map(|(_, variant)| content(ident, variant, data.tag.is_some())).collect();
    let records = variants.iter().filter(|(_, variant)| matches!(variant.content, Content::Struct(_)));
    let records = records.map(|(_, variant)| record_ident(ident, variant));
    // At the type that a variant wraps: errors of one span are one error.
    let values: Vec<Ident> = variants.iter().map(|(_, variant)| at_type(variant)).collect();
    let constants = variants.iter().zip(&types).map(|((number, variant), ty)| {
        let number = number_type(*number);
        let anchor = quote!(__rt::InVariant<#ident, #number, P_>);
        quote_spanned!(span_of(variant)=> <#ty as __AtAnchor<#anchor>>::HERE)
    });
    let run_time = variants.iter().map(|(number, variant)| {
        let number = Literal::usize_unsuffixed(*number);
        let inside = quote!(&__rt::variant::<#ident>(repr, #number));
        quote_spanned!(span_of(variant)=> __rt::Under::under(#inside, __rt::None))
    });
    let impls = paths::impls(&name, &itself, false);
    quote! {
        #[automatically_derived]
        impl __rt::Variants for #ident {
            const TAG: __rt::Option<&'static str> = #tag;
            const NAMES: &'static [&'static str] = &[#(#stored),*];
        }

        #(
            #[automatically_derived]
            impl __rt::OfVariant for #records {}
        )*

        #[doc(hidden)]
        #[allow(dead_code, missing_debug_implementations, private_interfaces, clippy::type_complexity)]
        #vis struct #name<M_, D_, R_: __rt::Role> {
            #(#vis #idents: #types,)*
            #itself: __rt::Path<M_, D_, R_>,
        }

        #[automatically_derived]
        impl<M_, D_, R_: __rt::Constant, P_: __rt::PathAnchor> __AtAnchor<P_> for #name<M_, D_, R_>
        where
            __rt::Path<M_, D_, R_>: __AtAnchor<P_>,
        {
            const HERE: Self = #name {
                #(#values: #constants,)*
                #itself: <__rt::Path<M_, D_, R_> as __AtAnchor<P_>>::HERE,
            };
        }

        #[automatically_derived]
        impl<M_, D_, R_: __rt::RunTime> __rt::Under for #name<M_, D_, R_> {
            fn under(repr: &__rt::PathSegments, _: __rt::Option<__rt::FieldNames>) -> Self {
                #name {
                    #(#values: #run_time,)*
                    #itself: __rt::Under::under(repr, __rt::None),
                }
            }
        }

        #impls
    }
}
