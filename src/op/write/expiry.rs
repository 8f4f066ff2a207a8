//! Determines the expiry of a written item from its value, the call and the model's config.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Comparator, Tree};
use crate::key::RawKey;
use crate::op::engine::context::Context;
use crate::op::engine::get_item;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::schema::ModelSchema;
use crate::wire::Writer;
use crate::{Error, ErrorKind, Item, Result, TTLAttribute};

/// How a write of a whole item sets its expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// Use the value's own field, or no expiry if it has none.
    FromValue,
    Set(TTLAttribute),
    /// Keep the stored expiry, which the value does not contain. A new item gets this one.
    Stored(TTLAttribute),
}

/// What determines the expiry of a value that is written as a whole.
pub(crate) struct PutExpiryInput {
    pub(crate) carried: Option<TTLAttribute>,
    /// The TTL that the call sets.
    pub(crate) ttl: Option<Duration>,
    /// Whether the item is written only if none exists.
    pub(crate) is_new: bool,
}

impl PutExpiryInput {
    pub(crate) fn expiry(&self, call: &Context, schema: &ModelSchema) -> Result<Expiry> {
        if let Some(ttl) = self.ttl {
            return requested(schema, call, ttl).map(Expiry::Set);
        }
        let lifecycle = &call.lifecycle;
        let Some(default) = call.default_expiry() else { return Ok(Expiry::FromValue) };
        if lifecycle.attribute(schema).is_none() {
            return Err(no_attribute());
        }
        Ok(match self.carried {
            Some(carried) if !lifecycle.refreshes || self.is_new || carried >= default || carried.is_explicit() => {
                Expiry::FromValue
            }
            None if !lifecycle.refreshes && !self.is_new && !schema.has_expiry_field() => Expiry::Stored(default),
            _ => Expiry::Set(default),
        })
    }
}

/// Returns the expiry of a write whose call sets a TTL.
pub(crate) fn requested(schema: &ModelSchema, call: &Context, ttl: Duration) -> Result<TTLAttribute> {
    if ttl.is_zero() {
        return Err(Error::new(ErrorKind::Validation, "the TTL is zero; to remove the item, delete it"));
    }
    match schema.expiry() {
        Some(_) => Ok(TTLAttribute::after_millis(call.now_millis(), ttl)),
        None => Err(no_attribute()),
    }
}

#[cold]
pub(crate) fn no_attribute() -> Error {
    let message = "the model has a ttl, but neither a field of type `TTLAttribute` nor a table with a TTL attribute";
    Error::new(ErrorKind::Configuration, message)
}

/// Appends the TTL attribute to an item that was written last.
pub(crate) fn append(writer: &mut Writer, attribute: &str, expires_at: TTLAttribute) {
    writer.reopen_item();
    writer.key(attribute);
    writer.digits(itoa::Buffer::new().format(expires_at.epoch_seconds()));
    writer.raw(b"}");
}

/// Reads the stored expiry of a key, unconverted.
pub(crate) async fn stored(
    call: &Context,
    schema: &ModelSchema,
    key: &RawKey,
    attribute: &'static str,
) -> Result<Option<AttributeValue>> {
    let projection = ReadExpressions::of_attributes(schema.table.key_names().into_iter().chain([attribute]));
    let request = get_item::request(&call.client, true);
    let request = request.expressions(&projection).by_key(schema, key, None).reads_first();
    let output = call.send(request).await.into_output()?;
    Ok(output.item.and_then(|mut item: Item| item.remove(attribute)))
}

/// Holds while the stored expiry equals the one that was read.
pub(crate) fn same(attribute: &'static str, stored: Option<&AttributeValue>) -> Tree {
    match stored {
        Some(value) => Tree::compare(attribute, Comparator::Eq, value.clone()),
        None => Tree::not_exists(attribute),
    }
}

/// Whether a write failed because another writer has changed the expiry since it was read.
pub(crate) fn has_moved(error: &Error, attribute: &'static str, read: Option<&AttributeValue>) -> bool {
    error.is_condition_failed() && error.old_item().and_then(|item| item.get(attribute)) != read
}
