//! The traits of a model that expires.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::model::ir::Model;

/// The traits of a model with a TTL attribute.
pub(super) fn expand(model: &Model) -> Option<TokenStream> {
    let ident = &model.ident;
    let field = model.ttl.map(|_| {
        quote! {
            #[automatically_derived]
            impl __rt::TtlField for #ident {}
        }
    });
    (model.ttl.is_some() || model.is_expiry_kept()).then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::HasTtl for #ident {}

            #field
        }
    })
}

/// The expiry that a value carries, among the items of `impl Model`.
pub(super) fn items(model: &Model) -> Option<TokenStream> {
    let field = &model.fields[model.ttl?];
    let (field_ident, ty) = (&field.ident, &field.ty);
    let get = quote_spanned!(field.ty_span=> <#ty as __rt::TtlFieldType>::get(&self.#field_ident));
    let set = quote_spanned!(field.ty_span=> <#ty as __rt::TtlFieldType>::set(&mut self.#field_ident, expires_at));
    Some(quote! {
        fn __ttl(&self) -> __rt::Option<__rt::TTLAttribute> {
            #get
        }

        fn __set_ttl(&mut self, expires_at: __rt::TTLAttribute) {
            #set;
        }
    })
}
