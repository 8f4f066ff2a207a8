//! Rules between the options of one field.

use syn::{Ident, Type};

use super::{DefaultValue, FieldOptions};
use crate::errors::Errors;
use crate::shape::{is_set, option_inner};

pub(super) fn check(options: &FieldOptions, ty: &Type, errors: &Errors) {
    one_way_of_storage(options, errors);
    converted_field(options, errors);
    whole_attribute(options, errors);
    flattened_struct(options, ty, errors);
    default_of_absent(options, ty, errors);
    key_field(options, ty, errors);
    ttl_field(options, errors);
    kept_field(options, errors);
    unique_field(options, errors);
    aliased_field(options, errors);
}

/// The options given that store a field otherwise than as a plain attribute.
fn ways_of_storage(options: &FieldOptions) -> impl Iterator<Item = &Ident> {
    let FieldOptions { skip, flatten, serde, compressed, key_only, extra, with, read_with, write_with, .. } = options;
    let converted = with.key().or(read_with.key()).or(write_with.key());
    [skip.key(), flatten.key(), serde.key(), compressed.key(), key_only.key(), extra.key(), converted]
        .into_iter()
        .flatten()
}

/// A field is stored in one way.
fn one_way_of_storage(options: &FieldOptions, errors: &Errors) {
    let mut given = ways_of_storage(options);
    if let Some(first) = given.next() {
        for other in given {
            errors.at(other, format_args!("a field is stored in one way; remove `{first}` or `{other}`"));
        }
    }
}

/// A module has both functions, and a function that writes states what it makes.
fn converted_field(options: &FieldOptions, errors: &Errors) {
    let FieldOptions { with, read_with, write_with, stored_as, .. } = options;
    if let Some(with) = with.key() {
        for other in [read_with.key(), write_with.key(), stored_as.key()].into_iter().flatten() {
            errors
                .at(other, format_args!("`{with}` names a module with `read`, `write` and `Stored`; remove `{other}`"));
        }
        return;
    }
    match (write_with.key(), stored_as.key()) {
        (Some(write), None) => {
            errors
                .at(write, format_args!("the type that `{write}` makes decides the operators; add `stored_as = u64`"));
        }
        (None, Some(stored)) => {
            errors.at(
                stored,
                format_args!("`{stored}` is the type that `write_with` makes; add it, or remove `{stored}`"),
            );
        }
        _ => {}
    }
}

/// `rename`, `default`, `sensitive` and `validate` need an attribute of the field's own.
fn whole_attribute(options: &FieldOptions, errors: &Errors) {
    let refuse = |option: Option<&Ident>, way: Option<&Ident>, why: &str| {
        if let (Some(option), Some(way)) = (option, way) {
            errors.at(option, format_args!("the `{way}` field {why}; remove `{option}`"));
        }
    };
    let rename = options.rename.key();
    refuse(rename, options.skip.key(), "is not stored");
    refuse(rename, options.flatten.key(), "is stored as the attributes of its own fields");
    refuse(rename, options.key_only.key(), "has no attribute of its own");
    let extra = options.extra.key();
    refuse(rename, extra, "holds attributes that have their own names");
    refuse(options.default.key(), extra, "is empty if the item has no further attributes");
    refuse(options.sensitive.key(), extra, "has no attribute of its own");
    let default = options.default.key();
    refuse(
        default,
        options.flatten.key(),
        "is stored as the attributes of its own fields, which have their own defaults",
    );
    refuse(default, options.key_only.key(), "is read from a key, which has no default");
    refuse(options.sensitive.key(), options.skip.key(), "is not stored");
    let sensitive = options.sensitive.key();
    refuse(sensitive, options.flatten.key(), "has no attribute of its own");
    let validate = options.validate.key();
    refuse(validate, options.skip.key(), "is not stored");
    refuse(validate, options.flatten.key(), "has no attribute of its own");
}

/// A former name is one of a plain attribute that singlet finds by its current name only where it can use both.
fn aliased_field(options: &FieldOptions, errors: &Errors) {
    let FieldOptions { skip, flatten, key_only, extra, hash_key, range_key, ttl, .. } = options;
    let FieldOptions { version, created_at, updated_at, unique, .. } = options;
    let reasons = [
        (skip.key(), "is not stored"),
        (flatten.key(), "is stored as the attributes of its own fields, which have their own aliases"),
        (key_only.key(), "has no attribute of its own"),
        (extra.key(), "holds attributes that have their own names"),
        (hash_key.key(), "is a key attribute of the table, whose name never changes"),
        (range_key.key(), "is a key attribute of the table, whose name never changes"),
        (ttl.key(), "is the attribute that DynamoDB reads, which has one name"),
        (version.key(), "is compared by every write under one name"),
        (created_at.key(), "is written by singlet under one name"),
        (updated_at.key(), "is written by singlet under one name"),
        (unique.key(), "is read before a write under one name"),
    ];
    for (alias, _) in &options.aliases {
        if let Some((option, why)) = reasons.iter().find_map(|(option, why)| Some((option.as_ref()?, why))) {
            errors.at(alias, format_args!("the `{option}` field {why}; remove `{alias}`"));
        }
    }
}

