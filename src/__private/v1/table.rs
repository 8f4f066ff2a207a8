//! Constant functions with which a model checks that it matches its table.

use crate::attribute::names::{self, Names};
use crate::key::KeyType;
use crate::schema::{IndexProjection, IndexSchema, KeySchema, ModelSchema, Name, TableSchema};

/// Ends the compilation with `message` at the call unless `holds`.
#[track_caller]
pub const fn check(holds: bool, message: &str) {
    assert!(holds, "{}", message);
}

/// Ends the compilation at the call if a template of the model writes the attribute `name`, or if it is the table's entity attribute.
#[track_caller]
pub const fn check_attribute(table: &TableSchema, written: &[(&str, &str)], name: &str) {
    check(!is_written(written, name), "this attribute is a key that a template of the model writes; rename the field");
    check(
        !is_entity(table, name),
        "this attribute is the table's entity attribute, which singlet writes; rename the field",
    );
}

/// Whether one of the templates writes the attribute `name`. Each template is given with its attribute.
pub const fn is_written(written: &[(&str, &str)], name: &str) -> bool {
    let mut i = 0;
    while i < written.len() {
        if is_same(written[i].0, name) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether `template` may write the attribute `name`, because no other template does.
pub const fn is_same_template(written: &[(&str, &str)], name: &str, template: &str) -> bool {
    let mut i = 0;
    while i < written.len() {
        if is_same(written[i].0, name) && !is_same(written[i].1, template) {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether a template writes an attribute of a flattened struct.
pub const fn writes_any(names: &Names, written: &[(&str, &str)]) -> bool {
    let mut i = 0;
    while i < written.len() {
        if names.contains_any(&[written[i].0]) {
            return true;
        }
        i += 1;
    }
    false
}

pub const fn is_same(a: &str, b: &str) -> bool {
    names::is_same(a, b)
}

/// Returns the name of an attribute that a table may have, or the empty name, which no attribute has.
pub const fn name_of(attribute: Option<Name>) -> &'static str {
    match attribute {
        Some(attribute) => attribute.name,
        None => "",
    }
}

/// Whether it is the table's entity attribute.
pub const fn is_entity(table: &TableSchema, name: &str) -> bool {
    match table.entity {
        Some(entity) => is_same(entity.name, name),
        None => false,
    }
}

/// Whether the index holds the table's entity attribute, or holds keys only and is read by keys.
pub const fn entity_is_readable(table: &TableSchema, index: &IndexSchema) -> bool {
    match table.entity {
        Some(entity) => is_readable_from(index, entity.name),
        None => true,
    }
}

/// Whether the index holds the attribute, or holds keys only and is read by keys.
pub const fn is_readable_from(index: &IndexSchema, name: &str) -> bool {
    let IndexProjection::Include(names) = index.projection else { return true };
    let mut i = 0;
    while i < names.len() {
        if is_same(names[i], name) {
            return true;
        }
        i += 1;
    }
    let range = match index.range_key {
        Some(range) => is_same(range.attribute.name, name),
        None => false,
    };
    range || is_same(index.hash_key.attribute.name, name)
}

/// Returns the range key's attribute. If there is none, the derive has already rejected the model.
pub const fn range_attribute(key: Option<KeySchema>) -> Name {
    match key {
        Some(key) => key.attribute,
        None => Name::new("", "\"\":"),
    }
}

/// Returns the additional attribute with this index of a key with several attributes.
pub const fn further_key(keys: &[KeySchema], at: usize) -> Option<KeySchema> {
    if at < keys.len() { Some(keys[at]) } else { None }
}

/// Whether the key is a string. A missing key is reported elsewhere.
pub const fn is_text(key: Option<KeySchema>) -> bool {
    has_type(key, KeyType::S)
}

pub const fn is_named(key: Option<KeySchema>, name: &str) -> bool {
    match key {
        Some(key) => is_same(key.attribute.name, name),
        None => true,
    }
}

pub const fn has_type(key: Option<KeySchema>, key_type: KeyType) -> bool {
    match key {
        Some(key) => key.key_type as u8 == key_type as u8,
        None => true,
    }
}

pub const fn is_ttl(table: &TableSchema, name: &str) -> bool {
    match table.ttl {
        Some(ttl) => is_same(ttl, name),
        None => false,
    }
}

/// Returns the TTL attribute. It is empty if the table has none, which is already an error.
pub const fn ttl_of(table: &TableSchema) -> &'static str {
    match table.ttl {
        Some(ttl) => ttl,
        None => "",
    }
}

/// The schema of a model with errors, which prevents follow-up errors.
pub const NO_MODEL: &ModelSchema =
    &ModelSchema::new("", &TableSchema::new("", KeySchema::new(Name::new("", "\"\":"), KeyType::S)));
