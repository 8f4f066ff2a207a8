//! A collection that is a struct: its rows are gathered into the fields.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Type;

use super::{Parts, read};
use crate::collection::ir::{Holds, Slot, collectable};

/// A struct: its rows are a private enum, and fall into the fields when all are read.
pub(super) fn expand(ident: &Ident, slots: &[Slot]) -> Parts {
    let models: Vec<&Type> = slots.iter().map(|slot| &slot.model).collect();
    let variants: Vec<Ident> = (0..slots.len()).map(|index| format_ident!("S{index}")).collect();
    let wrap = |index: usize| {
        let variant = &variants[index];
        quote!(|item| __Row(__Slot::#variant(item)))
    };
    let read = read(&models, &wrap, None);
    let gather = gather(slots, &variants);
    let loading = models.iter().map(|model| collectable(model, "loading"));
    let paged = slots.iter().all(|slot| slot.holds != Holds::One).then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::Paged for #ident {}
        }
    });
    Parts {
        items: quote! {
            #[doc(hidden)]
            pub struct __Row(__Slot);

            enum __Slot { #(#variants(#models),)* }

            #paged
        },
        methods: quote! {
            type Row = __Row;
            type Output = Self;
            type Page = __rt::CollectionPage<Self>;

            #read

            fn __loaded<'s>(row: &'s mut __Row, cx: &'s __rt::HookContext<'_>) -> __rt::Loading<'s> {
                match &mut row.0 {
                    #(__Slot::#variants(item) => #loading(item, cx),)*
                }
            }

            #gather

            fn __page(page: __rt::Page<__Row>) -> __rt::Result<__rt::CollectionPage<Self>, __rt::Error> {
                __rt::gathered::<Self>(page)
            }
        },
    }
}

fn gather(slots: &[Slot], variants: &[Ident]) -> TokenStream {
    let locals: Vec<Ident> = (0..slots.len()).map(|index| format_ident!("slot_{index}")).collect();
    let starts = slots.iter().zip(&locals).map(|(slot, local)| {
        let model = &slot.model;
        match slot.holds {
            Holds::Many => quote!(let mut #local = __rt::Vec::<#model>::new();),
            Holds::One | Holds::Optional => quote!(let mut #local = __rt::Option::<#model>::None;),
        }
    });
    let arms = slots.iter().zip(&locals).zip(variants).map(|((slot, local), variant)| {
        let one = collectable(&slot.model, "put");
        let put = match slot.holds {
            Holds::Many => quote!(#local.push(item)),
            Holds::One | Holds::Optional => quote!(#one(item, &mut #local)?),
        };
        quote!(__Slot::#variant(item) => #put,)
    });
    let fields = slots.iter().zip(&locals).map(|(slot, local)| {
        let (ident, the_one) = (&slot.ident, collectable(&slot.model, "the_one"));
        match slot.holds {
            Holds::One => quote!(#ident: #the_one(#local)?,),
            Holds::Many | Holds::Optional => quote!(#ident: #local,),
        }
    });
    quote! {
        fn __gather(rows: __rt::Vec<__Row>) -> __rt::Result<Self, __rt::Error> {
            #(#starts)*
            for __Row(slot) in rows {
                match slot {
                    #(#arms)*
                }
            }
            __rt::Ok(Self { #(#fields)* })
        }
    }
}
