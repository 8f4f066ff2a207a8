//! Rules across the options of a table.

use std::collections::HashMap;

use syn::LitStr;

use super::index_types::constant;
use super::ir::{IndexProjection, Key, KeyType, Table};
use crate::errors::Errors;
use crate::name::Name;

pub(super) fn check(table: &Table, errors: &Errors) {
    table_and_index_names(table, errors);
    key_names(table, errors);
    one_type_per_key_attribute(table, errors);
    own_attributes(table, errors);
    types_of_own_attributes(table, errors);
    local_indexes(table, errors);
    included_attributes(table, errors);
}

fn keys(table: &Table) -> impl Iterator<Item = &Key> {
    let own = table.hash_key.iter().chain(&table.range_key);
    own.chain(table.indexes.iter().flat_map(|index| index.hash_key.iter().chain(&index.range_key)))
}

/// [Naming rules](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
fn check_name(literal: &LitStr, what: &str, errors: &Errors) {
    let name = literal.value();
    if !is_legal(&name) {
        let rule = "has 3 to 255 characters of `a-z`, `A-Z`, `0-9`, `_`, `.` and `-`; write such a name";
        errors.at(literal, format_args!("{what} name {rule}"));
    }
}

fn is_legal(name: &str) -> bool {
    (3..=255).contains(&name.len()) && name.chars().all(|c: char| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// A table can be named by its ARN too: `arn:aws:dynamodb:eu-west-1:123456789012:table/shop`.
pub(crate) fn check_table_name(literal: &LitStr, errors: &Errors) {
    let name = literal.value();
    if !name.starts_with("arn:") {
        return check_name(literal, "a table", errors);
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let [_, _, "dynamodb", region, account, resource] = parts[..] else { return refuse_arn(literal, errors) };
    let table = resource.strip_prefix("table/").filter(|table| is_legal(table));
    if region.is_empty() || account.is_empty() || table.is_none() {
        refuse_arn(literal, errors);
    }
}

fn refuse_arn(literal: &LitStr, errors: &Errors) {
    let message = "this is not the ARN of a table; write `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`, or a name";
    errors.at(literal, message);
}

fn table_and_index_names(table: &Table, errors: &Errors) {
    if let Some(name) = &table.name {
        check_table_name(name, errors);
    }
    let mut seen = Vec::new();
    for index in &table.indexes {
        check_name(&index.name, "an index", errors);
        let name = index.name.value();
        if seen.contains(&name) {
            errors.at(&index.name, format_args!("the table already has an index `{name}`; rename or remove one"));
        }
        seen.push(name);
    }
    index_constants(table, errors);
}

/// Each index is a constant of the table.
fn index_constants(table: &Table, errors: &Errors) {
    let mut seen: HashMap<String, String> = HashMap::new();
    for index in &table.indexes {
        let (name, constant) = (index.name.value(), constant(index));
        if let Some(first) = seen.get(&constant).filter(|first| **first != name) {
            let message =
                format!("the indexes `{first}` and `{name}` would both be the constant `{constant}`; rename one");
            errors.at(&index.name, message);
        }
        seen.entry(constant).or_insert(name);
    }
}

fn key_names(table: &Table, errors: &Errors) {
    for key in keys(table) {
        if key.name.text.len() > 255 {
            errors.add(syn::Error::new(
                key.name.span,
                "the name of a key attribute has at most 255 bytes; write a shorter one",
            ));
        }
    }
    let own: Vec<&Key> = table.hash_key.iter().chain(&table.range_key).collect();
    one_name_per_attribute(&own, table.hash_key.iter().len(), errors);
    for index in &table.indexes {
        let of_table = table.hash_key.iter().filter(|_| index.hash_key.is_empty());
        let hash_keys: Vec<&Key> = index.hash_key.iter().chain(of_table).collect();
        let all: Vec<&Key> = hash_keys.iter().copied().chain(&index.range_key).collect();
        one_name_per_attribute(&all, hash_keys.len(), errors);
    }
}

/// `keys` are the attributes of one hash key, so many, and of the range key after them.
fn one_name_per_attribute(keys: &[&Key], hash_keys: usize, errors: &Errors) {
    for (at, key) in keys.iter().enumerate() {
        let name = &key.name.text;
        let Some(earlier) = keys[..at].iter().position(|earlier| earlier.name.text == *name) else { continue };
        let message = if earlier < hash_keys && at >= hash_keys {
            format!("hash key and range key are two attributes, but both are `{name}`; rename one")
        } else {
            format!("a key names each attribute once, and `{name}` is already in it; remove one")
        };
        errors.add(syn::Error::new(key.name.span, message));
    }
}

/// A key attribute is defined once, whatever keys it is part of.
fn one_type_per_key_attribute(table: &Table, errors: &Errors) {
    let mut types: HashMap<&str, KeyType> = HashMap::new();
    for key in keys(table) {
        let first = *types.entry(&key.name.text).or_insert(key.key_type);
        if first != key.key_type {
            let (name, first, second) = (&key.name.text, first.name(), key.key_type.name());
            let message = format!(
                "key attribute `{name}` has one type, but it is {first} above and {second} here; write the same type"
            );
            errors.add(syn::Error::new(key.name.span, message));
        }
    }
}

/// The TTL and entity attributes are written by singlet and are not keys of the table.
fn own_attributes(table: &Table, errors: &Errors) {
    let taken = |name: &Name| table.hash_key.iter().chain(&table.range_key).any(|key| key.name.text == name.text);
    for (attribute, what) in [(&table.ttl, "ttl"), (&table.entity, "entity")] {
        if let Some(attribute) = attribute
            && taken(attribute)
        {
            let message =
                format!("`{what}` is an attribute of its own, but `{}` is a key; write another name", attribute.text);
            errors.add(syn::Error::new(attribute.span, message));
        }
    }
    if let (Some(ttl), Some(entity)) = (&table.ttl, &table.entity)
        && ttl.text == entity.text
    {
        let message = format!("`ttl` and `entity` are two attributes, but both are `{}`; rename one", entity.text);
        errors.add(syn::Error::new(entity.span, message));
    }
}

/// The types of the TTL and entity attributes are singlet's.
fn types_of_own_attributes(table: &Table, errors: &Errors) {
    let own = [(&table.ttl, "TTL", KeyType::N, "a number"), (&table.entity, "entity", KeyType::S, "a string")];
    for key in table.indexes.iter().flat_map(|index| index.hash_key.iter().chain(&index.range_key)) {
        for (attribute, what, key_type, form) in own {
            let name = &key.name.text;
            if attribute.as_ref().is_some_and(|attribute| attribute.text == *name) && key.key_type != key_type {
                let message = format!(
                    "`{name}` is the {what} attribute of the table, which is {form}; give the key the type \"{}\"",
                    key_type.name()
                );
                errors.add(syn::Error::new(key.name.span, message));
            }
        }
    }
}

fn local_indexes(table: &Table, errors: &Errors) {
    for index in table.indexes.iter().filter(|index| index.local && table.range_key.is_none()) {
        errors
            .at(&index.name, "a local index needs a table with a range key; write `range_key = \"..\"` for the table");
    }
}

fn included_attributes(table: &Table, errors: &Errors) {
    for index in &table.indexes {
        let IndexProjection::Include(names) = &index.projection else {
            continue;
        };
        for (at, name) in names.iter().enumerate() {
            if names[..at].iter().any(|earlier| earlier.value() == name.value()) {
                errors.at(name, format_args!("`include` names `{}` already; remove one", name.value()));
            }
        }
    }
}
