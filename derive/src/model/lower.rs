//! From the options and fields as written to the IR.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{DeriveInput, FieldsNamed, LitStr};

use super::check;
use super::ir::{IndexKey, IndexKeys, KeySource, KeyTemplate, Model, Nested, Piece, When};
use super::options::{IndexKeyOption, IndexOption, ModelOptions, TableOption};
use crate::errors::Errors;
use crate::field::{Field, FieldOptions, Owner, Storage};
use crate::hint::similar;
use crate::krate::Krate;
use crate::setting::Once;
use crate::shape::is_ttl;
use crate::template::{Segment, Template};

const KEY_EXAMPLE: &str =
    "mark a field `#[model(hash_key)]`, or write `hash_key = \"CUSTOMER#{id}\"` in the struct's `#[model(..)]`";

/// The model, with the rules across fields checked. What is missing after a mistake is made up, so that there is always
/// a model beside the errors.
pub(super) fn lower(input: &DeriveInput, fields: &FieldsNamed, options: ModelOptions, errors: &Errors) -> Model {
    let case = options.rename_all.get().copied();
    let fields: Vec<Field> =
        fields.named.iter().filter_map(|field| Field::parse(field, Owner::Model, case, errors)).collect();
    let ttl = ttl_field(&fields, errors);
    let version = marked_once(&fields, "version", |options| &options.version, errors);
    marked_once(&fields, "extra", |options| &options.extra, errors);
    let created_at = marked_once(&fields, "created_at", |options| &options.created_at, errors);
    let updated_at = marked_once(&fields, "updated_at", |options| &options.updated_at, errors);
    let hash_field = key_field(&fields, Which::Hash, &options.hash_key, errors);
    let range_field = key_field(&fields, Which::Range, &options.range_key, errors);
    let hash_key = source(options.hash_key, hash_field, &fields, errors);
    let range_key = source(options.range_key, range_field, &fields, errors);
    if hash_key.is_none() && errors.is_empty() {
        errors.at(&input.ident, format_args!("a model has a hash key; {KEY_EXAMPLE}"));
    }
    if !options.table.is_set() && errors.is_empty() {
        let fix = "write `#[model(table = Shop)]` with a type that derives `Table`, or `#[model(table = \"shop\")]`";
        errors.at(&input.ident, format_args!("a model has a table; {fix}"));
    }
    let mut nested = Vec::new();
    let indexes = options.indexes.into_iter().map(|index| lower_index(index, &fields, &mut nested, errors)).collect();
    let is_complete = options.table.is_set() && hash_key.is_some();
    let nothing = || LitStr::new("", input.ident.span());
    let without_parts = || KeySource::Template(KeyTemplate { literal: nothing(), pieces: Vec::new() });
    let model = Model {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        krate: Krate::new(options.krate.into_inner()),
        table: options.table.into_inner().unwrap_or_else(|| TableOption::Named(nothing())),
        fields,
        // A range key with a mistake is missing here too.
        has_known_keys: hash_key.is_some() && (range_key.is_some() || errors.is_empty()),
        hash_key: hash_key.unwrap_or_else(without_parts),
        range_key,
        indexes,
        nested,
        config: options.config,
        max_size: options.max_size,
        skip_hooks: options.skip_hooks,
        consistent_read: options.consistent_read,
        entity: options.entity,
        entity_name: options.entity_name,
        entity_aliases: options.entity_aliases,
        deny_unknown: options.deny_unknown,
        escape: options.key_escape.into_inner().unwrap_or(true),
        empty_key_parts: options.empty_key_parts.into_inner().unwrap_or(false),
        write_mark: options.write_mark,
        validate: options.validate,
        hooks: options.hooks.into_inner().unwrap_or(false),
        ttl,
        lifecycle: options.lifecycle,
        numbered: options.numbered,
        version,
        created_at,
        updated_at,
    };
    if is_complete {
        check::check(&model, errors);
    }
    model
}

#[derive(Clone, Copy, PartialEq)]
enum Which {
    Hash,
    Range,
}

/// The field marked as this key; there is one, or a template.
fn key_field(fields: &[Field], which: Which, template: &Once<Template>, errors: &Errors) -> Option<usize> {
    let mark = |field: &Field| match which {
        Which::Hash => field.options.hash_key.key().cloned(),
        Which::Range => field.options.range_key.key().cloned(),
    };
    let name = if which == Which::Hash { "hash" } else { "range" };
    let mut found: Option<usize> = None;
    for (index, field) in fields.iter().enumerate() {
        let Some(mark) = mark(field) else { continue };
        if let Some(first) = found {
            let first = &fields[first].ident;
            errors
                .at(mark, format_args!("a model has one {name} key, and `{first}` is already marked; remove one mark"));
        } else if let Some(key) = template.key() {
            errors.at(
                mark,
                format_args!(
                    "the {name} key is a field or a template; remove this mark, or `{key} = \"..\"` from the struct"
                ),
            );
        } else {
            found = Some(index);
        }
    }
    found
}

fn source(template: Once<Template>, field: Option<usize>, fields: &[Field], errors: &Errors) -> Option<KeySource> {
    match field {
        Some(field) => Some(KeySource::Field(field)),
        None => resolve(template.into_inner()?, fields, None, errors).map(KeySource::Template),
    }
}

