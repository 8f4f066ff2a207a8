//! The `GetItem` request of `get`, `exists` and writes that must read first.

use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;

use crate::Client;
use crate::op::engine::outgoing::Outgoing;
use crate::schema::ModelSchema;

/// Returns a `GetItem` request without its key.
pub(crate) fn request<'a>(client: &Client, consistent: bool) -> Outgoing<'a, GetItemFluentBuilder> {
    Outgoing::with_members(consistent.then(|| client.sdk().get_item().consistent_read(true)))
}

/// The names that a read by key of some attributes returns: those attributes, and the ones that identify the item and tell
/// whether it is expired. An item thus never looks absent because it has none of the attributes. A name can be there twice.
pub(crate) fn with_identity(schema: &ModelSchema, names: &[&'static str]) -> impl Iterator<Item = &'static str> {
    let entity = schema.entity.map(|entity| entity.attribute.name);
    let names = schema.requested(names);
    schema.table.key_names().into_iter().chain(names).chain(entity).chain(schema.expiry())
}
