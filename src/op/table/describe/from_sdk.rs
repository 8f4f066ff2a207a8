//! Converts the SDK's description of a table.

use aws_sdk_dynamodb::types::{
    self as sdk, AttributeDefinition, BillingMode, KeySchemaElement, ProjectionType, ProvisionedThroughputDescription,
    ScalarAttributeType, TableStatus,
};

use crate::key::KeyType;
use crate::op::table::describe::description::{
    Billing, IndexDescription, KeyDescription, ProjectionDescription, StreamDescription, TableDescription,
    TtlDescription,
};
use crate::op::table::stream_view::StreamView;

pub(super) fn table(table: sdk::TableDescription, ttl: TtlDescription) -> TableDescription {
    let types = table.attribute_definitions();
    let (hash_key, range_key) = keys(table.key_schema(), types);
    let global = table.global_secondary_indexes().iter().map(|index| global_index(index, types));
    let local = table.local_secondary_indexes().iter().map(|index| local_index(index, types));
    let mut indexes: Vec<_> = global.chain(local).collect();
    indexes.sort_by(|a, b| a.name.cmp(&b.name));
    TableDescription {
        hash_key,
        range_key,
        indexes,
        billing: billing(&table),
        ttl,
        stream: stream(&table),
        items: count(table.item_count),
        bytes: count(table.table_size_bytes),
        deletion_protection: table.deletion_protection_enabled.unwrap_or(false),
        name: table.table_name.unwrap_or_default(),
        arn: table.table_arn,
        status: table.table_status.unwrap_or_else(|| TableStatus::from("")),
    }
}

fn global_index(index: &sdk::GlobalSecondaryIndexDescription, types: &[AttributeDefinition]) -> IndexDescription {
    let (hash_key, range_key) = keys(index.key_schema(), types);
    IndexDescription {
        name: index.index_name.clone().unwrap_or_default(),
        local: false,
        status: index.index_status.clone(),
        hash_key,
        range_key,
        projection: projection(index.projection()),
        items: count(index.item_count),
        bytes: count(index.index_size_bytes),
        // On-demand capacity appears as zero units.
        provisioned: units(index.provisioned_throughput()).filter(|units| *units != (0, 0)),
    }
}

fn local_index(index: &sdk::LocalSecondaryIndexDescription, types: &[AttributeDefinition]) -> IndexDescription {
    let (hash_key, range_key) = keys(index.key_schema(), types);
    IndexDescription {
        name: index.index_name.clone().unwrap_or_default(),
        local: true,
        status: None,
        hash_key,
        range_key,
        projection: projection(index.projection()),
        items: count(index.item_count),
        bytes: count(index.index_size_bytes),
        provisioned: None,
    }
}

/// Returns the hash key and the range key.
fn keys(elements: &[KeySchemaElement], types: &[AttributeDefinition]) -> (Vec<KeyDescription>, Vec<KeyDescription>) {
    let of = |role: sdk::KeyType| {
        let elements = elements.iter().filter(|element| *element.key_type() == role);
        elements.map(|element| key(element.attribute_name(), types)).collect()
    };
    (of(sdk::KeyType::Hash), of(sdk::KeyType::Range))
}

fn key(attribute: &str, types: &[AttributeDefinition]) -> KeyDescription {
    let definition = types.iter().find(|definition| definition.attribute_name() == attribute);
    let key_type = definition.and_then(|definition| match definition.attribute_type() {
        ScalarAttributeType::S => Some(KeyType::S),
        ScalarAttributeType::N => Some(KeyType::N),
        ScalarAttributeType::B => Some(KeyType::B),
        _ => None,
    });
    KeyDescription { attribute: attribute.to_owned(), key_type }
}

fn projection(projection: Option<&sdk::Projection>) -> ProjectionDescription {
    match projection.and_then(sdk::Projection::projection_type) {
        Some(ProjectionType::KeysOnly) => ProjectionDescription::KeysOnly,
        Some(ProjectionType::Include) => {
            let mut names = projection.map(|projection| projection.non_key_attributes().to_vec()).unwrap_or_default();
            // DynamoDB does not preserve the order of the names.
            names.sort();
            ProjectionDescription::Include(names)
        }
        _ => ProjectionDescription::All,
    }
}

/// A table without a billing summary is provisioned, because it is older than on-demand billing.
fn billing(table: &sdk::TableDescription) -> Billing {
    let mode = table.billing_mode_summary().and_then(|summary| summary.billing_mode());
    if mode == Some(&BillingMode::PayPerRequest) {
        return Billing::OnDemand;
    }
    let (read, write) = units(table.provisioned_throughput()).unwrap_or_default();
    Billing::Provisioned { read, write }
}

fn units(throughput: Option<&ProvisionedThroughputDescription>) -> Option<(u64, u64)> {
    throughput.map(|units| (count(units.read_capacity_units), count(units.write_capacity_units)))
}

/// The ARN of a disabled stream remains for a while, although there is no stream.
fn stream(table: &sdk::TableDescription) -> Option<StreamDescription> {
    let stream = table.stream_specification().filter(|stream| stream.stream_enabled())?;
    let view = stream.stream_view_type().and_then(|view| StreamView::parse(view.as_str()));
    Some(StreamDescription { arn: table.latest_stream_arn.clone(), view })
}

fn count(count: Option<i64>) -> u64 {
    count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0)
}
