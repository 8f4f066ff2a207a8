//! Checks in const code that nested fields do not keep an item with an index-only field out of the index that holds it.

use proc_macro2::TokenStream;
use quote::quote;

use super::rule;
use crate::model::expand::nested;
use crate::model::ir::{KeyTemplate, Model};

/// The compiler sees which nested fields are `Option`s.
pub(super) fn expand(model: &Model) -> TokenStream {
    let mut rules = TokenStream::new();
    for field in model.index_only() {
        let Some((key, _)) = model.read_from(field) else { continue };
        let index = &model.indexes[key.index];
        let mut inside: Vec<usize> =
            index.keys().filter_map(|key| key.source.template()).flat_map(KeyTemplate::nested).collect();
        inside.sort_unstable();
        inside.dedup();
        for nested in inside {
            let (place, path) = (nested::place(model, nested), model.nested[nested].path(model));
            let message = format!(
                "only keys of index `{}` hold the `key_only` field `{}`, and items without `{path}` do not have these keys; use a \
                 nested field that is never absent, or remove `key_only`",
                index.name.value(),
                model.fields[field].ident
            );
            rules.extend(rule(model.nested[nested].literal.span(), &quote!(!#place.is_optional()), &message));
        }
    }
    rules
}
