//! An enum without data as an attribute: the name of its variant.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::ir::UnitVariant;
use super::leaf::leaf;

/// An enum without data is the name of its variant, wherever a string may stand.
pub(super) fn expand(ident: &Ident, variants: &[UnitVariant]) -> TokenStream {
    let enum_name = ident.unraw().to_string();
    let idents: Vec<&Ident> = variants.iter().map(|variant| &variant.ident).collect();
    let names: Vec<&str> = variants.iter().map(|variant| variant.name.text.as_str()).collect();
    let leaf = leaf("Symbol");
    quote! {
        fn __name(variant: &#ident) -> &'static str {
            match variant {
                #(#ident::#idents => #names,)*
            }
        }

        fn __variant(name: &str) -> __Result<#ident, __Fault> {
            match name {
                #(#names => __rt::Ok(#ident::#idents),)*
                _ => __rt::Err(__rt::unknown_variant(#enum_name)),
            }
        }

        #[automatically_derived]
        impl __rt::Attribute for #ident {
            #leaf
            const TYPE: &'static str = "S";

            fn write(&self, writer: &mut __rt::Writer) {
                writer.string(__name(self));
            }

            fn read(reader: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> {
                __variant(&reader.text()?)
            }
        }

        #[automatically_derived]
        impl __rt::KeyPart for #ident {
            fn write_part(&self, key: &mut __rt::KeyWriter<'_>, _: __rt::KeyFormat) {
                key.escaped(__name(self));
            }

            fn parse_part(text: &__rt::PartText<'_>, _: __rt::KeyFormat) -> __Result<Self, __Fault> {
                __rt::key_variant(__variant(&text.unescaped()?))
            }
        }

        #[automatically_derived]
        impl __rt::KeyAttribute for #ident {
            const KEY_TYPE: __rt::KeyType = __rt::KeyType::S;
            const ONE_FORM: bool = true;

            fn to_key(&self) -> __rt::KeyValue {
                __rt::From::from(__name(self))
            }

            fn from_key(key: &__rt::KeyValue) -> __Result<Self, __Fault> {
                __rt::key_variant(__variant(__rt::text_of(key)?))
            }

            fn key_length(&self) -> usize {
                __name(self).len()
            }
        }

        #[automatically_derived]
        impl __rt::SetElement for #ident {
            const SET: __rt::Tag = __rt::Tag::Ss;

            fn write_element(&self, writer: &mut __rt::Writer) {
                writer.raw_text(__name(self));
            }

            fn read_element(reader: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> {
                __variant(&reader.raw_text()?)
            }
        }

        #[automatically_derived]
        impl __rt::MapKey for #ident {
            fn to_map_key(&self) -> __rt::Cow<'_, str> {
                __rt::Cow::Borrowed(__name(self))
            }

            fn from_map_key(name: __rt::Cow<'_, str>) -> __Result<Self, __Fault> {
                __variant(&name)
            }
        }
    }
}
