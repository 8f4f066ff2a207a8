//! What a model adds to the `Record` of its fields: entity and keys.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::index_keys;
use super::keys::{Role, primary};
use crate::field::Storage;
use crate::model::ir::{KeySource, Model};
use crate::record::{ItemParts, KeyRead, Record};

pub(super) fn expand(model: &Model) -> TokenStream {
    let item = ItemParts {
        entity: model.has_derived_table().then(|| (model.entity_name(), model.entity.get().copied().unwrap_or(false))),
        keys: key_reads(model),
        write_keys: primary(model)
            .map(|(role, source)| write_key(model, role, source))
            .chain([index_keys::write(model)])
            .collect(),
        replaced: model.replaced(),
        checks: index_keys::field_checks(model),
    };
    Record { ident: &model.ident, fields: &model.fields, item: Some(item), has_paths: false }.expand()
}

/// The key attributes that hold `key_only` fields.
fn key_reads(model: &Model) -> Vec<KeyRead> {
    let mut filled: Vec<usize> = Vec::new();
    let mut reads = Vec::new();
    for (role, source) in primary(model) {
        let KeySource::Template(template) = source else {
            continue;
        };
        let fills = |part: &usize| matches!(model.fields[*part].storage, Storage::Key) && !filled.contains(part);
        let values: Vec<Option<usize>> = template.parts().into_iter().map(|part| Some(part).filter(fills)).collect();
        if values.iter().all(Option::is_none) {
            continue;
        }
        filled.extend(values.iter().flatten());
        let attribute = role.attribute();
        reads.push(KeyRead { slot: role.slot(), name: quote!(#attribute.name), parse: role.parse_fn(), values });
    }
    reads
}

fn write_key(model: &Model, role: Role, source: &KeySource) -> TokenStream {
    let key_role = role.runtime();
    match source {
        KeySource::Field(part) => {
            let field = &model.fields[*part];
            let (value, ty, name) = (model.written(*part), &field.ty, field.name.runtime());
            quote_spanned!(field.ty_span()=> <#ty as __rt::KeyField>::put(#value, writer, #name, #key_role);)
        }
        KeySource::Template(template) => {
            let (attribute, text, escape) = (role.attribute(), role.text_fn(), model.escape);
            let values = template.parts().into_iter().map(|part| model.written(part));
            quote!(__rt::write_key(writer, #attribute, #key_role, #escape, |key| #text(key, #(#values),*));)
        }
    }
}
