//! Builds the body of a transaction as bytes, so that every attempt sends the same ones.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::fault_error;
use crate::expr::Tree;
use crate::key::RawKey;
use crate::op::engine::refused;
use crate::op::engine::request_body::{RequestBody, Unconverted};
use crate::op::write::executor::{Prepared, WriteAction};
use crate::op::write::guard::{Expressions, Replaceable};
use crate::op::write::put::HEAD;
use crate::op::write::transaction::unique::Claims;
use crate::schema::ModelSchema;
use crate::wire;
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
    /// Whether the condition certainly fails if there is no item.
    pub(super) needs_item: bool,
}

impl TransactItem {
    /// Builds a write that also requires the stored unique values to equal those that were read.
    pub(crate) fn guarded(operation: usize, table: &str, prepared: &Prepared, claims: &Claims) -> Result<Self> {
        let mut expressions = Cow::Borrowed(&prepared.expressions);
        if let Some(guard) = claims.guard() {
            expressions.to_mut().guard(&guard)?;
        }
        let (member, item) = match &prepared.action {
            WriteAction::Put(head) => ("Put", Some(&head[HEAD.len()..])),
            WriteAction::Update => ("Update", None),
            WriteAction::Delete => ("Delete", None),
            WriteAction::Check => ("ConditionCheck", None),
        };
        let (body, item) = body(member, table, item, (prepared.schema, &prepared.key), &expressions)?;
        Ok(TransactItem {
            body,
            operation,
            unique: None,
            place: (table.to_owned(), prepared.key.clone()),
            item,
            version: prepared.version,
            stored: prepared.stored,
            schema: prepared.schema,
            needs_item: prepared.needs_item,
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
        let member = if item.is_some() { "Put" } else { "Delete" };
        let (body, item) = body(member, table, bytes.as_deref(), (schema, &key), &expressions)?;
        let place = (table.to_owned(), key);
        let (unique, stored) = (Some(attribute), Replaceable::Own);
        Ok(TransactItem { body, operation, unique, place, item, version: None, stored, schema, needs_item: false })
    }

    /// Whether the item is a sentinel that is deleted.
    pub(super) fn is_release(&self) -> bool {
        self.unique.is_some() && self.item.is_none()
    }

    /// The item of a put.
    pub(super) fn item(&self) -> Option<&[u8]> {
        self.item.clone().and_then(|item| self.body.get(item))
    }

    /// The write units of the item, as far as its size is known.
    pub(super) fn units(&self) -> f64 {
        self.item().map_or(2.0, |item| refused::units_of(item, 2))
    }

    /// The size of the item of a put by DynamoDB's rule. It takes an eighth of the time of a transaction, and is only
    /// needed for a large one.
    pub(super) fn item_size(&self) -> usize {
        let item = self.item().unwrap_or_default();
        wire::item_size(item).unwrap_or(item.len())
    }
}

fn body(
    member: &str,
    table: &str,
    item: Option<&[u8]>,
    (schema, key): (&ModelSchema, &RawKey),
    expressions: &Expressions,
) -> Result<(Vec<u8>, Option<Range<usize>>)> {
    let key = item.is_none().then_some((schema.table, key));
    let unconverted = Unconverted { key, placeholders: Some(&expressions.placeholders), ..Unconverted::default() };
    let mut body = RequestBody::new(Some(format!("{{\"{member}\":{{").as_bytes()), unconverted);
    let item = item.map(|item| body.json("Item", item));
    body.key("Key", None);
    body.text("TableName", Some(table));
    body.text("UpdateExpression", expressions.update.as_deref());
    if let Some(condition) = &expressions.condition {
        body.text("ConditionExpression", Some(condition));
        body.text("ReturnValuesOnConditionCheckFailure", Some("ALL_OLD"));
    }
    body.expression_names("ExpressionAttributeNames", None);
    body.expression_values("ExpressionAttributeValues", None);
    let mut body = body.finish().map_err(|fault| fault_error(fault, ""))?;
    body.push(b'}');
    Ok((body, item))
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
