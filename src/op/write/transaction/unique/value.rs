//! A unique value within its scope, and the key of the sentinel that reserves it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::expr::{Comparator, Segment, Term, Tree};
use crate::key::{KeyRole, KeyType, KeyValue, KeyWriter, RawKey, key_text};
use crate::op::write::own_items;
use crate::schema::{ModelSchema, TableSchema, UniqueSchema};
use crate::{Error, ErrorKind, Number, Result, item};

/// The attribute of a sentinel that names the item that has the value.
pub(super) const OWNER: &str = "owner";

/// The text that the hash keys of all sentinels begin with.
const BEGINNING: &str = "UNIQUE#";

/// The range key of all sentinels.
const RANGE: &str = "UNIQUE";

/// A unique value, as the texts of the value and of its scope.
#[derive(Debug, PartialEq)]
pub(super) struct UniqueValue {
    pub(super) attribute: &'static str,
    texts: Vec<String>,
}

impl UniqueValue {
    /// Returns the value that these attributes form; `None` if one is absent.
    pub(super) fn of(unique: &UniqueSchema, value: impl Fn(&'static str) -> Option<AttributeValue>) -> Option<Self> {
        let text = |attribute: &'static str| match value(attribute)? {
            AttributeValue::S(text) if unique.ignores_case && attribute == unique.attribute => {
                Some(text.to_lowercase())
            }
            value => Some(text_of(&value)),
        };
        let texts: Vec<String> = unique.attributes().map(text).collect::<Option<_>>()?;
        Some(UniqueValue { attribute: unique.attribute, texts })
    }
}

/// Returns the key of the item that reserves the value.
pub(super) fn sentinel_key(schema: &ModelSchema, UniqueValue { attribute, texts }: &UniqueValue) -> Result<RawKey> {
    let attribute = *attribute;
    let is_text = |key_type| key_type == KeyType::S;
    let table = schema.table;
    if !is_text(table.hash_key.key_type) || table.range_key.is_some_and(|key| !is_text(key.key_type)) {
        let message = "unique values need a table whose keys are strings";
        return Err(Error::new(ErrorKind::Configuration, message).with_attribute(attribute));
    }
    let fail = |fault| crate::error::fault_error(fault, schema.model).with_attribute(attribute);
    let hash = key_text(KeyRole::Hash, true, |key| {
        begin(key, schema);
        key.escaped(attribute);
        for text in texts {
            key.literal("#");
            key.escaped(text);
        }
    });
    let range = table.range_key.map(|_| KeyValue::S(RANGE.to_owned()));
    RawKey::new(hash.map_err(fail)?, range).map_err(fail)
}

/// Writes the beginning that the hash keys of a model's sentinels share.
fn begin(key: &mut KeyWriter<'_>, schema: &ModelSchema) {
    key.literal(BEGINNING);
    key.escaped(schema.entity.map_or(schema.model, |entity| entity.name));
    key.literal("#");
}

/// The condition that an item of the table is not one that singlet itself stores. `None` if the table can have none, because its
/// keys are not strings.
///
/// A table without an entity attribute has sentinels only, which are recognized by their keys and owners.
pub(crate) fn is_no_own_item_of(table: &TableSchema) -> Option<Tree> {
    if !table.has_string_keys() {
        return None;
    }
    if let Some(entity) = table.entity {
        return Some(own_items::is_none(entity.name));
    }
    let path = Term::Path(vec![Segment::Name(table.hash_key.attribute.name)]);
    let begins = Tree::Function("begins_with", path, Some(Term::text(BEGINNING)));
    let range = table
        .range_key
        .map(|key| Tree::compare(key.attribute.name, Comparator::Eq, AttributeValue::S(RANGE.to_owned())));
    let is_sentinel = begins.and_maybe(range).and(Tree::exists(OWNER));
    Some(Tree::Not(Box::new(is_sentinel)))
}

/// The condition that an item is not a sentinel of the model. `None` if the model has none, or if the entity attribute tells.
pub(crate) fn is_no_sentinel(schema: &ModelSchema) -> Option<Tree> {
    let hash = schema.table.hash_key;
    if schema.unique.is_empty() || schema.entity.is_some() || hash.key_type != KeyType::S {
        return None;
    }
    let Ok(KeyValue::S(prefix)) = key_text(KeyRole::Hash, true, |key| begin(key, schema)) else { return None };
    let path = Term::Path(vec![Segment::Name(hash.attribute.name)]);
    let begins = Tree::Function("begins_with", path, Some(Term::text(&prefix)));
    Some(Tree::Not(Box::new(begins)))
}

/// Returns one text per value, so that equal numbers have the same text.
fn text_of(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => text.clone(),
        AttributeValue::N(digits) => digits.parse::<Number>().map_or_else(|_| digits.clone(), |n| n.to_string()),
        AttributeValue::B(bytes) => BASE64_STANDARD.encode(bytes),
        other => {
            // The derive allows only scalars to be unique.
            let entry = HashMap::from([(String::new(), other.clone())]);
            item::to_bytes(&entry).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        }
    }
}
