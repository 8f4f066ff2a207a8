//! A collection that is an enum: each item is one row.

use proc_macro2::Ident;
use quote::{quote, quote_spanned};
use syn::Type;

use super::{Parts, read};
use crate::collection::ir::{Other, Row, collectable, place_of};

/// An enum: it is its own row.
pub(super) fn expand(ident: &Ident, rows: &[Row], other: Option<&Other>) -> Parts {
    let models: Vec<&Type> = rows.iter().map(|row| &row.model).collect();
    let wrap = |index: usize| {
        let variant = &rows[index].ident;
        quote!(#ident::#variant)
    };
    let read_other = other.map(|Other { ident: variant, ty }| {
        let convert = quote_spanned!(place_of(ty)=> <#ty as __rt::HoldsOther>::from_item);
        quote!(__rt::Result::map(__rt::read_other(reader), |item| #ident::#variant(#convert(item))))
    });
    let read = read(&models, &wrap, read_other.as_ref());
    let loaded = rows.iter().map(|Row { ident: variant, model }| {
        let loading = collectable(model, "loading");
        quote!(#ident::#variant(item) => #loading(item, cx),)
    });
    let other_loaded =
        other.map(|Other { ident: variant, .. }| quote!(#ident::#variant(_) => __rt::nothing_to_load(),));
    Parts {
        items: quote! {
            #[automatically_derived]
            impl __rt::Rows for #ident {}

            #[automatically_derived]
            impl __rt::Paged for #ident {}
        },
        methods: quote! {
            type Row = Self;
            type Output = __rt::Vec<Self>;
            type Page = __rt::Page<Self>;

            #read

            fn __loaded<'s>(row: &'s mut Self, cx: &'s __rt::HookContext<'_>) -> __rt::Loading<'s> {
                match row {
                    #(#loaded)*
                    #other_loaded
                }
            }

            fn __gather(rows: __rt::Vec<Self>) -> __rt::Result<__rt::Vec<Self>, __rt::Error> {
                __rt::Ok(rows)
            }

            fn __page(page: __rt::Page<Self>) -> __rt::Result<__rt::Page<Self>, __rt::Error> {
                __rt::Ok(page)
            }
        },
    }
}
