//! What is emitted beside the errors of a model, so that code that uses the model does not complain as well.

use proc_macro2::TokenStream;
use quote::quote;

use super::{builder, expires, fields, keys, managed};
use crate::model::ir::Model;
use crate::record::Record;

pub(super) fn expand(model: &Model) -> TokenStream {
    let (ident, rt) = (&model.ident, model.krate.private());
    let never = quote!(::core::unreachable!("the derive gave an error"));
    let record = Record { ident, fields: &model.fields, item: None, has_paths: false };
    let record_impl = record_impl(model, &never);
    let types = |parts: Vec<usize>| {
        let types = parts.into_iter().map(|part| &model.fields[part].ty);
        quote!((#(#types,)*))
    };
    let (key_parts, hash_parts) = (types(model.key_parts()), types(model.hash_key.parts()));
    let (range_parts, managed) = (keys::range_parts(model), managed::expand(model));
    let (paths, fields) = fields::expand(model, true);
    let default_fns = record.default_fns();
    let hooks = super::hooks(model);
    let expires = expires::expand(model);
    let builder_struct = builder::structure(model);
    let builder = builder::expand(model);
    quote! {
        #builder_struct

        #[allow(deprecated, non_camel_case_types, non_snake_case, unused_qualifications)]
        const _: () = {
            use #rt as __rt;

            #record_impl
            #hooks

            impl __rt::Model for #ident {
                type KeyParts = #key_parts;
                type HashParts = #hash_parts;
                type RangeParts = #range_parts;
                #fields
                #managed
                const SCHEMA: &'static __rt::ModelSchema = __rt::NO_MODEL;
                const __RANGE_PREFIX: &'static str = "";
                fn config() -> __rt::ModelConfig { #never }
                fn __key(&self) -> __rt::Result<__rt::RawKey, __rt::Fault> { #never }
                fn __key_of(_: Self::KeyParts) -> __rt::Result<__rt::RawKey, __rt::Fault> { #never }
                fn __hash_of(_: Self::HashParts) -> __rt::Result<__rt::KeyValue, __rt::Fault> { #never }
                fn __key_fields(_: &__rt::RawKey, _: &mut __rt::Writer) -> __rt::Result<(), __rt::Fault> { #never }
                fn __parts(_: &__rt::RawKey) -> __rt::Result<Self::KeyParts, __rt::Fault> { #never }
            }

            #paths
            #expires
            #default_fns
            #builder
        };
    }
}

fn record_impl(model: &Model, never: &TokenStream) -> TokenStream {
    let ident = &model.ident;
    quote! {
        impl __rt::Record for #ident {
            type Slots = ();
            type Paths<M, D, R: __rt::expr::Role> = __rt::expr::Path<M, D, R>;
            const COUNT: u8 = 0;
            const NAMES: &'static __rt::Names = &__rt::Names::new(&[], &[]);
            fn field_of(_: &[u8]) -> u8 { __rt::UNKNOWN }
            fn fill(_: &mut (), _: u8, _: &mut __rt::Reader<'_>) -> __rt::Result<(), __rt::Fault> { #never }
            fn finish((): ()) -> __rt::Result<Self, __rt::Fault> { #never }
            fn write_fields(&self, _: &mut __rt::Writer) { #never }
        }
    }
}
