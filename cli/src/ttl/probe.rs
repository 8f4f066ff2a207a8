//! The probe of `ttl verify`: an item with a unique key that expires. It never touches another item.

use std::time::Duration;

use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use singlet::key::KeyType;
use singlet::tables::{KeyDescription, TableDescription};
use singlet::{Client, Item};
use uuid::Uuid;

use crate::Failure;

/// The attribute that identifies a probe and explains what it is.
pub(super) const MARK: &str = "singlet_probe";

/// An item that expires, which is put, read and removed again.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    client: &'a Client,
    table: &'a str,
    key: Item,
    /// The keys of indexes: DynamoDB Local deletes only items that are in all of them.
    index_keys: Item,
    hash_key: &'a str,
    ttl: &'a str,
    expires_at: i64,
    mark: AttributeValue,
}

impl<'a> Probe<'a> {
    /// Creates a probe with a key that no other item has. Fails if a key has an unknown type.
    pub(super) fn new(
        client: &'a Client,
        table: &'a TableDescription,
        ttl: &'a str,
        expires_at: i64,
    ) -> Result<Self, Failure> {
        let id = Uuid::new_v4();
        let value = |part: &KeyDescription| {
            let is_ttl = part.attribute == ttl;
            let value = if is_ttl { number(expires_at) } else { unique(part, id)? };
            Ok::<_, Failure>((part.attribute.clone(), value))
        };
        let key = table.hash_key.iter().chain(&table.range_key).map(value).collect::<Result<Item, _>>()?;
        let of_indexes = table.indexes.iter().flat_map(|index| index.hash_key.iter().chain(&index.range_key));
        let index_keys = of_indexes.map(value).collect::<Result<Item, _>>()?;
        let mark = AttributeValue::S(format!("written by `singlet ttl verify` with id {id}; safe to delete"));
        let hash_key = table.hash_key.first().map_or("", |part| &part.attribute);
        Ok(Probe { client, table: &table.name, key, index_keys, hash_key, ttl, expires_at, mark })
    }

    /// Puts the probe, unless another item has its key.
    pub(super) async fn put(&self) -> Result<(), Failure> {
        let mut item = self.index_keys.clone();
        item.extend(self.key.clone());
        item.insert(self.ttl.to_owned(), number(self.expires_at));
        item.insert(MARK.to_owned(), self.mark.clone());
        let put = self.client.sdk().put_item().table_name(self.table).set_item(Some(item));
        // Its key is unique, unless the TTL attribute is the only key. A retry after a lost response finds the probe
        // itself.
        let put = put
            .condition_expression("attribute_not_exists(#key) OR #mark = :mark")
            .expression_attribute_names("#key", self.hash_key)
            .expression_attribute_names("#mark", MARK)
            .expression_attribute_values(":mark", self.mark.clone());
        put.send().await.map(drop).map_err(|error| Failure::from_sdk("the probe cannot be put", &error))
    }

    /// The time until the probe expires.
    pub(super) fn expires_in(&self) -> Duration {
        let millis = self.expires_at.saturating_mul(1000).saturating_sub(self.client.service_now_millis());
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// Reads the stored probe.
    pub(super) async fn read(&self) -> Result<Option<Item>, Failure> {
        let get = self.client.sdk().get_item().table_name(self.table).set_key(Some(self.key.clone()));
        let found = get.consistent_read(true).send().await;
        found.map(|output| output.item).map_err(|error| Failure::from_sdk("the probe cannot be read", &error))
    }

    /// Removes the probe if it still exists.
    pub(super) async fn remove(&self) -> Result<(), Failure> {
        let delete = self.client.sdk().delete_item().table_name(self.table).set_key(Some(self.key.clone()));
        let delete = delete
            .condition_expression("#mark = :mark")
            .expression_attribute_names("#mark", MARK)
            .expression_attribute_values(":mark", self.mark.clone());
        match delete.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(()),
            Err(error) => Err(Failure::from_sdk("the probe cannot be removed", &error)),
        }
    }

    /// Whether the stored probe still has the expiry with which it was put.
    pub(super) fn has_its_expiry(&self, stored: &Item) -> bool {
        stored.get(self.ttl) == Some(&number(self.expires_at))
    }
}

fn number(seconds: i64) -> AttributeValue {
    AttributeValue::N(seconds.to_string())
}

/// A key value that people recognize and no other item has.
fn unique(key: &KeyDescription, id: Uuid) -> Result<AttributeValue, Failure> {
    let text = format!("singlet-ttl-probe-{id}");
    match key.key_type {
        Some(KeyType::S) => Ok(AttributeValue::S(text)),
        Some(KeyType::B) => Ok(AttributeValue::B(Blob::new(text))),
        // DynamoDB numbers have 38 digits, of which 30 random ones are enough.
        Some(KeyType::N) => Ok(AttributeValue::N(format!("-{}", id.as_u128() % 10_u128.pow(30)))),
        _ => Err(Failure::new(format!("this version does not support the type of key `{}`", key.attribute))),
    }
}
