//! `HasField`: what the derive of a nested struct states about its fields, for other derives.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Visibility;
use syn::ext::IdentExt as _;

use crate::field::{Field, FieldPlace, Storage, places};
use crate::shape::is_primitive;

/// The parameter of `HasField` for a name: FNV-1a, which both derives compute.
pub(crate) fn hash(name: &str) -> Literal {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Literal::u64_suffixed(hash)
}

/// The impls for the fields from which keys of a model can be made.
pub(crate) fn expand(ident: &Ident, vis: &Visibility, fields: &[Field]) -> TokenStream {
    let sources = places(fields).filter(|(_, field, _)| is_key_source(field, vis));
    sources.map(|(_, field, place)| expand_field(ident, field, &place)).collect()
}

fn expand_field(ident: &Ident, field: &Field, place: &FieldPlace) -> TokenStream {
    let hash = hash(&field.ident.unraw().to_string());
    let (own, ty, is_optional) = (&field.ident, field.optional().unwrap_or(&field.ty), field.optional().is_some());
    let ty = quote_spanned!(field.ty_span=> #ty);
    let place = place.as_type();
    let optional = is_optional.then(|| quote! { const IS_OPTIONAL: __rt::bool = true; });
    let value = if is_optional { quote!(__rt::Option::as_ref(&self.#own)) } else { quote!(__rt::Some(&self.#own)) };
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __rt::HasField<#hash> for #ident {
            type Value = #ty;
            type Place = #place;
            #optional

            fn value(&self) -> __rt::Option<&#ty> {
                #value
            }
        }
    }
}

/// Whether keys can be made from the field: a stored item must have one form of the value, under one name. The type must not
/// be more private than the struct, because rustc refuses it then; the derive knows only the visibility of the field.
fn is_key_source(field: &Field, vis: &Visibility) -> bool {
    let has_one_form = field.default.is_none() && field.aliases().next().is_none();
    let is_visible = match (&field.vis, vis) {
        (Visibility::Public(_), _) | (_, Visibility::Inherited) => true,
        (own, vis) => own.to_token_stream().to_string() == vis.to_token_stream().to_string(),
    };
    let is_public = || is_primitive(field.optional().unwrap_or(&field.ty));
    matches!(field.storage, Storage::Attribute | Storage::Flattened) && has_one_form && (is_visible || is_public())
}
