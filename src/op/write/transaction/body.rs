//! Builds the body of a transaction as bytes, so that every attempt sends the same ones.

use std::ops::Range;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::error::fault_error;
use crate::expr::Tree;
use crate::key::RawKey;
use crate::op::engine::sdk_key::sdk_key;
use crate::op::write::executor::{Prepared, WriteAction};
use crate::op::write::guard::{Expressions, Replaceable};
use crate::op::write::put::HEAD;
use crate::op::write::transaction::unique::Claims;
use crate::schema::ModelSchema;
use crate::wire::{self, Writer};
use crate::{Item, Result, item};

/// One item of a transaction.
#[derive(Debug)]
pub(crate) struct TransactItem {
    /// `{"Put":{…}}`
    pub(crate) body: Vec<u8>,
    /// The index of the operation that the item belongs to.
    pub(crate) operation: usize,
    /// The attribute whose unique value the item reserves, if it is a sentinel.
    pub(crate) unique: Option<&'static str>,
    /// The table and the key. No two items of a transaction may share them.
    pub(crate) place: (String, RawKey),
    /// The range of the body that is the item of a put.
    item: Option<Range<usize>>,
    /// The version that the stored item is expected to have.
    pub(crate) version: Option<u64>,
    pub(crate) stored: Replaceable,
    pub(crate) schema: &'static ModelSchema,
}

impl TransactItem {
    /// Builds a write that also requires the stored unique values to equal those that were read.
    pub(crate) fn guarded(operation: usize, table: &str, prepared: &Prepared, claims: &Claims) -> Result<Self> {
        let mut expressions = prepared.expressions.clone();
        if let Some(guard) = claims.guard() {
            expressions.guard(&guard)?;
        }
        let (member, item) = match &prepared.action {
            WriteAction::Put(head) => ("Put", Some(&head[HEAD.len()..])),
            WriteAction::Update => ("Update", None),
            WriteAction::Delete => ("Delete", None),
            WriteAction::Check => ("ConditionCheck", None),
        };
        let key = item.is_none().then(|| sdk_key(prepared.schema, &prepared.key));
        let (body, item) = body(member, table, item, key.as_ref(), &expressions)?;
        Ok(TransactItem {
            body,
            operation,
            unique: None,
            place: (table.to_owned(), prepared.key.clone()),
            item,
            version: prepared.version,
            stored: prepared.stored,
            schema: prepared.schema,
        })
    }

    /// Builds a write of an item that singlet maintains itself.
    pub(crate) fn own(
        operation: usize,
        table: &str,
        schema: &'static ModelSchema,
        (key, attribute): (RawKey, &'static str),
        item: Option<&Item>,
        condition: &Tree,
    ) -> Result<Self> {
        let expressions = Expressions::of(Some(condition))?;
        let bytes = item.map(item::to_bytes).transpose().map_err(|fault| fault_error(fault, schema.model))?;
        let sdk_key = item.is_none().then(|| sdk_key(schema, &key));
        let member = if item.is_some() { "Put" } else { "Delete" };
        let (body, item) = body(member, table, bytes.as_deref(), sdk_key.as_ref(), &expressions)?;
        let place = (table.to_owned(), key);
        let (unique, stored) = (Some(attribute), Replaceable::Own);
        Ok(TransactItem { body, operation, unique, place, item, version: None, stored, schema })
    }

    /// The size of the item of a put by DynamoDB's rule. It takes an eighth of the time of a transaction, and is only
    /// needed for a large one.
    pub(super) fn item_size(&self) -> usize {
        let item = self.item.clone().and_then(|item| self.body.get(item)).unwrap_or_default();
        wire::item_size(item).unwrap_or(item.len())
    }
}

fn body(
    member: &str,
    table: &str,
    item: Option<&[u8]>,
    key: Option<&Item>,
    expressions: &Expressions,
) -> Result<(Vec<u8>, Option<Range<usize>>)> {
    let fail = |fault| fault_error(fault, "");
    let mut writer = Writer::new();
    writer.raw(b"{");
    writer.key(member);
    writer.raw(b"{");
    let item = item.map(|item| {
        writer.key("Item");
        writer.raw(item);
        writer.written() - item.len()..writer.written()
    });
    if let Some(key) = key {
        writer.key("Key");
        write_values(&mut writer, sorted(key.iter().map(|(name, value)| (name.as_str(), value))));
    }
    text(&mut writer, "TableName", table);
    if let Some(update) = &expressions.update {
        text(&mut writer, "UpdateExpression", update);
    }
    if let Some(condition) = &expressions.condition {
        text(&mut writer, "ConditionExpression", condition);
        text(&mut writer, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
    }
    let placeholders = &expressions.placeholders;
    if !placeholders.names.is_empty() {
        writer.key("ExpressionAttributeNames");
        writer.raw(b"{");
        for (placeholder, name) in &placeholders.names {
            text(&mut writer, placeholder, name);
        }
        writer.raw(b"}");
    }
    if !placeholders.values.is_empty() {
        writer.key("ExpressionAttributeValues");
        write_values(&mut writer, placeholders.values.iter().map(|(name, value)| (name.as_str(), value)));
    }
    writer.raw(b"}}");
    Ok((writer.into_bytes().map_err(fail)?, item))
}

fn text(writer: &mut Writer, member: &str, text: &str) {
    writer.key(member);
    writer.raw_text(text);
}

fn sorted<'a>(entries: impl Iterator<Item = (&'a str, &'a AttributeValue)>) -> Vec<(&'a str, &'a AttributeValue)> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable_by_key(|(name, _)| *name);
    entries
}

fn write_values<'a>(writer: &mut Writer, values: impl IntoIterator<Item = (&'a str, &'a AttributeValue)>) {
    writer.raw(b"{");
    for (name, value) in values {
        writer.key(name);
        item::write_value(value, writer);
    }
    writer.raw(b"}");
}

/// `{"TransactItems":[…]`, which precedes the SDK's own part of the body.
pub(super) fn head(parts: &[TransactItem]) -> Vec<u8> {
    let mut head = b"{\"TransactItems\":[".to_vec();
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            head.push(b',');
        }
        head.extend_from_slice(&part.body);
    }
    head.push(b']');
    head
}
