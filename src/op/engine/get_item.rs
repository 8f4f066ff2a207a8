//! The `GetItem` request of `get`, `exists` and writes that must read first.

use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;

use crate::Client;
use crate::expr::Placeholders;
use crate::schema::ModelSchema;

/// Returns the SDK's builder of a read by key, without the key.
pub(crate) fn builder(client: &Client, table: &str, consistent: bool) -> GetItemFluentBuilder {
    let builder = client.sdk().get_item().table_name(table);
    if consistent { builder.consistent_read(true) } else { builder }
}

/// The names that a read by key of some attributes returns: those attributes, and the ones that identify the item and tell
/// whether it is expired. An item thus never looks absent because it has none of the attributes. A name can be there twice.
pub(crate) fn with_identity(schema: &ModelSchema, names: &[&'static str]) -> impl Iterator<Item = &'static str> {
    let entity = schema.entity.map(|entity| entity.attribute.name);
    let names = schema.requested(names);
    schema.table.key_names().into_iter().chain(names).chain(entity).chain(schema.expiry())
}

/// The projection expression of some attributes, and the placeholders of their names.
pub(crate) fn projection(names: impl IntoIterator<Item = &'static str>) -> (String, Placeholders) {
    let mut placeholders = Placeholders::default();
    (placeholders.projection(names), placeholders)
}
