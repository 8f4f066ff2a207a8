//! A table as JSON, as documented in the README: written by `table describe`, and read by `table verify --against`.

use aws_sdk_dynamodb::types::IndexStatus;
use serde_json::{Value, json};
use singlet::stream::StreamView;
use singlet::tables::{
    Billing, IndexDefinition, IndexDescription, KeyDescription, ProjectionDescription, StreamDescription,
    TableDefinition, TableDescription,
};

use super::key_option::{KeyOption, key_type};
use crate::Failure;

pub(super) fn table(table: &TableDescription) -> Value {
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
        let key_type = key.key_type.map(|key_type| format!("{key_type:?}"));
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
pub(super) fn definition(document: &Value) -> Result<TableDefinition, Failure> {
    let [hash_key] = &*read_keys(document, "hash_key")? else { return Err(invalid("hash_key")) };
    let mut table = TableDefinition::new(&*hash_key.attribute, hash_key.key_type);
    for key in read_keys(document, "range_key")? {
        table = table.range_key(key.attribute, key.key_type);
    }
    for described in document["indexes"].as_array().ok_or_else(|| invalid("indexes"))? {
        table = table.index(read_index(described).map_err(|failure| failure.at("indexes"))?);
    }
    let ttl = &document["ttl"];
    let is_on = matches!(ttl["status"].as_str(), Some("ENABLED" | "ENABLING"));
    match ttl["attribute"].as_str().filter(|_| is_on) {
        Some(attribute) => Ok(table.ttl(attribute)),
        None if ttl["status"].is_string() => Ok(table),
        None => Err(invalid("ttl")),
    }
}

fn read_index(document: &Value) -> Result<IndexDefinition, Failure> {
    let name = document["name"].as_str().ok_or_else(|| invalid("name"))?;
    let is_local = document["local"].as_bool().ok_or_else(|| invalid("local"))?;
    let mut index = if is_local { IndexDefinition::local(name) } else { IndexDefinition::global(name) };
    for key in read_keys(document, "hash_key")? {
        index = index.hash_key(key.attribute, key.key_type);
    }
    for key in read_keys(document, "range_key")? {
        index = index.range_key(key.attribute, key.key_type);
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

fn read_keys(document: &Value, role: &'static str) -> Result<Vec<KeyOption>, Failure> {
    let key = |key: &Value| {
        let attribute = key["attribute"].as_str()?.to_owned();
        Some(KeyOption { attribute, key_type: key_type(key["type"].as_str()?)? })
    };
    let keys = document[role].as_array().ok_or_else(|| invalid(role))?;
    keys.iter().map(|document| key(document).ok_or_else(|| invalid(role))).collect()
}

fn invalid(part: &'static str) -> Failure {
    Failure::new(format!("`{part}` is not in the format of `singlet --json table describe`"))
}
