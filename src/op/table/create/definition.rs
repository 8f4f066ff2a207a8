//! Converts a table's schema to the SDK's types.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, GlobalSecondaryIndex, KeySchemaElement, KeyType as SdkKeyType, LocalSecondaryIndex,
    Projection as SdkProjection, ProjectionType, ProvisionedThroughput, ScalarAttributeType,
};
use aws_smithy_types::error::operation::BuildError;

use crate::key::KeyType;
use crate::schema::{IndexProjection, IndexSchema, KeySchema, TableSchema};

type BuiltTable<T> = Result<T, BuildError>;

/// Returns the distinct key attributes of the table and its indexes.
pub(super) fn attributes(schema: &TableSchema) -> BuiltTable<Vec<AttributeDefinition>> {
    let of_indexes = schema.indexes.iter().flat_map(|index| index.hash_keys().chain(index.range_keys()));
    let mut keys: Vec<&KeySchema> = Vec::new();
    for key in std::iter::once(&schema.hash_key).chain(&schema.range_key).chain(of_indexes) {
        if keys.iter().all(|known| known.attribute.name != key.attribute.name) {
            keys.push(key);
        }
    }
    keys.into_iter().map(attribute).collect()
}

fn attribute(key: &KeySchema) -> BuiltTable<AttributeDefinition> {
    let key_type = match key.key_type {
        KeyType::S => ScalarAttributeType::S,
        KeyType::N => ScalarAttributeType::N,
        KeyType::B => ScalarAttributeType::B,
    };
    AttributeDefinition::builder().attribute_name(key.attribute.name).attribute_type(key_type).build()
}

/// Returns the keys of a table or an index. DynamoDB requires all hash keys to come first.
pub(super) fn keys<'a>(
    hash: impl IntoIterator<Item = &'a KeySchema>,
    range: impl IntoIterator<Item = &'a KeySchema>,
) -> BuiltTable<Vec<KeySchemaElement>> {
    let hash = hash.into_iter().map(|key| (key, SdkKeyType::Hash));
    let range = range.into_iter().map(|key| (key, SdkKeyType::Range));
    let element = |(key, role): (&KeySchema, SdkKeyType)| {
        KeySchemaElement::builder().attribute_name(key.attribute.name).key_type(role).build()
    };
    hash.chain(range).map(element).collect()
}

pub(super) fn global_index(
    index: &IndexSchema,
    throughput: Option<ProvisionedThroughput>,
) -> BuiltTable<GlobalSecondaryIndex> {
    GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(keys(index.hash_keys(), index.range_keys())?))
        .projection(projection(index.projection))
        .set_provisioned_throughput(throughput)
        .build()
}

pub(super) fn local_index(index: &IndexSchema) -> BuiltTable<LocalSecondaryIndex> {
    LocalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(keys(index.hash_keys(), index.range_keys())?))
        .projection(projection(index.projection))
        .build()
}

fn projection(projection: IndexProjection) -> SdkProjection {
    let builder = SdkProjection::builder();
    match projection {
        IndexProjection::All => builder.projection_type(ProjectionType::All),
        IndexProjection::KeysOnly => builder.projection_type(ProjectionType::KeysOnly),
        IndexProjection::Include(attributes) => builder
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(attributes.iter().map(|&name| name.to_owned()).collect())),
    }
    .build()
}
