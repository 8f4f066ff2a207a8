//! Rules across fields and options that need no types; those that do are checked in `expand::checks`.

mod key_only;
mod range_key;

use std::collections::HashMap;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;

use super::ir::{KeySource, KeyTemplate, Model};
use super::lifecycle;
use super::options::TableOption;
use crate::errors::Errors;
use crate::field::{Field, Storage, Unique};
use crate::hint::similar;

pub(super) fn check(model: &Model, errors: &Errors) {
    attribute_names(&model.fields, errors);
    attribute_count(model, errors);
    templates(model, errors);
    range_key::optional_parts(model, errors);
    key_parts(model, errors);
    key_only::fields(model, errors);
    key_only::names(model, errors);
    unique_fields(model, errors);
    unique_scopes(model, errors);
    validated_fields(model, errors);
    indexes(model, errors);
    memberships(model, errors);
    config_function(model, errors);
    lifecycle::check(model, errors);
    entity(model, errors);
    entity_aliases(model, errors);
    unknown_attributes(model, errors);
    aliased_fields(model, errors);
    model.numbered.check(errors);
}

/// Two fields of one attribute.
pub(crate) fn attribute_names(fields: &[Field], errors: &Errors) {
    let mut seen: HashMap<&str, &Ident> = HashMap::new();
    for field in fields.iter().filter(|field| field.is_attribute()) {
        let name = field.name.text.as_str();
        if let Some(first) = seen.get(name) {
            let message = format!("attribute `{name}` is already stored by the field `{first}`; rename one of them");
            errors.add(syn::Error::new(field.name.span, message));
        }
        seen.entry(name).or_insert(&field.ident);
    }
    for field in fields {
        for alias in field.aliases() {
            if let Some(first) = seen.get(alias.text.as_str()) {
                let message = format!("`{}` is a name of the field `{first}` already; remove the alias", alias.text);
                errors.add(syn::Error::new(alias.span, message));
            }
            seen.entry(&alias.text).or_insert(&field.ident);
        }
    }
}

/// How many names the attributes of the fields have.
pub(crate) fn name_count(fields: &[Field]) -> usize {
    fields.iter().map(|field| 1 + field.aliases().count()).sum()
}

/// Field numbers are one byte, and some are taken.
fn attribute_count(model: &Model, errors: &Errors) {
    let of_indexes: usize = model.index_only().into_iter().map(|field| model.keys_with(field).count()).sum();
    if name_count(&model.fields) + of_indexes > 240 {
        errors.at(
            &model.ident,
            "a model has at most 240 fields, aliases included; put some into a nested struct with `#[derive(Attribute)]`",
        );
    }
}

/// What may stand in a placeholder.
fn templates(model: &Model, errors: &Errors) {
    for template in model.primary().filter_map(KeySource::template) {
        for field in placeholders(model, template, true, errors) {
            let is_optional =
                template.optional().is_some_and(|part| std::ptr::eq(&raw const model.fields[part], field));
            if field.optional().is_some() && !is_optional {
                let message = format!(
                    "placeholder `{{{}}}` of a primary key is an `Option`, and a key is never absent; use a field without `Option`",
                    field.ident
                );
                errors.at(&template.literal, message);
            }
        }
    }
    if model.escape {
        let of_indexes = model.indexes.iter().flat_map(|index| &index.range_key).map(|key| &key.source);
        for template in model.range_key.iter().chain(of_indexes).filter_map(KeySource::template) {
            range_key::sorts(template, errors);
        }
    }
    for index in &model.indexes {
        for key in index.keys() {
            match &key.source {
                KeySource::Template(template) => _ = placeholders(model, template, false, errors),
                KeySource::Field(field) => index_field(&model.fields[*field], key.span, errors),
            }
        }
    }
}

/// A field that is the key of an index itself.
fn index_field(field: &Field, span: Span, errors: &Errors) {
    if let Some(way) = way_of_storage(field) {
        let message =
            format!("`{}` is a `{way}` field, which cannot be a key; use a plain field, or a template", field.ident);
        errors.add(syn::Error::new(span, message));
    }
}

/// How a field is stored that is not a plain attribute.
fn way_of_storage(field: &Field) -> Option<&'static str> {
    match field.storage {
        Storage::Attribute => None,
        Storage::Key => Some("key_only"),
        Storage::Serde => Some("serde"),
        Storage::Compressed(_) => Some("compressed"),
        Storage::Converted(_) => Some("with"),
        Storage::Flattened => Some("flatten"),
        Storage::Skipped => Some("skip"),
        Storage::Extra => Some("extra"),
    }
}

