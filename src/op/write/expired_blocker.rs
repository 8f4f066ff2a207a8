//! Removes an expired item that blocks a write to a model that hides expired items.
//!
//! DynamoDB deletes expired items some time after they expire. Until then, an expired item can make a condition fail
//! or hold, although the model treats the item as absent. After the item is deleted, the condition has its intended
//! result.

use crate::key::RawKey;
use crate::op::engine::context::Context;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::guard;
use crate::schema::ModelSchema;
use crate::splice::ApiOperation;
use crate::ttl::ExpiryCheck;
use crate::{Error, Item, Result};

/// Whether a write was rejected because of an expired item of its model.
pub(crate) fn blocked_by_expired(error: &Error, schema: &ModelSchema, check: ExpiryCheck) -> bool {
    error.old_item().is_some_and(|stored| is_expired(stored, schema, check))
}

/// Whether the stored item belongs to the model and has expired.
pub(crate) fn is_expired(stored: &Item, schema: &ModelSchema, check: ExpiryCheck) -> bool {
    schema.owns(stored) && check.is_expired(stored)
}

/// The request of [`remove`].
pub(crate) const REMOVAL: Followed =
    Followed::new(ApiOperation::DeleteItem, "if an expired item, which counts as absent, makes the condition fail");

/// Deletes the item if it is still expired.
pub(crate) async fn remove(call: &Context, schema: &ModelSchema, key: &RawKey, check: ExpiryCheck) -> Result<()> {
    let expired = guard::expired(check.attribute, check.now);
    let expressions = WriteExpressions::of(Some(&expired)).map_err(|error| call.contextualize(error))?;
    let builder = call.client.sdk().delete_item();
    let request = Outgoing::new(builder).expressions(&expressions).by_key(schema, key, None).writes(1);
    match call.send(request).await.into_output() {
        // Another client has deleted or renewed the item. The condition of the write itself decides what that means.
        Err(error) if error.is_condition_unmet() => Ok(()),
        outcome => outcome.map(drop),
    }
}
