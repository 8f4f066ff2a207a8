//! The keys that a `BatchGetItem` request reads from one table.

use aws_sdk_dynamodb::types::KeysAndAttributes;

use crate::key::RawKey;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::sdk_key::sdk_key;
use crate::schema::TableSchema;

/// The keys to read from one table, and how to read them.
#[derive(Debug)]
pub(crate) struct BatchKeys<'a> {
    /// The name of the table.
    pub(crate) table: &'a str,
    /// At least one key, with the schema of its table.
    pub(crate) keys: Vec<(&'static TableSchema, &'a RawKey)>,
    pub(crate) consistent: bool,
    /// The projection, if not all attributes are read.
    pub(crate) projection: Option<ReadExpressions>,
}

impl BatchKeys<'_> {
    /// Converts them to the SDK's form.
    pub(crate) fn to_sdk(&self) -> KeysAndAttributes {
        let keys = self.keys.iter().map(|(schema, key)| sdk_key(schema, key)).collect();
        let keys = KeysAndAttributes::builder().set_keys(Some(keys));
        let mut keys = keys.set_consistent_read(self.consistent.then_some(true));
        if let Some(ReadExpressions { projection, placeholders, .. }) = &self.projection {
            let names = placeholders.sdk_names();
            keys = keys.set_projection_expression(projection.clone()).set_expression_attribute_names(names);
        }
        // The SDK requires no other member.
        keys.build().unwrap_or_else(|_| unreachable!("the keys are set"))
    }
}
