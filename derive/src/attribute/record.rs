//! A struct with named fields as an attribute: a map.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Visibility;

use crate::field::Field;
use crate::nested_field;
use crate::paths::{self, Paths};
use crate::record::Record;

/// The struct with its paths beside its errors: what uses it has no errors of its own.
pub(super) fn fallback(ident: &Ident, vis: &Visibility, fields: &[Field], never: &TokenStream) -> TokenStream {
    let record = Record { ident, fields, item: None, has_paths: true, is_variant: false }.fallback(never);
    let paths = Paths { ident, vis, fields, index_only: Vec::new(), has_errors: true, is_variant: false }.nested();
    let paths_ident = paths::ident(ident);
    let nested_fields = nested_field::expand(ident, vis, fields);
    quote! {
        #record
        #paths
        #nested_fields

        impl __rt::Attribute for #ident {
            type Kind = __rt::Map;
            type Value = Self;
            type Fields<M, D, R: __rt::Role> = #paths_ident<M, D, R>;
            const TYPE: &'static str = "M";
            fn write(&self, _: &mut __rt::Writer) { #never }
            fn read(_: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> { #never }
        }
    }
}

/// A struct with named fields is a map.
pub(super) fn expand(ident: &Ident, vis: &Visibility, fields: &[Field]) -> TokenStream {
    let record = Record { ident, fields, item: None, has_paths: true, is_variant: false }.expand();
    let paths = Paths { ident, vis, fields, index_only: Vec::new(), has_errors: false, is_variant: false }.nested();
    let paths_ident = paths::ident(ident);
    let nested_fields = nested_field::expand(ident, vis, fields);
    quote! {
        #record
        #paths
        #nested_fields

        #[automatically_derived]
        impl __rt::Attribute for #ident {
            type Kind = __rt::Map;
            type Value = Self;
            type Fields<M, D, R: __rt::Role> = #paths_ident<M, D, R>;

            const TYPE: &'static str = "M";
            const FORM: __rt::Form = __rt::Form::of::<Self>();

            fn write(&self, writer: &mut __rt::Writer) {
                __rt::write_map(self, writer);
            }

            fn read(reader: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> {
                __rt::read_map(reader)
            }
        }
    }
}
