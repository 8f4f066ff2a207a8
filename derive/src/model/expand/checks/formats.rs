//! Checks in const code that the type of a placeholder accepts its format.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::ext::IdentExt as _;

use super::rule;
use crate::model::expand::template::part_type;
use crate::model::expand::{index_keys, nested};
use crate::model::ir::{KeySource, Model, Piece};
use crate::template::KeyFormat;

/// A format that the type of a placeholder would not heed.
pub(super) fn expand(model: &Model) -> TokenStream {
    let index_keys = model.indexes.iter().flat_map(index_keys::templates).map(|(_, template)| template);
    let templates = model.primary().filter_map(KeySource::template).chain(index_keys);
    let mut rules = TokenStream::new();
    for template in templates {
        for piece in &template.pieces {
            let (contains, name, format) = match piece {
                Piece::Literal(_) => continue,
                Piece::Part { field, format, .. } => {
                    let field = &model.fields[*field];
                    let (ty, runtime) = (part_type(field), format.runtime());
                    let contains = quote_spanned!(field.ty_span=> <#ty as __rt::KeyPart>::FORMATS.contains(#runtime));
                    (contains, field.ident.unraw().to_string(), *format)
                }
                Piece::Nested { nested, format } => {
                    let (ty, runtime) = (nested::value_type(model, *nested), format.runtime());
                    let contains = quote_spanned!(nested::span(model, *nested)=>
                        <#ty as __rt::KeyPart>::FORMATS.contains(#runtime)
                    );
                    (contains, model.nested[*nested].path(model), *format)
                }
            };
            if format == KeyFormat::Sorted {
                continue;
            }
            let (text, purpose) = (format.text(), format.purpose());
            rules.extend(rule(
                template.literal.span(),
                &contains,
                &format!("placeholder `{{{name}:{text}}}` is for {purpose}, which `{name}` is not; write `{{{name}}}`"),
            ));
        }
    }
    rules
}
