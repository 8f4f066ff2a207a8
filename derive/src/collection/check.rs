//! Rules between the models, which only the compiler sees together: assertions in constants, each at the model
//! that breaks it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::ir::{Collection, place_of};

pub(super) fn expand(collection: &Collection) -> TokenStream {
    let models = collection.models();
    let Some((first, others)) = models.split_first() else {
        return TokenStream::new();
    };
    let alone = others.is_empty() && !collection.minds_unknown();
    let named = (!alone).then(|| {
        let message = "the table has no entity attribute, by which a collection tells models apart; add `entity = \"_type\"` to the table";
        quote_spanned! {place_of(first)=>
            const _: () = if !__rt::has_entity(<#first as __rt::Model>::SCHEMA) {
                ::core::panic!(#message);
            };
        }
    });
    let others = others.iter().enumerate().map(|(number, other)| {
        let earlier = &models[..=number];
        let table = "the model lives in another table than the first of the collection; one query reads one table";
        let template = "the model has another hash key template than the first of the collection; one query reads one partition, so write the same text and the same number of digits";
        let entity = "the entity has the name of another model of the collection, so their items look alike; write another `entity_name = \"..\"`, or hold the model once";
        let optional = "another model of the collection takes the items without an entity attribute already; remove `entity = \"optional\"` from one";
        let twins = earlier.iter().map(|earlier| {
            quote_spanned! {place_of(other)=>
                if __rt::is_same_entity(<#earlier as __rt::Model>::SCHEMA, <#other as __rt::Model>::SCHEMA) {
                    ::core::panic!(#entity);
                }
                if __rt::are_both_optional(<#earlier as __rt::Model>::SCHEMA, <#other as __rt::Model>::SCHEMA) {
                    ::core::panic!(#optional);
                }
            }
        });
        let partition = (!collection.index_only).then(|| {
            quote_spanned! {place_of(other)=>
                __rt::same_hash_parts::<#first, #other>();
                if !__rt::is_same_source(&<#first as __rt::Model>::SCHEMA.keys.0, &<#other as __rt::Model>::SCHEMA.keys.0) {
                    ::core::panic!(#template);
                }
            }
        });
        // One body, so that one mistake is one error: what does not pass the type check is not evaluated.
        quote_spanned! {place_of(other)=>
            const _: () = {
                if !__rt::is_same_table(<#first as __rt::Model>::SCHEMA, <#other as __rt::Model>::SCHEMA) {
                    ::core::panic!(#table);
                }
                #partition
                #(#twins)*
            };
        }
    });
    quote!(#named #(#others)*)
}
