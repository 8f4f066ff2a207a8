//! The tokens of a collection.

mod rows;
mod slots;

use std::collections::HashSet;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::check;
use super::ir::{Collection, CollectionShape, collectable};

pub(super) fn expand(collection: &Collection) -> TokenStream {
    let (ident, rt) = (&collection.ident, collection.krate.private());
    let checks = check::expand(collection);
    let schema = schema(collection);
    let hash = hash(collection);
    let indexes = indexes(collection);
    let has_models = has_models(collection);
    let bounds = bounds(collection);
    let in_table = (!collection.index_only).then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::InTable for #ident {}
        }
    });
    let shape = match &collection.shape {
        CollectionShape::Slots(slots) => slots::expand(ident, slots),
        CollectionShape::Rows { rows, other } => rows::expand(ident, rows, other.as_deref()),
    };
    let (items, methods) = (shape.items, shape.methods);
    let (schema_items, schema) = (schema.items, schema.methods);
    quote! {
        #[allow(deprecated, missing_debug_implementations, non_camel_case_types, non_snake_case, unused_qualifications)]
        #[allow(clippy::large_enum_variant)]
        const _: () = {
            use #rt as __rt;

            #checks
            #schema_items
            #items

            #[automatically_derived]
            impl __rt::Collection for #ident {
                #hash
                #schema
                #methods
            }

            #in_table
            #indexes
            #has_models
            #bounds
        };
    }
}

/// The members that filters can name. A member that is there twice is an error of its own.
fn has_models(collection: &Collection) -> TokenStream {
    let ident = &collection.ident;
    let mut seen = HashSet::new();
    let models = collection.models().into_iter().filter(|model| seen.insert(model.to_token_stream().to_string()));
    quote! {
        #(
            #[automatically_derived]
            impl __rt::HasModel<#models> for #ident {}
        )*
    }
}