/// `flatten` takes a struct, and a prefix that is not empty.
fn flattened_struct(options: &FieldOptions, ty: &Type, errors: &Errors) {
    if let Some(prefix) = options.prefix.key() {
        if !options.flatten.is_set() {
            let rule = "`prefix` is what the attribute names of a flattened struct begin with; add `flatten`, or write the whole name with `rename`";
            errors.at(prefix, rule);
        } else if options.prefix.get().is_some_and(|prefix| prefix.value().is_empty()) {
            errors.at(&options.prefix, "a prefix has at least one character; write one, or remove `prefix`");
        }
    }
    if options.flatten.is_set() && option_inner(ty).is_some() {
        errors.at(ty, "a `flatten` field is always there; use the struct itself, with `Option` fields inside");
    }
}

/// `None` and an empty set are stored as absence, which a default would turn into another value.
fn default_of_absent(options: &FieldOptions, ty: &Type, errors: &Errors) {
    if !options.skip.is_set() && matches!(options.default.get(), Some(DefaultValue::Expr(_))) {
        if option_inner(ty).is_some() {
            errors.at(
                &options.default,
                "an absent `Option` reads as `None`; use the type without `Option`, or remove `default`",
            );
        } else if is_set(ty) {
            errors.at(
                &options.default,
                "an absent set reads as the empty set; remove `default`, and set the value when you build the item",
            );
        }
    }
}

/// A key field is a plain attribute that is always there.
fn key_field(options: &FieldOptions, ty: &Type, errors: &Errors) {
    if let (Some(hash), Some(range)) = (options.hash_key.key(), options.range_key.key()) {
        errors.at(range, format_args!("a field is one key attribute; remove `{hash}` or `{range}`"));
    }
    let Some(key) = options.hash_key.key().or(options.range_key.key()) else {
        return;
    };
    if let Some(way) = ways_of_storage(options).next() {
        errors.at(way, format_args!("a key field is stored as it is; remove `{way}`, or make the key with a template: `{key} = \"..\"` on the struct"));
    } else if option_inner(ty).is_some() {
        errors.at(ty, "a key attribute is never absent; use the type without `Option`");
    }
}

/// The TTL is an attribute of its own.
fn ttl_field(options: &FieldOptions, errors: &Errors) {
    let (lifetime, mark) = (options.ttl.key(), options.ttl_attribute.key());
    if let (Some(_), Some(mark)) = (lifetime, mark) {
        errors.at(mark, "`ttl` marks the TTL attribute already; remove `ttl_attribute`");
    }
    let Some(ttl) = lifetime.or(mark) else { return };
    if let Some(way) = ways_of_storage(options).next() {
        errors.at(way, format_args!("the TTL is a number of its own, which DynamoDB reads; remove `{way}` or `{ttl}`"));
    }
}

/// A field that operations fill in themselves is a plain attribute, and has one reason to be.
fn kept_field(options: &FieldOptions, errors: &Errors) {
    let FieldOptions { version, created_at, updated_at, generated, .. } = options;
    let mut marks = [version.key(), created_at.key(), updated_at.key(), generated.key()].into_iter().flatten();
    let Some(mark) = marks.next() else { return };
    for other in marks.chain(options.ttl.key()).chain(options.ttl_attribute.key()) {
        errors.at(other, format_args!("a field is filled in for one reason; remove `{mark}` or `{other}`"));
    }
    let is_id = generated.is_set();
    for way in ways_of_storage(options).filter(|way| !is_id || *way != "key_only") {
        errors.at(way, format_args!("a `{mark}` field is a plain attribute, which singlet writes; remove `{way}`"));
    }
    if is_id {
        if let Some(default) = options.default.key() {
            errors.at(default, "a generated field that is not set is given an id when it is written; remove `default`");
        }
        return;
    }
    for other in [options.hash_key.key(), options.range_key.key(), options.unique.key()].into_iter().flatten() {
        errors.at(other, format_args!("a `{mark}` field is changed by singlet; remove `{other}`"));
    }
}

/// What is unique is a value of an attribute of its own.
fn unique_field(options: &FieldOptions, errors: &Errors) {
    let Some(unique) = options.unique.key() else { return };
    if let Some(way) = ways_of_storage(options).next() {
        errors.at(way, format_args!("a unique value is a plain attribute; remove `{way}` or `{unique}`"));
    } else if options.hash_key.is_set() || options.range_key.is_set() {
        errors.at(unique, "no two items have one primary key; remove `unique`");
    }
}
