//! An enum whose variants are stored as what they hold, and recognized by it: the first that reads a value is its variant.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::data_enum::{bind, fields_record, rebuild, record_ident};
use super::ir::{Content, Variant, place_of};
use super::leaf::leaf;

pub(super) fn expand(ident: &Ident, variants: &[Variant]) -> TokenStream {
    let records = variants.iter().filter_map(fields_record);
    let name = ident.unraw().to_string();
    let reads = variants.iter().enumerate().map(|(number, variant)| {
        let read = read(ident, variant);
        quote! {
            if #number < variants && let __rt::Some(value) = __rt::attempt(reader, |reader| #read)? {
                return __rt::Ok(__rt::Some(value));
            }
        }
    });
    let writes = variants.iter().map(|variant| write(ident, variant));
    let numbers = variants.iter().enumerate().map(|(number, variant)| {
        let case = &variant.ident;
        quote!(#ident::#case { .. } => #number,)
    });
    let (leaf, all) = (leaf("Document"), variants.len());
    quote! {
        #(#records)*

        /// Reads the value as one of the first so many variants.
        fn __read(reader: &mut __rt::Reader<'_>, variants: __rt::usize) -> __rt::Result<__rt::Option<#ident>, __rt::Fault> {
            #(#reads)*
            __rt::Ok(__rt::None)
        }

        #[automatically_derived]
        impl __rt::Attribute for #ident {
            #leaf
            const TYPE: &'static str = "any";

            fn write(&self, writer: &mut __rt::Writer) {
                let start = __rt::value_start(writer);
                match self {
                    #(#writes)*
                }
                let variant = match self {
                    #(#numbers)*
                };
                __rt::check_untagged(writer, start, #name, |reader| __read(reader, variant).map(|read| read.is_none()));
            }

            fn read(reader: &mut __rt::Reader<'_>) -> __rt::Result<Self, __rt::Fault> {
                __read(reader, #all)?.ok_or_else(|| __rt::no_variant(#name))
            }
        }
    }
}

fn read(ident: &Ident, variant: &Variant) -> TokenStream {
    let case = &variant.ident;
    match &variant.content {
        Content::Newtype(ty) => {
            let read = quote_spanned!(place_of(ty)=> <#ty as __rt::Attribute>::read(reader));
            quote!(#read.map(#ident::#case))
        }
        Content::Struct(fields) => {
            let (record, rebuild) = (record_ident(variant), rebuild(ident, variant, fields));
            quote!(__rt::read_map::<#record>(reader).map(#rebuild))
        }
        Content::Unit => quote!(__rt::read_unit(reader).map(|()| #ident::#case)),
    }
}

fn write(ident: &Ident, variant: &Variant) -> TokenStream {
    let case = &variant.ident;
    match &variant.content {
        Content::Newtype(ty) => {
            let write = quote_spanned!(place_of(ty)=> <#ty as __rt::Attribute>::write(__value, writer));
            quote!(#ident::#case(__value) => #write,)
        }
        Content::Struct(fields) => {
            let ((pattern, locals), record) = (bind(fields), record_ident(variant));
            quote! {
                #ident::#case #pattern => {
                    if __rt::open_variant(writer) {
                        #record::write(writer, #(#locals),*);
                    }
                    writer.close_map();
                }
            }
        }
        // The parser refuses it.
        Content::Unit => quote!(#ident::#case => writer.null(),),
    }
}
