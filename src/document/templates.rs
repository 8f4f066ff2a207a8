//! The definitions of the table for CloudFormation and Terraform.

use crate::schema::{IndexProjection, IndexSchema, KeySchema};

use super::content::Content;
use super::json::Json;

/// A CloudFormation template with the table.
pub(super) fn cloud_formation(content: &Content) -> Json {
    let schema = content.table;
    let attributes = content.key_attributes().into_iter().map(|key| {
        Json::Object(vec![
            ("AttributeName", Json::text(key.attribute.name)),
            ("AttributeType", Json::text(key.key_type.as_str())),
        ])
    });
    let mut table = vec![
        ("TableName", Json::text(&*content.name)),
        ("BillingMode", Json::text(if content.provisioned.is_some() { "PROVISIONED" } else { "PAY_PER_REQUEST" })),
    ];
    let units = content.provisioned.map(|(read, write)| {
        let units = vec![("ReadCapacityUnits", Json::Number(read)), ("WriteCapacityUnits", Json::Number(write))];
        ("ProvisionedThroughput", Json::Object(units))
    });
    table.extend(units.clone());
    table.push(("AttributeDefinitions", Json::list(attributes)));
    table.push(("KeySchema", key_schema([&schema.hash_key], &schema.range_key)));
    let index = |index: &IndexSchema| {
        let mut entries = vec![
            ("IndexName", Json::text(index.name)),
            ("KeySchema", key_schema(index.hash_keys(), index.range_keys())),
            ("Projection", projection(index.projection)),
        ];
        entries.extend(units.clone().filter(|_| !index.local));
        Json::Object(entries)
    };
    for (name, is_local) in [("GlobalSecondaryIndexes", false), ("LocalSecondaryIndexes", true)] {
        let indexes: Vec<_> = schema.indexes.iter().filter(|index| index.local == is_local).map(index).collect();
        if !indexes.is_empty() {
            table.push((name, Json::List(indexes)));
        }
    }
    if let Some(ttl) = schema.ttl {
        let entries = vec![("AttributeName", Json::text(ttl)), ("Enabled", Json::Bool(true))];
        table.push(("TimeToLiveSpecification", Json::Object(entries)));
    }
    let resource = Json::Object(vec![
        ("Type", Json::text("AWS::DynamoDB::Table")),
        // Without them, removing the table from the template, or changing its keys, deletes its items.
        ("DeletionPolicy", Json::text("Retain")),
        ("UpdateReplacePolicy", Json::text("Retain")),
        ("Properties", Json::Object(table)),
    ]);
    // A logical ID consists of letters and digits.
    let id: String = content.type_name.chars().filter(char::is_ascii_alphanumeric).collect();
    let id = if id.is_empty() { "Table".to_owned() } else { id };
    Json::Object(vec![
        ("AWSTemplateFormatVersion", Json::text("2010-09-09")),
        ("Resources", Json::Named(vec![(id, resource)])),
    ])
}

/// The key schema of DynamoDB's API, in which hash keys come first.
fn key_schema<'a>(
    hash: impl IntoIterator<Item = &'a KeySchema>,
    range: impl IntoIterator<Item = &'a KeySchema>,
) -> Json {
    let element = |(key, role): (&KeySchema, &str)| {
        Json::Object(vec![("AttributeName", Json::text(key.attribute.name)), ("KeyType", Json::text(role))])
    };
    let hash = hash.into_iter().map(|key| (key, "HASH"));
    Json::list(hash.chain(range.into_iter().map(|key| (key, "RANGE"))).map(element))
}

/// The projection of DynamoDB's API.
pub(super) fn projection(projection: IndexProjection) -> Json {
    let mut entries = vec![("ProjectionType", Json::text(projection_type(projection)))];
    if let IndexProjection::Include(names) = projection {
        entries.push(("NonKeyAttributes", Json::list(names.iter().map(|name| Json::text(*name)))));
    }
    Json::Object(entries)
}

fn projection_type(projection: IndexProjection) -> &'static str {
    match projection {
        IndexProjection::All => "ALL",
        IndexProjection::KeysOnly => "KEYS_ONLY",
        IndexProjection::Include(_) => "INCLUDE",
    }
}

/// A Terraform configuration with the table. A multi-attribute key needs `key_schema` of the AWS provider, which the other
/// keys do without, because older versions of the provider lack it.
pub(super) fn terraform(content: &Content) -> Json {
    let schema = content.table;
    let units = content
        .provisioned
        .map(|(read, write)| [("read_capacity", Json::Number(read)), ("write_capacity", Json::Number(write))]);
    let mut table = vec![
        ("name", literal(&content.name)),
        ("billing_mode", literal(if content.provisioned.is_some() { "PROVISIONED" } else { "PAY_PER_REQUEST" })),
    ];
    table.extend(units.clone().into_iter().flatten());
    table.push(("hash_key", literal(schema.hash_key.attribute.name)));
    table.extend(schema.range_key.map(|key| ("range_key", literal(key.attribute.name))));
    let attributes = content
        .key_attributes()
        .into_iter()
        .map(|key| Json::Object(vec![("name", literal(key.attribute.name)), ("type", literal(key.key_type.as_str()))]));
    table.push(("attribute", Json::list(attributes)));
    let index = |index: &IndexSchema| {
        let mut entries = vec![("name", literal(index.name))];
        if index.more_hash_keys.is_empty() && index.more_range_keys.is_empty() {
            // A local index has the hash key of its table.
            entries.extend((!index.local).then(|| ("hash_key", literal(index.hash_key.attribute.name))));
            entries.extend(index.range_key.map(|key| ("range_key", literal(key.attribute.name))));
        } else {
            let hash = index.hash_keys().map(|key| (key, "HASH"));
            let keys = hash.chain(index.range_keys().map(|key| (key, "RANGE"))).map(|(key, role)| {
                Json::Object(vec![("attribute_name", literal(key.attribute.name)), ("key_type", literal(role))])
            });
            entries.push(("key_schema", Json::list(keys)));
        }
        entries.push(("projection_type", literal(projection_type(index.projection))));
        if let IndexProjection::Include(names) = index.projection {
            entries.push(("non_key_attributes", Json::list(names.iter().map(|name| literal(name)))));
        }
        entries.extend(units.clone().filter(|_| !index.local).into_iter().flatten());
        Json::Object(entries)
    };
    for (name, is_local) in [("global_secondary_index", false), ("local_secondary_index", true)] {
        let indexes: Vec<_> = schema.indexes.iter().filter(|index| index.local == is_local).map(index).collect();
        if !indexes.is_empty() {
            table.push((name, Json::List(indexes)));
        }
    }
    if let Some(ttl) = schema.ttl {
        table.push(("ttl", Json::Object(vec![("attribute_name", literal(ttl)), ("enabled", Json::Bool(true))])));
    }
    let name = content.type_name.to_ascii_lowercase();
    let resource = Json::Named(vec![(name, Json::Object(table))]);
    Json::Object(vec![("resource", Json::Object(vec![("aws_dynamodb_table", resource)]))])
}

/// A string that Terraform takes as it is: `${` and `%{` begin expressions, unless they are doubled.
fn literal(text: &str) -> Json {
    Json::text(text.replace("${", "$${").replace("%{", "%%{"))
}
