//! An enum whose variants are stored as what they hold, and recognized by it: the first that reads a value is its variant.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Visibility;
use syn::ext::IdentExt;

use super::data_enum::{fields_record, read_content, write_content};
use super::ir::Variant;
use super::leaf::leaf;

pub(super) fn expand(ident: &Ident, vis: &Visibility, variants: &[Variant]) -> TokenStream {
    let records = variants.iter().filter_map(|variant| fields_record(ident, vis, variant, false));
    let name = ident.unraw().to_string();
    let reads = variants.iter().enumerate().map(|(number, variant)| {
        let read = read_content(ident, variant);
        quote! {
            if #number < variants {
                if let __rt::Some(value) = __rt::attempt(reader, |reader| #read)? {
                    return __rt::Ok(__rt::Some(value));
                }
            }
        }
    });
    let writes = variants.iter().map(|variant| write_content(ident, variant, &TokenStream::new()));
    let numbers = variants.iter().enumerate().map(|(number, variant)| {
        let case = &variant.ident;
        quote!(#ident::#case { .. } => #number,)
    });
    let (leaf, all) = (leaf("Document"), variants.len());
    quote! {
        #(#records)*

        /// Reads the value as one of the first so many variants.
        fn __read(reader: &mut __rt::Reader<'_>, variants: __rt::usize) -> __Result<__rt::Option<#ident>, __Fault> {
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

            fn read(reader: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> {
                __read(reader, #all)?.ok_or_else(|| __rt::no_variant(#name))
            }
        }
    }
}
