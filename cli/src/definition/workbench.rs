//! Tables of a data model of NoSQL Workbench.

use serde_json::Value;

use super::member::{Members, Types, key_type, list, object, optional_text, projection, text, units};
use super::{DefinedTable, Definition};
use crate::Failure;

pub(super) fn tables(model: &Value) -> Result<Vec<DefinedTable<'_>>, Failure> {
    let mut tables: Vec<DefinedTable<'_>> = Vec::new();
    for table in list(object(model, "the model")?, "DataModel")? {
        let members = object(table, "DataModel")?;
        let id = table["TableName"].as_str().ok_or_else(|| Failure::new("`TableName` is missing"))?;
        tables.push(DefinedTable { id, name: Some(id.to_owned()), read: Box::new(move || self::table(members)) });
    }
    Ok(tables)
}

fn table(members: &Members) -> Result<Definition, Failure> {
    let mut types = Types(Vec::new());
    let keys = keys(members, &mut types)?;
    let mut definition = Definition::new(types.table(&keys)?);
    for index in list(members, "GlobalSecondaryIndexes")? {
        let index = object(index, "GlobalSecondaryIndexes")?;
        let keys = self::keys(index, &mut types)?;
        let projected = object(index.get("Projection").unwrap_or(&Value::Null), "Projection")?;
        let projected =
            projection(optional_text(projected, "ProjectionType")?.as_deref(), list(projected, "NonKeyAttributes")?)?;
        definition.table =
            definition.table.index(types.index(&text(index, "IndexName")?, false, &keys)?.projection(projected));
    }
    // Workbench states a capacity for every model, so only a model that chose it has it.
    if optional_text(members, "BillingMode")?.as_deref() == Some("PROVISIONED") {
        let settings =
            members.get("ProvisionedCapacitySettings").and_then(|settings| settings.get("ProvisionedThroughput"));
        if let Some(throughput) = settings {
            let throughput = object(throughput, "ProvisionedThroughput")?;
            definition.provisioned = Some(units(throughput, "ReadCapacityUnits", "WriteCapacityUnits")?);
        }
    }
    Ok(definition)
}

fn keys(members: &Members, types: &mut Types) -> Result<(Vec<String>, Vec<String>), Failure> {
    let keys = object(members.get("KeyAttributes").unwrap_or(&Value::Null), "KeyAttributes")?;
    let mut named = |name: &str| -> Result<Vec<String>, Failure> {
        let Some(key) = keys.get(name) else { return Ok(Vec::new()) };
        let key = object(key, name)?;
        let attribute = text(key, "AttributeName")?;
        types.0.push((attribute.clone(), key_type(&text(key, "AttributeType")?)?));
        Ok(vec![attribute])
    };
    Ok((named("PartitionKey")?, named("SortKey")?))
}