/// The values that all range keys can begin with, for the bounds of a query. They convert to the bound of each model, and the
/// query compares the bounds.
fn bounds(collection: &Collection) -> TokenStream {
    let (ident, models) = (&collection.ident, collection.models());
    let bound = |shared: &str, method: &str, argument: &str, convert: &str| {
        let [shared, method, argument, convert] =
            [shared, method, argument, convert].map(|name| Ident::new(name, Span::call_site()));
        let sources = models.iter().map(|model| quote!(queried_source: __rt::SourceOf<#model>,));
        let arguments: Vec<_> = models
            .iter()
            .map(|model| quote!(__rt::#argument<#model, <queried_source as __rt::SourceOf<#model>>::RangeParts, as_given>))
            .collect();
        // The last model takes the value itself.
        let clones = (1..models.len()).map(|_| quote!(__rt::Clone::clone(&value))).chain([quote!(value)]);
        quote! {
            #[automatically_derived]
            impl<queried_source, given_value, as_given> __rt::#shared<queried_source, given_value, as_given> for #ident
            where
                #(#sources)*
                given_value: __rt::Clone #(+ #arguments)*,
            {
                fn #method(value: given_value) -> __rt::Vec<__rt::RangeBound> {
                    __rt::Vec::from([#(<given_value as #arguments>::#convert(#clones)),*])
                }
            }
        }
    };
    let shared = bound("SharedBound", "bounds", "RangePrefix", "into_bound");
    let beginnings = bound("SharedBeginning", "beginnings", "RangeBeginning", "into_beginning");
    quote!(#shared #beginnings)
}

/// The collection beside its errors.
pub(super) fn fallback(collection: &Collection) -> TokenStream {
    let (ident, rt) = (&collection.ident, collection.krate.private());
    let never = quote!(::core::unreachable!("the derive gave an error"));
    let models = collection.models();
    let Some(first) = models.first() else {
        return TokenStream::new();
    };
    let parts = collectable(first, "HashParts");
    let (output, marker) = match &collection.shape {
        CollectionShape::Slots(_) => (quote!(Self), quote!()),
        CollectionShape::Rows { .. } => (quote!(__rt::Vec<Self>), quote!(impl __rt::Rows for #ident {})),
    };
    quote! {
        const _: () = {
            use #rt as __rt;

            impl __rt::Collection for #ident {
                type HashParts = #parts;
                type Row = Self;
                type Output = #output;
                type Page = __rt::CollectionPage<#output>;
                const SCHEMA: &'static __rt::CollectionSchema =
                    &__rt::CollectionSchema::new("", &[], __rt::Unknown::Skipped);
                fn __hash_of(_: Self::HashParts) -> __rt::Result<__rt::KeyValue, __rt::Fault> { #never }
                fn __read(_: &mut __rt::Reader<'_>) -> __rt::Result<Self, __rt::Fault> { #never }
                fn __loaded<'s>(_: &'s mut Self, _: &'s __rt::HookContext<'_>) -> __rt::Loading<'s> { #never }
                fn __gather(_: __rt::Vec<Self>) -> __rt::Result<#output, __rt::Error> { #never }
                fn __page(_: __rt::Page<Self>) -> __rt::Result<Self::Page, __rt::Error> { #never }
            }

            impl<M> __rt::HasModel<M> for #ident {}
            impl __rt::InTable for #ident {}
            impl __rt::Paged for #ident {}
            #marker
        };
    }
}

/// What a part of a collection adds.
struct Parts {
    items: TokenStream,
    /// Of the `Collection` impl.
    methods: TokenStream,
}

/// The schema; lists are constants of their own, as they live for ever.
fn schema(collection: &Collection) -> Parts {
    let name = collection.ident.unraw().to_string();
    let models = collection.models();
    let names = models.iter().map(|model| collectable(model, "NAMES"));
    let models = models.iter().map(|model| collectable(model, "MODEL"));
    let unknown = match (&collection.shape, collection.deny_unknown) {
        (CollectionShape::Rows { other: Some(_), .. }, _) => quote!(Kept),
        (_, true) => quote!(Refused),
        (_, false) => quote!(Skipped),
    };
    Parts {
        items: quote! {
            const __MODELS: &[&__rt::ModelVTable] = &[#(#models),*];
            const __MEMBERS: &[__rt::Option<&[&str]>] = &[#(#names),*];
            const __SENSITIVE: [&str; __rt::sensitive_count(__MODELS)] = __rt::sensitive(__MODELS);
        },
        methods: quote! {
            const SCHEMA: &'static __rt::CollectionSchema =
                &__rt::CollectionSchema::new(#name, __MODELS, __rt::Unknown::#unknown)
                    .members(__MEMBERS)
                    .sensitive(&__SENSITIVE);
        },
    }
}

/// The hash key is that of the first model; the others have the same.
fn hash(collection: &Collection) -> TokenStream {
    let models = collection.models();
    let Some(first) = models.first() else {
        return TokenStream::new();
    };
    let (parts, hash_of) = (collectable(first, "HashParts"), collectable(first, "hash_of"));
    // The compiler looks at the signature again, where the function is said to be.
    quote_spanned! {first.span()=>
        type HashParts = #parts;

        fn __hash_of(parts: #parts) -> __rt::Result<__rt::KeyValue, __rt::Fault> {
            #hash_of(parts)
        }
    }
}

/// The indexes that hold all of every model, with keys of the same parts.
fn indexes(collection: &Collection) -> TokenStream {
    let (ident, models) = (&collection.ident, collection.models());
    let Some((first, others)) = models.split_first() else {
        return TokenStream::new();
    };
    let parts = quote!(<#first as __rt::CollectableIn<searched_index>>::HashParts);
    let bounds = others
        .iter()
        .map(|other| quote!(#other: __rt::CollectableIn<searched_index, HashParts: __rt::SameParts<#parts>>,));
    // At the name of the type: rustc advises to write by hand what it sees to be derived and not to hold.
    let header = quote_spanned! {ident.span()=>
        impl<searched_index> __rt::CollectionIn<searched_index> for #ident
        where
            searched_index: __rt::Index<Coverage: __rt::HoldsAll>,
            #first: __rt::CollectableIn<searched_index>,
            #(#bounds)*
    };
    quote! {
        #[automatically_derived]
        #header {
            type HashParts = #parts;
            const KEYS: &'static [(&'static [__rt::KeySource], &'static [__rt::KeySource])] =
                &[#((<#models as __rt::CollectableIn<searched_index>>::HASH, <#models as __rt::CollectableIn<searched_index>>::RANGE)),*];
        }
    }
}

/// The body of `__read`: the model that the item names, read and put into what `wrap` names.
fn read(models: &[&Type], wrap: &dyn Fn(usize) -> TokenStream, other: Option<&TokenStream>) -> TokenStream {
    let arms = models.iter().enumerate().map(|(index, model)| {
        let (number, read, wrap) = (Literal::usize_unsuffixed(index), collectable(model, "read"), wrap(index));
        quote!(#number => __rt::Result::map(#read(reader), #wrap),)
    });
    let other = other.map(|other| quote!(__rt::OTHER => #other,));
    quote! {
        fn __read(reader: &mut __rt::Reader<'_>) -> __rt::Result<Self::Row, __rt::Fault> {
            match __rt::model_of(reader, <Self as __rt::Collection>::SCHEMA)? {
                #(#arms)*
                #other
                number => __rt::Err(__rt::foreign(number)),
            }
        }
    }
}