/// The fields of the placeholders, of which none may change with every write. Only an index key may contain the time of
/// creation: a primary key must be known before the first write, which sets that time.
fn placeholders<'a>(model: &'a Model, template: &KeyTemplate, is_primary: bool, errors: &Errors) -> Vec<&'a Field> {
    let fields: Vec<&Field> = template.parts().into_iter().map(|part| &model.fields[part]).collect();
    for field in &fields {
        let Some(way) = way_of_storage(field).filter(|way| *way != "key_only") else { continue };
        let message = format!(
            "placeholder `{{{}}}` names a `{way}` field, whose value has no text for a key; use a plain field",
            field.ident
        );
        errors.at(&template.literal, message);
    }
    for nested in template.nested().into_iter().map(|nested| &model.nested[nested]) {
        let root = &model.fields[nested.root];
        let Some(way) = way_of_storage(root).filter(|way| *way != "flatten") else { continue };
        let message = format!(
            "placeholder `{{{}}}` is inside of the `{way}` field `{}`, whose parts an update cannot set; use a plain or a `flatten` field",
            nested.path(model),
            root.ident
        );
        errors.at(&template.literal, message);
    }
    for part in template.parts().into_iter().filter(|part| model.is_kept(*part)) {
        let field = &model.fields[part].ident;
        let rule = if model.created_at != Some(part) {
            "names a field that changes with every write, and its key with it; use a field of your own, or the field itself as the key of an index"
        } else if is_primary {
            "of a primary key names the time of creation, which is not known before the first write; use a `generated` id that sorts by time, or a field of your own"
        } else {
            continue;
        };
        errors.at(&template.literal, format_args!("placeholder `{{{field}}}` {rule}"));
    }
    fields
}

/// A key is given as a tuple, and there are impls for eight.
fn key_parts(model: &Model, errors: &Errors) {
    if model.key_parts().len() > 8
        && let Some(template) = model.primary().filter_map(KeySource::template).last()
    {
        errors.at(&template.literal, "a primary key has at most eight placeholders; use fewer");
    }
    for keys in model.indexes.iter().flat_map(|index| [&index.hash_key, &index.range_key]) {
        let mut parts = 0;
        let over = keys.iter().find(|key| {
            parts += key.source.placed().len();
            parts > 8
        });
        if let Some(key) = over {
            errors.add(syn::Error::new(key.span, "a key of an index has at most eight placeholders; use fewer"));
        }
    }
}

/// The primary key is unique by itself, and only one item could have a default.
fn unique_fields(model: &Model, errors: &Errors) {
    for field in &model.fields {
        let is_plain = field.options.unique.is_set() && field.optional().is_none();
        if let Some(default) = field.options.default.key().filter(|_| is_plain) {
            let message = format!(
                "only one item can have the default of the unique field `{}`; make it an `Option`, or remove `{default}`",
                field.ident
            );
            errors.at(default, message);
        }
    }
    for part in model.key_parts() {
        let field = &model.fields[part];
        // A key field is told by the rules of its options.
        if let Some(unique) = field.options.unique.key().filter(|_| !field.is_key() && field.is_attribute()) {
            let message = format!(
                "`{}` is part of the primary key, which identifies the item; remove `unique`, or leave the field out of the key",
                field.ident
            );
            errors.at(unique, message);
        }
    }
}

/// A scope is always known and stored.
fn unique_scopes(model: &Model, errors: &Errors) {
    for (index, field) in model.fields.iter().enumerate() {
        for (name, literal) in field.options.unique.get().into_iter().flat_map(Unique::scope) {
            let Some(at) = model.fields.iter().position(|field| field.ident.unraw() == name) else {
                let known: Vec<String> = model.fields.iter().map(|field| field.ident.unraw().to_string()).collect();
                let hint = similar(name, known.iter().map(String::as_str));
                errors.at(literal, format_args!("the model has no field `{name}`{hint}; name the field of the scope"));
                continue;
            };
            let scope = &model.fields[at];
            let rule = if at == index {
                format!("`{name}` cannot be its own scope; name another field, or write `unique` alone")
            } else if let Some(way) = way_of_storage(scope) {
                format!("`{name}` is a `{way}` field, which cannot be a scope; use a plain field")
            } else if scope.optional().is_some() {
                format!("`{name}` is an `Option`, and a scope is never absent; use a field without `Option`")
            } else if let Some(default) = scope.options.default.key() {
                let fix = format!("set it in all items with a backfill first, and remove `{default}`");
                format!("`{name}` has a default, and items without it have no scope; {fix}")
            } else if model.is_kept(at) {
                format!("`{name}` changes with every write, and the scope with it; use a field of your own")
            } else {
                continue;
            };
            errors.at(literal, rule);
        }
    }
}

/// A save writes values of its own to fields that operations maintain.
fn validated_fields(model: &Model, errors: &Errors) {
    for field in model.replaced().into_iter().map(|index| &model.fields[index]) {
        if let Some(validate) = field.options.validate.key() {
            let message = format!(
                "`{}` is filled in by operations, so there is no value to check; remove `validate`",
                field.ident
            );
            errors.at(validate, message);
        }
    }
}

