//! Converts a table's definition to the SDK's types.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, GlobalSecondaryIndex, KeySchemaElement, KeyType as SdkKeyType, LocalSecondaryIndex,
    Projection as SdkProjection, ProjectionType, ProvisionedThroughput, ScalarAttributeType,
};
use aws_smithy_types::error::operation::BuildError;

use crate::key::{KeyType, distinct};
use crate::op::table::definition::{IndexDefinition, TableDefinition};
use crate::op::table::describe::{KeyDescription, ProjectionDescription};

type BuiltTable<T> = Result<T, BuildError>;

/// Returns the distinct key attributes of the table and its indexes.
pub(super) fn attributes(definition: &TableDefinition) -> BuiltTable<Vec<AttributeDefinition>> {
    distinct(definition.keys(), |key| &*key.attribute).into_iter().map(attribute).collect()
}

fn attribute(key: &KeyDescription) -> BuiltTable<AttributeDefinition> {
    let key_type = key.key_type.map(|key_type| match key_type {
        KeyType::S => ScalarAttributeType::S,
        KeyType::N => ScalarAttributeType::N,
        KeyType::B => ScalarAttributeType::B,
    });
    AttributeDefinition::builder().attribute_name(&key.attribute).set_attribute_type(key_type).build()
}

/// Returns the keys of a table or an index. DynamoDB requires all hash keys to come first.
pub(super) fn keys(hash: &[KeyDescription], range: &[KeyDescription]) -> BuiltTable<Vec<KeySchemaElement>> {
    let hash = hash.iter().map(|key| (key, SdkKeyType::Hash));
    let range = range.iter().map(|key| (key, SdkKeyType::Range));
    let element = |(key, role): (&KeyDescription, SdkKeyType)| {
        KeySchemaElement::builder().attribute_name(&key.attribute).key_type(role).build()
    };
    hash.chain(range).map(element).collect()
}

pub(super) fn global_index(
    index: &IndexDefinition,
    throughput: Option<ProvisionedThroughput>,
) -> BuiltTable<GlobalSecondaryIndex> {
    GlobalSecondaryIndex::builder()
        .index_name(&index.name)
        .set_key_schema(Some(keys(&index.hash_key, &index.range_key)?))
        .projection(projection(&index.projection))
        .set_provisioned_throughput(throughput)
        .build()
}

pub(super) fn local_index(definition: &TableDefinition, index: &IndexDefinition) -> BuiltTable<LocalSecondaryIndex> {
    LocalSecondaryIndex::builder()
        .index_name(&index.name)
        .set_key_schema(Some(keys(definition.hash_key_of(index), &index.range_key)?))
        .projection(projection(&index.projection))
        .build()
}

fn projection(projection: &ProjectionDescription) -> SdkProjection {
    let builder = SdkProjection::builder();
    match projection {
        ProjectionDescription::All => builder.projection_type(ProjectionType::All),
        ProjectionDescription::KeysOnly => builder.projection_type(ProjectionType::KeysOnly),
        ProjectionDescription::Include(attributes) => {
            builder.projection_type(ProjectionType::Include).set_non_key_attributes(Some(attributes.clone()))
        }
    }
    .build()
}
