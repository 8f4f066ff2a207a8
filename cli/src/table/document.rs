//! A table as JSON, and back: the shape is in the README.

use aws_sdk_dynamodb::types::IndexStatus;
use serde_json::{Value, json};
use singlet::stream::StreamView;
use singlet::tables::{
    Billing, IndexDescription, KeyDescription, ProjectionDescription, StreamDescription, TableDescription,
};

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
