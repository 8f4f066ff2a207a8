//! Rules of `key_only` fields: a key that each item has holds the value, and no attribute has the name.

use syn::ext::IdentExt as _;

use crate::errors::Errors;
use crate::model::index_only::Absence;
use crate::model::ir::Model;

/// A `key_only` field is read back from a key that each item with the field has.
pub(super) fn fields(model: &Model, errors: &Errors) {
    // An index key with a mistake may be the one with the field.
    let has_mistakes = !errors.is_empty();
    for index in model.index_only() {
        let field = &model.fields[index];
        let Some(key) = field.options.key_only.key() else { continue };
        let Some((number, _)) = model.keys_with(index).next() else {
            if !has_mistakes {
                errors.at(key, format_args!("`key_only` is for placeholders of keys; write `{{{}}}` in a template of the primary key or of an index, or remove `key_only`", field.ident));
            }
            continue;
        };
        if model.read_from(index).is_some() {
            continue;
        }
        let of_index = &model.indexes[number.index];
        let name = of_index.name.value();
        match model.absence(of_index, index) {
            Some(Absence::Field(other)) => {
                let other = &model.fields[other].ident;
                let rule = format!(
                    "only keys of index `{name}` hold `{}`, and items in which `{other}` is `None` do not have these keys; make `{other}` a field without `Option`, or remove `{key}`",
                    field.ident
                );
                errors.at(key, rule);
            }
            _ => {
                let when = of_index.when.as_ref().map_or_else(|| key.span(), |when| when.option);
                let rule = format!(
                    "only keys of index `{name}` hold the `{key}` field `{}`, and `when` leaves items without these keys; remove `when`, or `{key}`",
                    field.ident
                );
                errors.add(syn::Error::new(when, rule));
            }
        }
    }
}

/// What the keys of an index are made from has one name in an update, whether an attribute or only keys hold it.
pub(super) fn names(model: &Model, errors: &Errors) {
    for own in model.fields.iter().filter(|field| field.options.key_only.is_set()) {
        let name = own.ident.unraw().to_string();
        for other in model.fields.iter().filter(|field| field.is_attribute() && field.name.text == name) {
            let message = format!(
                "attribute `{name}` has the name of the `key_only` field `{}`, which has no attribute; rename one of them",
                own.ident
            );
            errors.add(syn::Error::new(other.name.span, message));
        }
    }
}