/// An update must be able to know what `when` depends on.
fn memberships(model: &Model, errors: &Errors) {
    for index in &model.indexes {
        let Some(when) = &index.when else { continue };
        for (part, span) in when.fields() {
            let field = &model.fields[part];
            let way = way_of_storage(field).filter(|way| *way != "key_only" || model.is_index_only(part));
            let rule = if let Some(way) = way {
                format!("`{}` is a `{way}` field, which an update cannot compare; use a plain field", field.ident)
            } else if model.replaced().contains(&part) {
                format!(
                    "`{}` is filled in by operations, so `when` cannot know it; use a field of your own",
                    field.ident
                )
            } else {
                continue;
            };
            errors.add(syn::Error::new(span, rule));
        }
        if index.keys().next().is_some() && index.keys().all(|key| key.source.template().is_none()) {
            let rule = "all keys of this index are fields, which are stored in any case; make one of them a template";
            errors.add(syn::Error::new(when.option, rule));
        }
    }
}

fn indexes(model: &Model, errors: &Errors) {
    let mut seen = Vec::new();
    for index in &model.indexes {
        let name = index.name.value();
        if let TableOption::Named(table) = &model.table {
            // The last part of an ARN is the name.
            let table = table.value().rsplit('/').next().map(str::to_owned).unwrap_or_default();
            let message = format!(
                "an index needs a table type: derive `Table` for a unit struct and write `table = {}` instead of the name",
                crate::case::Case::Pascal.apply(&table)
            );
            errors.at(&index.name, message);
        }
        if seen.contains(&name) {
            errors.at(&index.name, format_args!("the keys of index `{name}` are already set; set them once"));
        }
        seen.push(name);
    }
}

/// A function says the whole config.
fn config_function(model: &Model, errors: &Errors) {
    if let Some(config) = model.config.get() {
        let name = config.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let others = [model.max_size.key(), model.skip_hooks.key(), model.consistent_read.key()];
        for other in others.into_iter().flatten().chain(lifecycle::of_config(model)) {
            errors.at(other, format_args!("the config comes from `{name}`; set `{other}` there, or remove `config`"));
        }
    }
}

/// An alias is another name than those the model has already.
fn entity_aliases(model: &Model, errors: &Errors) {
    let mut seen = vec![model.entity_name()];
    for alias in &model.entity_aliases {
        let name = alias.value();
        if !model.has_derived_table() {
            let fix = "derive `Table` with `entity = \"_type\"`, or remove `entity_alias`";
            errors.at(alias, format_args!("a table given by name has no entity attribute; {fix}"));
        } else if seen.contains(&name) {
            errors.at(alias, format_args!("`{name}` is a name of this entity already; remove the alias"));
        }
        seen.push(name);
    }
    let unique = model.fields.iter().find_map(|field| field.options.unique.key().map(|_| field));
    if let (Some(alias), Some(field)) = (model.entity_aliases.first(), unique) {
        let message = format!(
            "the stored marks of the unique field `{}` contain the entity's name, so those of items with another name would not count; keep the name with `entity_name = \"..\"`, or remove `unique`",
            field.ident
        );
        errors.at(alias, message);
    }
}

/// Former names that only the whole model shows to be impossible.
fn aliased_fields(model: &Model, errors: &Errors) {
    for (index, field) in model.fields.iter().enumerate().filter(|(_, field)| field.aliases().next().is_some()) {
        let Some((alias, _)) = field.options.aliases.first() else { continue };
        if model.is_in_index_key(index) {
            let message = format!(
                "a key of an index is made from `{}`, and items with a former name have no such key; remove `{alias}`, \
                 and convert the items first",
                field.ident
            );
            errors.at(alias, message);
        } else if model.is_in_unique_value(index) && !field.options.unique.is_set() {
            let message = format!(
                "`{}` is the scope of a unique value, which is read under one name; remove `{alias}`",
                field.ident
            );
            errors.at(alias, message);
        } else if model.ttl == Some(index) && !field.options.ttl.is_set() {
            let message = format!(
                "`{}` is the TTL attribute, which DynamoDB reads under one name; remove `{alias}`",
                field.ident
            );
            errors.at(alias, message);
        }
    }
}

/// Attributes that the model does not declare are kept or refused.
fn unknown_attributes(model: &Model, errors: &Errors) {
    let extra = model.fields.iter().find(|field| field.options.extra.is_set());
    if let (Some(deny), Some(field)) = (model.deny_unknown.key(), extra) {
        let message = format!("the field `{}` keeps such attributes; remove `{deny}` or `extra`", field.ident);
        errors.at(deny, message);
    }
}

/// A table that is only a name has no entity attribute.
fn entity(model: &Model, errors: &Errors) {
    if model.has_derived_table() {
        return;
    }
    for option in [model.entity.key(), model.entity_name.key()].into_iter().flatten() {
        let fix = format!("derive `Table` with `entity = \"_type\"`, or remove `{option}`");
        errors.at(option, format_args!("a table given by name has no entity attribute; {fix}"));
    }
}
