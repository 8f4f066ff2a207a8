//! Builds the body of a transaction as bytes, so that every attempt sends the same ones.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;

use crate::error::fault_error;
use crate::expr::Tree;
use crate::key::RawKey;
use crate::op::engine::refused;
use crate::op::engine::request_body::{self, RequestBody, USUAL_LENGTH, Unconverted};
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::executor::{Prepared, WriteAction};
use crate::op::write::guard::Replaceable;
use crate::op::write::put::HEAD;
use crate::op::write::transaction::unique::Claims;
use crate::schema::ModelSchema;
use crate::wire;
use crate::{Item, Result, item};

/// One item of a transaction.
#[derive(Debug)]
pub(crate) struct TransactItem<'p> {
    /// The bodies of all items of the transaction.
    bytes: Bytes,
    /// The range of `bytes` that contains the body of this item: `{"Put":{…}}`.
    body: Range<usize>,
    /// The index of the operation that the item belongs to.
    pub(crate) operation: usize,
    /// The attribute whose unique value the item reserves, if it is a sentinel.
    pub(crate) unique: Option<&'static str>,
    /// The table and the key. No two items of a transaction may share them.
    pub(crate) place: (Cow<'static, str>, Cow<'p, RawKey>),
    /// The range of `bytes` that contains the item of a put.
    item: Option<Range<usize>>,
    /// The version that the stored item is expected to have.
    pub(crate) version: Option<u64>,
    pub(crate) stored: Replaceable,
    pub(crate) schema: &'static ModelSchema,
    /// Whether the condition certainly fails if there is no item.
    pub(super) needs_item: bool,
}

impl<'p> TransactItem<'p> {
    /// Builds a write that also requires the stored unique values to equal those that were read.
    pub(crate) fn guarded(
        operation: usize,
        table: Cow<'static, str>,
        prepared: &'p Prepared,
        claims: &Claims,
        bytes: &mut Vec<u8>,
    ) -> Result<Self> {
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
        let (body, item) = write(bytes, member, &table, item, (prepared.schema, &prepared.key), &expressions)?;
        Ok(TransactItem {
            bytes: Bytes::new(),
            body,
            operation,
            unique: None,
            place: (table, Cow::Borrowed(&prepared.key)),
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
        table: Cow<'static, str>,
        schema: &'static ModelSchema,
        (key, attribute): (RawKey, &'static str),
        item: Option<&Item>,
        condition: &Tree,
        bytes: &mut Vec<u8>,
    ) -> Result<Self> {
        let expressions = WriteExpressions::of(Some(condition))?;
        let item = item.map(item::to_bytes).transpose().map_err(|fault| fault_error(fault, schema.model))?;
        let member = if item.is_some() { "Put" } else { "Delete" };
        let (body, item) = write(bytes, member, &table, item.as_deref(), (schema, &key), &expressions)?;
        let place = (table, Cow::Owned(key));
        let (unique, stored) = (Some(attribute), Replaceable::Own);
        Ok(TransactItem {
            bytes: Bytes::new(),
            body,
            operation,
            unique,
            place,
            item,
            version: None,
            stored,
            schema,
            needs_item: false,
        })
    }

    /// Sets the buffer that contains the bodies of all items.
    pub(super) fn set_bytes(&mut self, bytes: &Bytes) {
        self.bytes = bytes.clone();
    }

    pub(super) fn body(&self) -> &[u8] {
        self.bytes.get(self.body.clone()).unwrap_or_default()
    }

    /// Whether both concern the same item.
    pub(super) fn has_same_key_as(&self, other: &Self) -> bool {
        let ((table, key), (other_table, other_key)) = (&self.place, &other.place);
        // The items of a transaction often differ only in the range key, so it is compared first.
        key.range == other_key.range && key.hash == other_key.hash && table == other_table
    }

    /// Whether the item is a sentinel that is deleted.
    pub(super) fn is_release(&self) -> bool {
        self.unique.is_some() && self.item.is_none()
    }

    /// The item of a put.
    pub(super) fn item(&self) -> Option<&[u8]> {
        self.item.clone().and_then(|item| self.bytes.get(item))
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

/// Returns a buffer for the bodies of these writes.
pub(super) fn buffer<'p>(writes: impl Iterator<Item = &'p Prepared>) -> Vec<u8> {
    let length = |write: &Prepared| match &write.action {
        WriteAction::Put(head) => head.len() + USUAL_LENGTH,
        WriteAction::Update | WriteAction::Delete | WriteAction::Check => USUAL_LENGTH,
    };
    Vec::with_capacity(writes.map(length).sum())
}

/// Appends the body of an item. Returns its range, and that of the item of a put.
fn write(
    bytes: &mut Vec<u8>,
    member: &str,
    table: &str,
    item: Option<&[u8]>,
    (schema, key): (&ModelSchema, &RawKey),
    expressions: &WriteExpressions,
) -> Result<(Range<usize>, Option<Range<usize>>)> {
    let start = bytes.len();
    for part in ["{\"", member, "\":{"] {
        bytes.extend_from_slice(part.as_bytes());
    }
    let key = item.is_none().then_some((schema.table, key));
    let unconverted = Unconverted { key, expressions: Some(expressions.into()), ..Unconverted::default() };
    let mut body = RequestBody::new(Some(std::mem::take(bytes)), unconverted);
    let item = item.map(|item| body.json("Item", item));
    body.key("Key", None);
    body.text("TableName", Some(table));
    body.update_expression("UpdateExpression", None);
    body.condition_expression("ConditionExpression", None);
    body.returned_item("ReturnValuesOnConditionCheckFailure", None);
    body.expression_names("ExpressionAttributeNames", None);
    body.expression_values("ExpressionAttributeValues", None);
    *bytes = body.finish().map_err(|fault| fault_error(fault, ""))?;
    bytes.push(b'}');
    Ok((start..bytes.len(), item))
}

/// `{"TransactItems":[…]`, which precedes the SDK's own part of the body.
pub(super) fn head(parts: &[TransactItem<'_>]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.body().len() + 1).sum();
    let mut head = request_body::begin_head(b"{\"TransactItems\":[", length);
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            head.push(b',');
        }
        head.extend_from_slice(part.body());
    }
    head.push(b']');
    head
}
