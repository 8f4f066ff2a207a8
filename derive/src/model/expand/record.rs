//! What a model adds to the `Record` of its fields: entity and keys.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::keys::{KeyRole, primary};
use super::{index_keys, index_only};
use crate::field::Storage;
use crate::model::ir::{KeySource, KeyTemplate, Model};
use crate::record::{EntityRead, ItemParts, KeyRead, Record};

pub(super) fn expand(model: &Model) -> TokenStream {
    let item = ItemParts {
        entity: model.has_derived_table().then(|| EntityRead {
            name: model.entity_name(),
            aliases: model.entity_aliases.clone(),
            is_optional: model.entity.get().copied().unwrap_or(false),
        }),
        schema_number: model.numbered.write(),
        denies_unknown: model.deny_unknown.is_set(),
        keys: key_reads(model),
        check_keys: primary(model).map(|(role, source)| check_key(model, role, source)).collect(),
        write_keys: primary(model)
            .map(|(role, source)| write_key(model, role, source))
            .chain([index_keys::write(model)])
            .collect(),
        replaced: model.replaced(),
        checks: index_keys::field_checks(model),
    };
    Record { ident: &model.ident, fields: &model.fields, item: Some(item), has_paths: false, is_variant: false }
        .expand()
}

/// The key attributes that templates make. One is not read if all its values are `key_only` fields read elsewhere.
fn key_reads(model: &Model) -> Vec<KeyRead> {
    let mut reads = Vec::new();
    for (role, source) in primary(model) {
        let KeySource::Template(template) = source else {
            continue;
        };
        let fills =
            |part: &usize| matches!(model.fields[*part].storage, Storage::Key) && model.is_holder(*part, source);
        let values: Vec<Option<usize>> = template.parts().into_iter().map(|part| Some(part).filter(fills)).collect();
        let is_compared = is_compared(model, template);
        let attribute = role.attribute();
        reads.push(KeyRead {
            slot: role.slot(),
            name: quote!(#attribute.name),
            parse: role.parse_fn(),
            values,
            is_compared,
            of_index: None,
        });
    }
    reads.extend(index_only::reads(model));
    reads
}

/// Whether the key has text that no `key_only` field takes from it. A part that is in both keys is read from one
/// and compared in the other.
fn is_compared(model: &Model, template: &KeyTemplate) -> bool {
    let parts = template.parts();
    parts.is_empty()
        || parts.iter().any(|part| !matches!(model.fields[*part].storage, Storage::Key))
        || model.primary().filter(|source| source.parts().iter().any(|part| parts.contains(part))).count() > 1
}

/// Compares a stored key attribute with the fields.
fn check_key(model: &Model, role: KeyRole, source: &KeySource) -> TokenStream {
    let (slot, attribute) = (role.slot(), role.attribute());
    match source {
        KeySource::Field(part) => {
            let field = &model.fields[*part];
            let (ident, ty) = (&field.ident, &field.ty);
            let check = quote_spanned!(field.ty_span=> <#ty as __rt::KeyField>::check_stored);
            quote!(#check(&self.#ident, stored.#slot, #attribute.name, reader)?;)
        }
        KeySource::Template(template) if is_compared(model, template) => {
            let (text, escape) = (role.text_fn(), model.escape);
            let values = template.parts().into_iter().map(|part| {
                let ident = &model.fields[part].ident;
                quote!(&self.#ident)
            });
            quote! {
                __rt::check_stored_key(stored.#slot, #attribute.name, #escape, reader, #text, (#(#values,)*))?;
            }
        }
        KeySource::Template(_) => TokenStream::new(),
    }
}

fn write_key(model: &Model, role: KeyRole, source: &KeySource) -> TokenStream {
    let key_role = role.runtime();
    match source {
        KeySource::Field(part) => {
            let field = &model.fields[*part];
            let (value, ty, name) = (model.written(*part), &field.ty, field.name.runtime());
            quote_spanned!(field.ty_span=> <#ty as __rt::KeyField>::put(#value, writer, #name, #key_role);)
        }
        KeySource::Template(template) => {
            let (attribute, text, escape) = (role.attribute(), role.text_fn(), model.escape);
            let values = template.parts().into_iter().map(|part| model.written(part));
            quote!(__rt::write_key(writer, #attribute, #key_role, #escape, #text, (#(#values,)*));)
        }
    }
}