fn lower_index(index: IndexOption, fields: &[Field], nested: &mut Vec<Nested>, errors: &Errors) -> IndexKeys {
    let mut key = |option: Span, key: IndexKeyOption| match key {
        IndexKeyOption::Template(template) => {
            let template = resolve(template, fields, Some(&mut *nested), errors)?;
            Some(IndexKey { span: template.literal.span(), source: KeySource::Template(template), option })
        }
        IndexKeyOption::Field(ident) => {
            let field = named(&ident, fields, "name a field, or write a template in quotes", errors)?;
            Some(IndexKey { span: ident.span(), source: KeySource::Field(field), option })
        }
    };
    let option = index.when.key().map_or_else(Span::call_site, Ident::span);
    let when = index.when.into_inner().map(|when| {
        let field = |ident: Ident| {
            Some((named(&ident, fields, "name the fields that the function takes", errors)?, ident.span()))
        };
        let fields = when.fields.map(|idents| idents.into_iter().filter_map(field).collect());
        When { function: when.function, fields, option }
    });
    let mut keys = |list: Once<Vec<IndexKeyOption>>| {
        let option = list.key().map_or_else(Span::call_site, Ident::span);
        list.into_inner().unwrap_or_default().into_iter().filter_map(|source| key(option, source)).collect()
    };
    IndexKeys { hash_key: keys(index.hash_key), range_key: keys(index.range_key), name: index.name, when }
}

/// Finds the field of a name.
fn named(ident: &Ident, fields: &[Field], fix: &str, errors: &Errors) -> Option<usize> {
    let field = fields.iter().position(|field| field.ident == *ident);
    if field.is_none() {
        let known: Vec<String> = fields.iter().map(|field| field.ident.unraw().to_string()).collect();
        let hint = similar(&ident.unraw().to_string(), known.iter().map(String::as_str));
        errors.at(ident, format_args!("the model has no field `{ident}`{hint}; {fix}"));
    }
    field
}

/// Finds the fields that the placeholders name. Without a list of nested fields, the template is of the primary key.
fn resolve(
    template: Template,
    fields: &[Field],
    mut nested: Option<&mut Vec<Nested>>,
    errors: &Errors,
) -> Option<KeyTemplate> {
    let name = |field: &Field| field.ident.unraw().to_string();
    let mut pieces = Vec::new();
    let mut complete = true;
    for segment in template.segments {
        match segment {
            Segment::Literal(text) => pieces.push(Piece::Literal(text)),
            Segment::Placeholder(placeholder) => {
                let wanted = placeholder.field.as_str();
                if let Some(field) = fields.iter().position(|field| name(field) == wanted) {
                    let (format, is_optional) = (placeholder.format, placeholder.is_optional);
                    if placeholder.inside.is_empty() {
                        pieces.push(Piece::Part { field, format, is_optional });
                    } else if is_optional {
                        complete = false;
                        let message = format!(
                            "`{{{}?}}` names a nested field, and an optional last part is a field of the model; name one, or remove the `?`",
                            placeholder.path()
                        );
                        errors.at(&template.literal, message);
                    } else if let Some(all) = nested.as_deref_mut() {
                        let nested = number_of(all, field, placeholder.inside, &template.literal);
                        pieces.push(Piece::Nested { nested, format });
                    } else {
                        complete = false;
                        let message = format!(
                            "placeholder `{{{}}}` of a primary key names a nested field, which an update could change; use a field of the model",
                            placeholder.path()
                        );
                        errors.at(&template.literal, message);
                    }
                    continue;
                }
                complete = false;
                let known: Vec<String> = fields.iter().map(name).collect();
                let hint = similar(wanted, known.iter().map(String::as_str));
                errors.at(
                    &template.literal,
                    format_args!("placeholder `{{{wanted}}}` names no field of the model{hint}"),
                );
            }
        }
    }
    complete.then_some(KeyTemplate { literal: template.literal, pieces })
}

/// The number of a nested field in the list, to which it is added.
fn number_of(all: &mut Vec<Nested>, root: usize, inside: Vec<String>, literal: &LitStr) -> usize {
    let known = all.iter().position(|known| known.root == root && known.inside == inside);
    known.unwrap_or_else(|| {
        all.push(Nested { root, inside, literal: literal.clone() });
        all.len() - 1
    })
}

/// The TTL attribute: the marked field, else the one field of its type.
fn ttl_field(fields: &[Field], errors: &Errors) -> Option<usize> {
    let mark = |index: usize| {
        let options = &fields[index].options;
        options.ttl_attribute.key().or(options.ttl.key())
    };
    let mut marked = (0..fields.len())
        .filter(|index| matches!(fields[*index].storage, Storage::Attribute) && mark(*index).is_some());
    if let Some(first) = marked.next() {
        for other in marked {
            let message = format!(
                "a model has one TTL attribute, and `{}` is already marked; remove one mark",
                fields[first].ident
            );
            errors.at(mark(other), message);
        }
        return Some(first);
    }
    let mut typed = (0..fields.len())
        .filter(|index| matches!(fields[*index].storage, Storage::Attribute) && is_ttl(&fields[*index].ty));
    let first = typed.next()?;
    if let Some(other) = typed.next() {
        let fix = "mark the one that expires the item `#[model(ttl_attribute)]`";
        errors.at(
            &fields[other].ty,
            format_args!("a model has one TTL attribute, and `{}` could be it too; {fix}", fields[first].ident),
        );
    }
    Some(first)
}

/// The field with a mark that a model has once.
fn marked_once(
    fields: &[Field],
    mark: &str,
    option: impl Fn(&FieldOptions) -> &Once<()>,
    errors: &Errors,
) -> Option<usize> {
    let mut marked = (0..fields.len()).filter(|index| option(&fields[*index].options).is_set());
    let first = marked.next()?;
    for other in marked {
        let rule =
            format!("a model has one `{mark}`, and `{}` is already marked; remove one mark", fields[first].ident);
        errors.at(option(&fields[other].options), rule);
    }
    Some(first)
}
