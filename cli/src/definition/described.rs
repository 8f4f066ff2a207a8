//! A table as JSON, as documented in the README: written by `table describe`, and read as a definition.

use aws_sdk_dynamodb::types::IndexStatus;
use serde_json::{Value, json};
use singlet::key::KeyType;
use singlet::stream::StreamView;
use singlet::tables::{
    Billing, IndexDefinition, IndexDescription, KeyDescription, ProjectionDescription, StreamDescription,
    TableDefinition, TableDescription,
};

use super::{Definition, member};
use crate::Failure;

pub(crate) fn table(table: &TableDescription) -> Value {
    json!({
        "name": table.name,
        "arn": table.arn,
        "status": table.status.as_str(),
        "items": table.items,
        "bytes": table.bytes,
        "hash_key": keys(&table.hash_key),
        "range_key": keys(&table.range_key),
        "indexes": table.indexes.iter().map(index).collect::<Vec<_>>(),
        "billing": billing(table.billing),
        "ttl": { "status": table.ttl.status.as_str(), "attribute": table.ttl.attribute },
        "stream": table.stream.as_ref().map(stream),
        "deletion_protection": table.deletion_protection,
    })
}

fn index(index: &IndexDescription) -> Value {
    json!({
        "name": index.name,
        "local": index.local,
        "status": index.status.as_ref().map(IndexStatus::as_str),
        "hash_key": keys(&index.hash_key),
        "range_key": keys(&index.range_key),
        "projection": projection(&index.projection),
        "items": index.items,
        "bytes": index.bytes,
        "provisioned": index.provisioned.map(|(read, write)| json!({ "read": read, "write": write })),
    })
}

fn keys(keys: &[KeyDescription]) -> Vec<Value> {
    let key = |key: &KeyDescription| {
        let key_type = key.key_type.map(KeyType::as_str);
        json!({ "attribute": key.attribute, "type": key_type })
    };
    keys.iter().map(key).collect()
}

fn projection(projection: &ProjectionDescription) -> Value {
    match projection {
        ProjectionDescription::KeysOnly => json!({ "type": "KEYS_ONLY" }),
        ProjectionDescription::Include(names) => json!({ "type": "INCLUDE", "attributes": names }),
        _ => json!({ "type": "ALL" }),
    }
}

fn billing(billing: Billing) -> Value {
    match billing {
        Billing::Provisioned { read, write, .. } => json!({ "mode": "PROVISIONED", "read": read, "write": write }),
        _ => json!({ "mode": "PAY_PER_REQUEST" }),
    }
}

fn stream(stream: &StreamDescription) -> Value {
    json!({ "arn": stream.arn, "view": stream.view.map(StreamView::as_str) })
}

/// Reads the definition of a described table. An error names the invalid part of the document.
pub(super) fn definition(document: &Value) -> Result<Definition, Failure> {
    let [(hash_key, hash_type)] = &*read_keys(document, "hash_key")? else { return Err(invalid("hash_key")) };
    let mut table = TableDefinition::new(hash_key, *hash_type);
    for (attribute, key_type) in read_keys(document, "range_key")? {
        table = table.range_key(attribute, key_type);
    }
    let mut index_provisioned = Vec::new();
    for described in document["indexes"].as_array().ok_or_else(|| invalid("indexes"))? {
        let index = read_index(described).map_err(|failure| failure.at("indexes"))?;
        table = table.index(index);
        if let (Some(name), Some(units)) = (described["name"].as_str(), read_units(&described["provisioned"])) {
            index_provisioned.push((name.to_owned(), units));
        }
    }
    let ttl = &document["ttl"];
    let is_on = matches!(ttl["status"].as_str(), Some("ENABLED" | "ENABLING"));
    let table = match ttl["attribute"].as_str().filter(|_| is_on) {
        Some(attribute) => table.ttl(attribute),
        None if ttl["status"].is_string() => table,
        None => return Err(invalid("ttl")),
    };
    let stream = match document["stream"]["view"].as_str() {
        Some(view) => Some(StreamView::parse(view).ok_or_else(|| invalid("stream"))?),
        None => None,
    };
    let provisioned = match document["billing"]["mode"].as_str() {
        Some("PROVISIONED") => Some(read_units(&document["billing"]).ok_or_else(|| invalid("billing"))?),
        _ => None,
    };
    Ok(Definition {
        name: document["name"].as_str().map(str::to_owned),
        provisioned,
        index_provisioned: if provisioned.is_some() { index_provisioned } else { Vec::new() },
        stream,
        deletion_protection: document["deletion_protection"].as_bool().unwrap_or_default(),
        ..Definition::new(table)
    })
}

fn read_units(document: &Value) -> Option<(u64, u64)> {
    Some((document["read"].as_u64()?, document["write"].as_u64()?))
}

fn read_index(document: &Value) -> Result<IndexDefinition, Failure> {
    let name = document["name"].as_str().ok_or_else(|| invalid("name"))?;
    let is_local = document["local"].as_bool().ok_or_else(|| invalid("local"))?;
    let mut index = if is_local { IndexDefinition::local(name) } else { IndexDefinition::global(name) };
    // A local index shares the hash key of its table, which the description repeats.
    for (attribute, key_type) in read_keys(document, "hash_key")?.into_iter().filter(|_| !is_local) {
        index = index.hash_key(attribute, key_type);
    }
    for (attribute, key_type) in read_keys(document, "range_key")? {
        index = index.range_key(attribute, key_type);
    }
    Ok(index.projection(read_projection(&document["projection"]).ok_or_else(|| invalid("projection"))?))
}

fn read_projection(document: &Value) -> Option<ProjectionDescription> {
    match document["type"].as_str()? {
        "ALL" => Some(ProjectionDescription::All),
        "KEYS_ONLY" => Some(ProjectionDescription::KeysOnly),
        "INCLUDE" => {
            let names = document["attributes"].as_array()?.iter();
            names
                .map(|name| name.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(ProjectionDescription::Include)
        }
        _ => None,
    }
}

fn read_keys(document: &Value, role: &'static str) -> Result<Vec<(String, KeyType)>, Failure> {
    let key = |key: &Value| {
        let attribute = key["attribute"].as_str()?.to_owned();
        Some((attribute, member::key_type(key["type"].as_str()?).ok()?))
    };
    let keys = document[role].as_array().ok_or_else(|| invalid(role))?;
    keys.iter().map(|document| key(document).ok_or_else(|| invalid(role))).collect()
}

fn invalid(part: &'static str) -> Failure {
    Failure::new(format!(
        "`{part}` is not in the format of `singlet --json table describe`, and the file is not another definition of a table"
    ))
}
