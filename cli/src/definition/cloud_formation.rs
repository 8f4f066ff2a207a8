//! Tables of a CloudFormation template in JSON.

use serde_json::Value;
use singlet::stream::StreamView;

use super::member::{
    Keys, Members, Types, flag, invalid, key_type, list, object, optional_text, projection, text, units,
};
use super::{DefinedTable, Definition};
use crate::Failure;

/// The properties of a table that a definition covers.
const COVERED: [&str; 10] = [
    "TableName",
    "BillingMode",
    "ProvisionedThroughput",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "TimeToLiveSpecification",
    "StreamSpecification",
    "DeletionProtectionEnabled",
];

/// The properties of an index that a definition covers.
const COVERED_OF_INDEX: [&str; 4] = ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput"];

pub(super) fn tables(template: &Value) -> Result<Vec<DefinedTable<'_>>, Failure> {
    let resources = object(&template["Resources"], "Resources")?;
    let mut tables: Vec<DefinedTable<'_>> = Vec::new();
    for (id, resource) in resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::DynamoDB::Table") {
        let properties =
            object(&resource["Properties"], "Properties").map_err(|failure| failure.at(format!("`{id}`")))?;
        // A name that only CloudFormation can resolve does not matter: the command can state one.
        let name = properties.get("TableName").and_then(Value::as_str).map(str::to_owned);
        tables.push(DefinedTable { id, name, read: Box::new(move || table(properties)) });
    }
    Ok(tables)
}

fn table(properties: &Members) -> Result<Definition, Failure> {
    let types = list(properties, "AttributeDefinitions")?.iter().map(|definition| {
        let definition = object(definition, "AttributeDefinitions")?;
        Ok((text(definition, "AttributeName")?, key_type(&text(definition, "AttributeType")?)?))
    });
    let types = Types(types.collect::<Result<_, Failure>>()?);
    let mut definition = Definition::new(types.table(&keys(properties)?)?);
    let is_provisioned = optional_text(properties, "BillingMode")?.as_deref() != Some("PAY_PER_REQUEST");
    if is_provisioned {
        definition.provisioned = Some(throughput(properties)?.ok_or_else(|| {
            Failure::new("`BillingMode` is not PAY_PER_REQUEST, and `ProvisionedThroughput` is missing")
        })?);
    }
    for (member, is_local) in [("GlobalSecondaryIndexes", false), ("LocalSecondaryIndexes", true)] {
        for index in list(properties, member)? {
            let index = object(index, member)?;
            definition.list_ignored(index, &COVERED_OF_INDEX, &format!("{member}."));
            let name = text(index, "IndexName")?;
            let projected = object(index.get("Projection").unwrap_or(&Value::Null), "Projection")?;
            let kind = optional_text(projected, "ProjectionType")?;
            let built = types.index(&name, is_local, &keys(index)?)?;
            let built = built.projection(projection(kind.as_deref(), list(projected, "NonKeyAttributes")?)?);
            definition.table = definition.table.index(built);
            if let Some(units) = throughput(index)?.filter(|_| is_provisioned && !is_local) {
                definition.index_provisioned.push((name, units));
            }
        }
    }
    if let Some(ttl) = properties.get("TimeToLiveSpecification") {
        let ttl = object(ttl, "TimeToLiveSpecification")?;
        if flag(ttl, "Enabled")?.unwrap_or_default() {
            definition.table = definition.table.ttl(text(ttl, "AttributeName")?);
        }
    }
    if let Some(stream) = properties.get("StreamSpecification") {
        let stream = object(stream, "StreamSpecification")?;
        definition.list_ignored(stream, &["StreamViewType"], "StreamSpecification.");
        let view = text(stream, "StreamViewType")?;
        definition.stream = Some(StreamView::parse(&view).ok_or_else(|| invalid("StreamViewType", "a stream view"))?);
    }
    definition.deletion_protection = flag(properties, "DeletionProtectionEnabled")?.unwrap_or_default();
    definition.list_ignored(properties, &COVERED, "");
    Ok(definition)
}

pub(super) fn keys(members: &Members) -> Result<Keys, Failure> {
    let mut keys = Keys::default();
    for element in list(members, "KeySchema")? {
        let element = object(element, "KeySchema")?;
        let name = text(element, "AttributeName")?;
        match &*text(element, "KeyType")? {
            "HASH" => keys.0.push(name),
            "RANGE" => keys.1.push(name),
            _ => return Err(invalid("KeyType", "HASH or RANGE")),
        }
    }
    Ok(keys)
}

fn throughput(members: &Members) -> Result<Option<(u64, u64)>, Failure> {
    let Some(throughput) = members.get("ProvisionedThroughput") else { return Ok(None) };
    units(object(throughput, "ProvisionedThroughput")?, "ReadCapacityUnits", "WriteCapacityUnits").map(Some)
}
