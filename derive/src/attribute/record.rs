use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::paths::leaf;
use crate::field::Field;
use crate::record::Record;

/// A struct with named fields is a map.
pub(super) fn expand(ident: &Ident, fields: &[Field]) -> TokenStream {
    let record = Record { ident, fields, item: None }.expand();
    let leaf = leaf("Map");
    quote! {
        #record

        #[automatically_derived]
        impl __rt::Attribute for #ident {
            #leaf
            const TYPE: &'static str = "M";

            fn write(&self, writer: &mut __rt::Writer) {
                __rt::write_map(self, writer);
            }

            fn read(reader: &mut __rt::Reader<'_>) -> __rt::Result<Self, __rt::Fault> {
                __rt::read_map(reader)
            }
        }
    }
}
