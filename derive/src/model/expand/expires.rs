use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::model::ir::Model;

/// The `Expires` impl of a model with a TTL attribute.
pub(super) fn expand(model: &Model) -> Option<TokenStream> {
    let field = &model.fields[model.ttl?];
    let (ident, field_ident, ty) = (&model.ident, &field.ident, &field.ty);
    let get = quote_spanned!(field.ty_span()=> <#ty as __rt::TtlField>::get(&self.#field_ident));
    let set = quote_spanned!(field.ty_span()=> <#ty as __rt::TtlField>::set(&mut self.#field_ident, expires_at));
    Some(quote! {
        #[automatically_derived]
        impl __rt::Expires for #ident {
            fn ttl(&self) -> __rt::Option<__rt::TTLAttribute> {
                #get
            }

            fn __set_ttl(&mut self, expires_at: __rt::TTLAttribute) {
                #set;
            }
        }
    })
}
