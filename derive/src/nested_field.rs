//! `KeySources`: the fields of a nested struct, which its derive lists for the derives of models.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Visibility;
use syn::ext::IdentExt as _;

use crate::field::{Field, FieldPlace, Storage, number_type, places};
use crate::shape::is_primitive;
use crate::values::values_type;

/// The impl, if keys of a model can be made from a field.
pub(crate) fn expand(ident: &Ident, vis: &Visibility, fields: &[Field]) -> Option<TokenStream> {
    let mut fields: Vec<(&Field, FieldPlace, bool)> =
        places(fields).map(|(_, field, place)| (field, place, is_key_source(field, vis))).collect();
    fields.sort_by_key(|(_, place, _)| matches!(place, FieldPlace::Flattened(_)));
    if !fields.iter().any(|(_, _, is_source)| *is_source) {
        return None;
    }
    let types =
        fields.iter().map(|(field, place, is_source)| if *is_source { source(field, place) } else { quote!(()) });
    let types = values_type(&quote!(__rt), types);
    let ident_of = |(field, _, is_source): &(&Field, FieldPlace, bool)| {
        if *is_source { field.ident.unraw().to_string() } else { String::new() }
    };
    let idents: Vec<String> = fields.iter().map(ident_of).collect();
    let is_default = fields
        .iter()
        .zip(&idents)
        .all(|((field, place, _), ident)| matches!(place, FieldPlace::Attribute(_)) && field.name.text == *ident);
    let idents = (!is_default).then(|| quote!(const IDENTS: &'static [&'static str] = &[#(#idents),*];));
    let arms = fields.iter().enumerate().filter(|(_, (_, _, is_source))| *is_source).map(|(at, (field, ..))| {
        let (at, own) = (Literal::usize_unsuffixed(at), &field.ident);
        // An `Option` is recognized by its name. Another type of this name is a compile error here.
        match field.optional() {
            Some(ty) => quote!(#at => { let field: &__rt::Option<#ty> = &self.#own; field }),
            None => quote!(#at => &self.#own,),
        }
    });
    Some(quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __rt::KeySources for #ident {
            type Fields = #types;
            #idents

            fn field(&self, at: usize) -> &dyn __rt::Any {
                match at {
                    #(#arms)*
                    _ => &(),
                }
            }
        }
    })
}

/// The field as the runtime's `NestedField`.
fn source(field: &Field, place: &FieldPlace) -> TokenStream {
    let ty = field.optional().unwrap_or(&field.ty);
    match place {
        FieldPlace::Flattened(nth) => {
            let nth = number_type(*nth);
            quote_spanned!(field.ty_span=> __rt::FlattenedField<#ty, #nth>)
        }
        FieldPlace::Attribute(_) if field.optional().is_some() => {
            quote_spanned!(field.ty_span=> __rt::OptionalField<#ty>)
        }
        FieldPlace::Attribute(_) => quote_spanned!(field.ty_span=> __rt::StoredField<#ty>),
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
