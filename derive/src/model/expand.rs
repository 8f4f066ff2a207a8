//! The tokens of a model.

mod builder;
mod checks;
mod expires;
mod fallback;
mod fields;
mod index_keys;
mod index_of;
mod index_only;
mod key_fields;
mod keys;
mod managed;
mod nested;
mod record;
mod schema;
mod sources;
mod template;
mod validate;
mod when;

use proc_macro2::TokenStream;
use quote::quote;

use super::ir::Model;
use crate::krate::imports_of_model;

pub(super) fn expand(model: &Model) -> TokenStream {
    let (ident, rt, imports) = (&model.ident, model.krate.private(), imports_of_model());
    let table = schema::table(model);
    let record = record::expand(model);
    let key_fns = keys::functions(model);
    let when_fns = when::functions(model);
    let index_only = index_only::functions(model);
    let key_items = keys::items(model);
    let key_fields = key_fields::expand(model);
    let nested = nested::constants(model);
    let sources = sources::constants(model);
    let managed = managed::expand(model);
    let unmanaged = managed::unmanaged(model);
    let validate = validate::expand(model);
    let write = managed::write(model);
    let (paths, fields) = fields::expand(model, false);
    let upgrades = model.numbered.expand().map(|(upgrades, _)| upgrades);
    let schema = schema::schema(model);
    let config = schema::config(model);
    let hooks = hooks(model);
    let expiry = expires::items(model);
    let expires = expires::expand(model);
    let index_of = index_of::expand(model);
    let (checks, separate_checks) = checks::expand(model);
    let builder_struct = builder::structure(model);
    let builder = builder::expand(model);
    quote! {
        #builder_struct

        #[allow(deprecated, non_camel_case_types, non_snake_case, unused_imports, unused_qualifications)]
        const _: () = {
            use #rt as __rt;
            #imports

            #table
            #nested
            #sources
            #upgrades
            #record
            #paths
            #key_fns
            #when_fns
            #index_only
            #hooks
            #unmanaged

            #[automatically_derived]
            impl __rt::Model for #ident {
                #key_items
                #key_fields
                #managed
                #write
                #validate
                #fields
                #schema
                #config
                #expiry
            }

            #index_of
            #expires
            #separate_checks
            #builder

            #checks
        };
    }
}

/// The model beside its errors.
pub(super) fn fallback(model: &Model) -> TokenStream {
    fallback::expand(model)
}

/// The impl without hooks, unless the user writes one.
fn hooks(model: &Model) -> Option<TokenStream> {
    let ident = &model.ident;
    (!model.hooks).then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::Hooks for #ident {
                const ANY: bool = false;
            }
        }
    })
}
