//! Rules between the models, which only the compiler sees together: assertions in constants, each at the model
//! that breaks it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;

use super::ir::{Collection, collectable, place_of};

const NO_ENTITY: &str = "the table has no entity attribute, and the keys of the model do not begin with literal text by which a collection recognizes its items; add `entity = \"_type\"` to the table";
const SAME_KEYS: &str = "the table has no entity attribute, and a key can be one of this model and of another model of the collection; add `entity = \"_type\"` to the table, or begin the range keys with different text, such as `ORDER#`";
const OTHER_TABLE: &str =
    "the model lives in another table than the first of the collection; one query reads one table";
const OTHER_TEMPLATE: &str = "the model has another hash key template than the first of the collection; one query reads one partition, so write the same text, and numbers of the same width, or `#[collection(index_only)]` where they meet in an index";
const SAME_ENTITY: &str = "the entity has the name of another model of the collection, so their items look alike; write another `entity_name = \"..\"`, or hold the model once";
const BOTH_OPTIONAL: &str = "another model of the collection already takes the items without an entity attribute; remove `entity = \"optional\"` from one";

pub(super) fn expand(collection: &Collection) -> TokenStream {
    let models = collection.models();
    let Some((first, others)) = models.split_first() else {
        return TokenStream::new();
    };
    let recognized = (others.is_empty() && collection.minds_unknown()).then(|| {
        quote_spanned! {place_of(first)=>
            const _: () = if !__rt::is_recognized(__MODELS[0].schema()) {
                ::core::panic!(#NO_ENTITY);
            };
        }
    });
    let others = (1..).zip(others).map(|(number, other)| fits(collection, first, number, other));
    quote!(#recognized #(#others)*)
}

/// Whether the model with this number fits the first one, and those before it.
fn fits(collection: &Collection, first: &Type, number: usize, other: &Type) -> TokenStream {
    let (first_parts, parts) = (collectable(first, "HashParts"), collectable(other, "HashParts"));
    let twins = (0..number).map(|earlier| {
        quote_spanned! {place_of(other)=>
            if !__rt::are_distinct(__MODELS[#earlier].schema(), __MODELS[#number].schema()) {
                ::core::panic!(#SAME_KEYS);
            }
            if __rt::is_same_entity(__MODELS[#earlier].schema(), __MODELS[#number].schema()) {
                ::core::panic!(#SAME_ENTITY);
            }
            if __rt::are_both_optional(__MODELS[#earlier].schema(), __MODELS[#number].schema()) {
                ::core::panic!(#BOTH_OPTIONAL);
            }
        }
    });
    let same_partition = (!collection.index_only).then(|| {
        quote_spanned! {place_of(other)=>
            __rt::same_parts::<#first_parts, #parts>();
        }
    });
    let same_template = (!collection.index_only).then(|| {
        quote_spanned! {place_of(other)=>
            if !__rt::is_same_source(&__MODELS[0].schema().keys.0, &__MODELS[#number].schema().keys.0) {
                ::core::panic!(#OTHER_TEMPLATE);
            }
        }
    });
    // One body, so that one mistake is one error: what does not pass the type check is not evaluated.
    quote_spanned! {place_of(other)=>
        const _: () = {
            #same_partition
            if !__rt::is_same_table(__MODELS[0].schema(), __MODELS[#number].schema()) {
                ::core::panic!(#OTHER_TABLE);
            }
            #same_template
            #(#twins)*
        };
    }
}
