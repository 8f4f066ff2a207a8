//! A newtype as an attribute: it is stored, compared and used in keys as the type in it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use super::ir::{Newtype, place_of};

/// A newtype is all that the type in it is: each impl but the first holds only if the inner one does.
pub(super) fn expand(ident: &Ident, newtype: &Newtype) -> TokenStream {
    let Newtype { member, ty } = newtype;
    let inner = quote!(&self.#member);
    let outer = quote!(|value| #ident { #member: value });
    let attribute = attribute_impl(ident, newtype, &inner, &outer);
    let [key_part, key_attribute, set_element, generated_id, map_key] =
        ["KeyPart", "KeyAttribute", "SetElement", "GeneratedId", "MapKey"].map(|name| impl_header(ident, ty, name));
    quote! {
        #attribute

        #[automatically_derived]
        #key_part {
            const FORMATS: __rt::KeyFormats = <#ty as __rt::KeyPartIn<'__a>>::FORMATS;

            fn write_part(&self, key: &mut __rt::KeyWriter<'_>, format: __rt::KeyFormat) {
                <#ty as __rt::KeyPartIn<'__a>>::write_part(#inner, key, format);
            }

            fn parse_part(text: &__rt::PartText<'_>, format: __rt::KeyFormat) -> __Result<Self, __Fault> {
                <#ty as __rt::KeyPartIn<'__a>>::parse_part(text, format).map(#outer)
            }
        }

        #[automatically_derived]
        #key_attribute {
            const KEY_TYPE: __rt::KeyType = <#ty as __rt::KeyAttributeIn<'__a>>::KEY_TYPE;
            const ONE_FORM: bool = <#ty as __rt::KeyAttributeIn<'__a>>::ONE_FORM;

            fn to_key(&self) -> __rt::KeyValue {
                <#ty as __rt::KeyAttributeIn<'__a>>::to_key(#inner)
            }

            fn from_key(key: &__rt::KeyValue) -> __Result<Self, __Fault> {
                <#ty as __rt::KeyAttributeIn<'__a>>::from_key(key).map(#outer)
            }

            fn key_length(&self) -> usize {
                <#ty as __rt::KeyAttributeIn<'__a>>::key_length(#inner)
            }
        }

        #[automatically_derived]
        #set_element {
            const SET: __rt::Tag = <#ty as __rt::SetElementIn<'__a>>::SET;

            fn write_element(&self, writer: &mut __rt::Writer) {
                <#ty as __rt::SetElementIn<'__a>>::write_element(#inner, writer);
            }

            fn read_element(reader: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> {
                <#ty as __rt::SetElementIn<'__a>>::read_element(reader).map(#outer)
            }
        }

        #[automatically_derived]
        #generated_id {
            const IS_UUID: bool = <#ty as __rt::GeneratedIdIn<'__a>>::IS_UUID;

            fn is_unset(&self) -> bool {
                <#ty as __rt::GeneratedIdIn<'__a>>::is_unset(#inner)
            }

            fn generate(kind: __rt::IdKind, epoch_millis: i64) -> Self {
                (#outer)(<#ty as __rt::GeneratedIdIn<'__a>>::generate(kind, epoch_millis))
            }
        }

        #[automatically_derived]
        #map_key {
            fn to_map_key(&self) -> __rt::Cow<'_, str> {
                <#ty as __rt::MapKeyIn<'__a>>::to_map_key(#inner)
            }

            fn from_map_key(name: __rt::Cow<'_, str>) -> __Result<Self, __Fault> {
                <#ty as __rt::MapKeyIn<'__a>>::from_map_key(name).map(#outer)
            }
        }

        #[automatically_derived]
        impl __rt::ValueFor<#ident> for #ty {
            fn into_value(self) -> #ident {
                #ident { #member: self }
            }
        }

        #[automatically_derived]
        impl<'__a> __rt::ValueFor<#ident> for &'__a str where &'__a str: __rt::ValueFor<#ty> {
            fn into_value(self) -> #ident {
                #ident { #member: __rt::ValueFor::<#ty>::into_value(self) }
            }
        }
    }
}

/// The header of an impl that holds if the inner type has the trait.
///
/// It is at the name of the type: rustc advises to write by hand what it sees to be derived and not to hold.
fn impl_header(ident: &Ident, ty: &Type, name: &str) -> TokenStream {
    let of_newtype = Ident::new(name, ident.span());
    let of_inner = Ident::new(&format!("{name}In"), ident.span());
    quote_spanned!(ident.span()=> impl<'__a> __rt::#of_newtype for #ident where #ty: __rt::#of_inner<'__a>)
}

fn attribute_impl(ident: &Ident, newtype: &Newtype, inner: &TokenStream, outer: &TokenStream) -> TokenStream {
    let ty = &newtype.ty;
    let inner_attribute = quote_spanned!(place_of(ty)=> <#ty as __rt::Attribute>);
    // At the very span of the type, so that a type that is not an attribute is one error.
    let types = quote_spanned! {ty.span()=>
        type Kind = <#ty as __rt::Attribute>::Kind;
        type Value = Self;
        type Fields<M_, D_, R_: __rt::Role> = <#ty as __rt::Attribute>::Fields<M_, D_, R_>;
    };
    quote! {
        #[automatically_derived]
        impl __rt::Attribute for #ident {
            #types

            const TYPE: &'static str = #inner_attribute::TYPE;
            const FORM: __rt::Form = #inner_attribute::FORM;

            fn write(&self, writer: &mut __rt::Writer) {
                #inner_attribute::write(#inner, writer);
            }

            fn read(reader: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> {
                #inner_attribute::read(reader).map(#outer)
            }

            fn is_absent(&self) -> bool {
                #inner_attribute::is_absent(#inner)
            }

            fn when_missing() -> __rt::Option<Self> {
                #inner_attribute::when_missing().map(#outer)
            }
        }
    }
}
