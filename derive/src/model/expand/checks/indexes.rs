use proc_macro2::TokenStream;
use quote::quote;

use super::rule;
use crate::model::expand::index_keys;
use crate::model::ir::IndexKeys;

/// The templates for an index are those its keys ask for.
pub(super) fn expand(number: usize, index: &IndexKeys) -> TokenStream {
    let (schema, name) = (index_keys::constant(number), index.name.value());
    let span = index.name.span();
    let hash = match &index.hash_key {
        Some(template) => {
            let span = template.literal.span();
            let global = rule(
                span,
                &quote!(!#schema.local),
                &format!("index `{name}` is local, with the hash key of its table; remove `hash_key` here"),
            );
            let text = rule(
                span,
                &quote!(#schema.local || __rt::is_text(__rt::Some(#schema.hash_key))),
                &not_text(&name, "hash"),
            );
            quote!(#global #text)
        }
        None => rule(
            span,
            &quote!(#schema.local),
            &format!("index `{name}` has a hash key of its own; write `hash_key = \"..\"` for it"),
        ),
    };
    let range = match &index.range_key {
        Some(template) => {
            let span = template.literal.span();
            let present = rule(
                span,
                &quote!(#schema.range_key.is_some()),
                &format!("index `{name}` has no range key; remove `range_key` here"),
            );
            let text = rule(
                span,
                &quote!(#schema.range_key.is_none() || __rt::is_text(#schema.range_key)),
                &not_text(&name, "range"),
            );
            quote!(#present #text)
        }
        None => rule(
            span,
            &quote!(#schema.range_key.is_none()),
            &format!(
                "index `{name}` has a range key, and holds only items that have it; write `range_key = \"..\"` for it"
            ),
        ),
    };
    quote!(#hash #range)
}

fn not_text(index: &str, key: &str) -> String {
    format!(
        "a template makes a string, and the {key} key of index `{index}` is none; store it as a field of that name, without `index(..)`"
    )
}
