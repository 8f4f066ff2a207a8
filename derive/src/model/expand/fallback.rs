//! What is emitted beside the errors of a model, so that code that uses the model does not complain as well.

use proc_macro2::TokenStream;
use quote::quote;

use super::{builder, expires, fields, keys, managed};
use crate::krate::imports_of_model;
use crate::model::ir::Model;
use crate::record::Record;

pub(super) fn expand(model: &Model) -> TokenStream {
    let (ident, rt, imports) = (&model.ident, model.krate.private(), imports_of_model());
    let never = quote!(::core::unreachable!("the derive gave an error"));
    let record = Record { ident, fields: &model.fields, item: None, has_paths: false, is_variant: false };
    let record_impl = record.fallback(&never);
    let types = |parts: Vec<usize>| {
        let types = parts.into_iter().map(|part| &model.fields[part].ty);
        quote!((#(#types,)*))
    };
    let unknown = || quote!(__rt::UnknownParts);
    let (key_parts, hash_parts, range_parts) = if model.has_known_keys {
        (types(model.key_parts()), types(model.hash_key.parts()), keys::range_parts(model))
    } else {
        (unknown(), unknown(), unknown())
    };
    let managed = managed::expand(model);
    let (paths, fields) = fields::expand(model, true);
    let default_fns = record.default_fns();
    let hooks = super::hooks(model);
    let expires = expires::expand(model);
    let builder_struct = builder::structure(model);
    let builder = builder::expand(model);
    quote! {
        #builder_struct

        #[allow(deprecated, non_camel_case_types, non_snake_case, unused_imports, unused_qualifications)]
        const _: () = {
            use #rt as __rt;
            #imports

            #record_impl
            #hooks

            // Whether a save would change the value is not known after a mistake.
            impl __rt::Unmanaged for #ident {}

            impl __rt::Model for #ident {
                type KeyParts = #key_parts;
                type HashParts = #hash_parts;
                type RangeParts = #range_parts;
                #fields
                #managed
                const SCHEMA: &'static __rt::ModelSchema = __rt::NO_MODEL;
                fn config() -> __rt::ModelConfig { #never }
                fn __key(&self) -> __Result<__rt::RawKey, __Fault> { #never }
                fn __key_of(_: Self::KeyParts) -> __Result<__rt::RawKey, __Fault> { #never }
                fn __hash_of(_: Self::HashParts) -> __Result<__rt::KeyValue, __Fault> { #never }
                fn __key_fields(_: &__rt::RawKey, _: &mut __rt::Writer) -> __Result<(), __Fault> { #never }
                fn __parts(_: &__rt::RawKey) -> __Result<Self::KeyParts, __Fault> { #never }
            }

            // The mistake may be in the keys of an index.
            impl<I: __rt::Index> __rt::HasKeysIn<I> for #ident {
                type HashParts = __rt::UnknownParts;
                type RangeParts = __rt::UnknownParts;
                const HASH: &'static [__rt::KeySource] = &[];
                const RANGE: &'static [__rt::KeySource] = &[];
            }

            #paths
            #expires
            #default_fns
            #builder
        };
    }
}
