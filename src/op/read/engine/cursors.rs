//! Converts between cursors and start keys (`ExclusiveStartKey`, `LastEvaluatedKey`).
//!
//! A cursor is valid only for the query that made it; one from elsewhere never reaches DynamoDB.

use crate::cursor::{self, Binding, Cursor, Payload, ResumePoint};
use crate::key::KeyValue;
use crate::op::engine::sdk_key::key_value;
use crate::op::read::engine::pager::Shared;
use crate::op::read::engine::{ReadRequest, key_range};
use crate::schema::KeySchema;
use crate::{Error, ErrorKind, Item, Result};

/// Seals and opens the cursors of one query or scan.
pub(crate) struct CursorCodec {
    binding: Binding,
    /// The key attributes of the table and the index, in the order of a cursor's values.
    keys: Vec<KeySchema>,
}

impl CursorCodec {
    pub(crate) fn new(reading: &ReadRequest, table: &str) -> Self {
        let mut binding = Binding::new();
        binding.add(table.as_bytes());
        binding.add(reading.index.map_or("", |index| index.name).as_bytes());
        binding.add(reading.target.name().as_bytes());
        binding.add(&[u8::from(reading.descending)]);
        binding.add(&reading.parallel.segments.unwrap_or(0).to_le_bytes());
        if let Some(Ok(partition)) = &reading.partition {
            for value in &partition.hash {
                binding.add(value.as_bytes());
            }
            for span in partition.spans.iter() {
                span.identify(|fact| binding.add(fact));
            }
        }
        CursorCodec { binding, keys: reading.keys().collect() }
    }

    /// The names of the key attributes that a cursor holds.
    pub(crate) fn attributes(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.attribute.name).collect()
    }

    /// Decodes a token and checks that its positions lie in the partition and range of the query. The check does not
    /// depend on the signature, because a client without a cursor key accepts any token.
    pub(crate) fn open(&self, token: &str, key: Option<&[u8]>, reading: &ReadRequest) -> Result<Payload> {
        let payload = self.binding.open(token, key)?;
        for place in &payload.places {
            let ResumePoint::After(values) = place else { continue };
            let fits = values.len() == self.keys.len()
                && values.iter().zip(&self.keys).all(|(value, key)| value.key_type() == key.key_type);
            if !fits || !self.is_within(values, reading) {
                return Err(cursor::invalid("the cursor's position is outside the query's range"));
            }
        }
        Ok(payload)
    }

    fn is_within(&self, values: &[KeyValue], reading: &ReadRequest) -> bool {
        let Some(Ok(partition)) = &reading.partition else { return true };
        let (hash, range) = reading.queried();
        let value_of = |key: &KeySchema| {
            let at = self.keys.iter().position(|known| known.attribute.name == key.attribute.name)?;
            values.get(at)
        };
        let in_partition = hash
            .iter()
            .zip(&partition.hash)
            .all(|(key, own)| value_of(key).is_some_and(|value| key_range::compare(value, own).is_eq()));
        let in_spans = range
            .iter()
            .zip(partition.spans.iter())
            .all(|(key, span)| value_of(key).is_some_and(|value| span.contains(value)));
        in_partition && in_spans
    }

    pub(crate) fn seal(&self, payload: &Payload, shared: &Shared) -> Cursor {
        self.binding.seal(payload, shared.call.client.cursor_key())
    }

    /// The position after the item with these key attributes.
    pub(crate) fn after(&self, key: &Item) -> Result<ResumePoint> {
        let value = |schema: &KeySchema| key.get(schema.attribute.name).cloned().and_then(key_value);
        let values: Option<Vec<KeyValue>> = self.keys.iter().map(value).collect();
        let lacks = || Error::new(ErrorKind::Decode, "an item lacks a key attribute, so it cannot have a cursor");
        values.map(ResumePoint::After).ok_or_else(lacks)
    }

    /// The key attributes of an item that a cursor holds.
    pub(crate) fn keys_in(&self, item: &Item) -> Item {
        let is_key = |name: &str| self.keys.iter().any(|key| key.attribute.name == name);
        item.iter().filter(|(name, _)| is_key(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The values as an `ExclusiveStartKey`.
    pub(crate) fn start(&self, values: &[KeyValue]) -> Item {
        let name = |key: &KeySchema| key.attribute.name.to_owned();
        self.keys
            .iter()
            .zip(values)
            .map(|(key, value)| (name(key), crate::op::engine::sdk_key::sdk_value(value)))
            .collect()
    }
}
