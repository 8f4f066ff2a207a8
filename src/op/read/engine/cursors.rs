//! Converts between cursors and start keys (`ExclusiveStartKey`, `LastEvaluatedKey`).
//!
//! A cursor is valid only for the query that made it; one from elsewhere never reaches DynamoDB.

use crate::cursor::{self, Binding, Cursor, Payload, ResumePoint};
use crate::key::KeyValue;
use crate::op::engine::context::Context;
use crate::op::engine::sdk_key::{key_value, sdk_value};
use crate::op::read::engine::{ReadRequest, key_range};
use crate::schema::KeySchema;
use crate::{Error, ErrorKind, Item, Result};

/// Seals and opens the cursors of a query or scan. Most reads have none, so the binding is computed on demand.
#[derive(Clone, Copy)]
pub(crate) struct CursorCodec<'a> {
    pub(crate) request: &'a ReadRequest,
    pub(crate) call: &'a Context,
}

impl CursorCodec<'_> {
    /// Returns the binding of the read's cursors.
    fn binding(self) -> Binding {
        let CursorCodec { request, call } = self;
        let mut binding = Binding::new();
        binding.add(call.table.as_bytes());
        binding.add(request.index.map_or("", |index| index.name).as_bytes());
        binding.add(request.target.name().as_bytes());
        binding.add(&[u8::from(request.descending)]);
        binding.add(&request.parallel.segments.unwrap_or(0).to_le_bytes());
        if let Some(Ok(partition)) = &request.partition {
            for value in &partition.hash {
                binding.add(value.as_bytes());
            }
            for span in partition.spans.iter() {
                span.identify(|fact| binding.add(fact));
            }
        }
        binding
    }

    /// The names of the key attributes that a cursor holds.
    pub(crate) fn attributes(self) -> Vec<&'static str> {
        self.request.key_attributes().collect()
    }

    /// Decodes a token and checks that its positions lie in the partition and range of the query. The check does not
    /// depend on the signature, because a client without a cursor key accepts any token.
    pub(crate) fn open(self, token: &str) -> Result<Payload> {
        let payload = self.binding().open(token, self.call.client.cursor_key())?;
        let keys: Vec<KeySchema> = self.request.keys().collect();
        for place in &payload.places {
            let ResumePoint::After(values) = place else { continue };
            let fits = values.len() == keys.len()
                && values.iter().zip(&keys).all(|(value, key)| value.key_type() == key.key_type);
            if !fits || !self.is_within(values) {
                return Err(cursor::invalid("the cursor's position is outside the query's range"));
            }
        }
        Ok(payload)
    }

    fn is_within(self, values: &[KeyValue]) -> bool {
        let Some(Ok(partition)) = &self.request.partition else { return true };
        let value_of = |key: &KeySchema| {
            let at = self.request.key_attributes().position(|known| known == key.attribute.name)?;
            values.get(at)
        };
        let in_partition = self
            .request
            .hash_keys()
            .zip(&partition.hash)
            .all(|(key, own)| value_of(key).is_some_and(|value| key_range::compare(value, own).is_eq()));
        let in_spans = self
            .request
            .range_keys()
            .zip(partition.spans.iter())
            .all(|(key, span)| value_of(key).is_some_and(|value| span.contains(value)));
        in_partition && in_spans
    }

    pub(crate) fn seal(self, payload: &Payload) -> Cursor {
        self.binding().seal(payload, self.call.client.cursor_key())
    }

    /// The position after the item with these key attributes.
    pub(crate) fn after(self, key: &Item) -> Result<ResumePoint> {
        let value = |name: &str| key.get(name).cloned().and_then(key_value);
        let values: Option<Vec<KeyValue>> = self.request.key_attributes().map(value).collect();
        let lacks = || Error::new(ErrorKind::Decode, "an item lacks a key attribute, so it cannot have a cursor");
        values.map(ResumePoint::After).ok_or_else(|| self.call.contextualize(lacks()))
    }

    /// The key attributes of an item that a cursor holds.
    pub(crate) fn keys_in(self, item: &Item) -> Item {
        let is_key = |name: &str| self.request.key_attributes().any(|key| key == name);
        item.iter().filter(|(name, _)| is_key(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The values as an `ExclusiveStartKey`.
    pub(crate) fn start(self, values: &[KeyValue]) -> Item {
        let names = self.request.key_attributes().map(str::to_owned);
        names.zip(values).map(|(name, value)| (name, sdk_value(value))).collect()
    }
}
