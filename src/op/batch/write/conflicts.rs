//! Rejects batches that write the same key twice.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use crate::error::fault_error;
use crate::op::batch::write::single::Kind;
use crate::op::engine::vtable::ModelVTable;
use crate::splice::KeyOfItem;
use crate::wire::Reader;
use crate::{Error, ErrorKind, Result};

/// The keys that a batch has written so far.
///
/// It keeps a hash of 128 bits for each, since a batch may write more items than fit into memory. Two keys with the
/// same hash are less likely than a fault of the hardware.
#[derive(Default)]
pub(super) struct WrittenKeys {
    hashers: [RandomState; 2],
    kinds: HashMap<u128, Kind>,
}

impl WrittenKeys {
    /// Adds the key of an item or key map, or returns an error if the batch already writes it. DynamoDB rejects such
    /// keys within one request, and across requests their order would be undefined.
    pub(super) fn add(&mut self, kind: Kind, table: &str, model: &'static ModelVTable, map: &[u8]) -> Result<()> {
        let key = Reader::new(map).and_then(|mut reader| KeyOfItem::read(&mut reader, model.schema.table));
        let Some(key) = key.map_err(|fault| fault_error(fault, model.schema.model))? else { return Ok(()) };
        let [one, other] = &self.hashers;
        let hash = u128::from(one.hash_one((table, &key))) << 64 | u128::from(other.hash_one((table, &key)));
        match self.kinds.insert(hash, kind) {
            None => Ok(()),
            Some(earlier) => Err(refused(earlier, kind).with_model(model.schema.model)),
        }
    }
}

#[cold]
fn refused(one: Kind, other: Kind) -> Error {
    let message = match (one, other) {
        (Kind::Put, Kind::Put) => "two items of the batch have the same key",
        (Kind::Delete, Kind::Delete) => "the batch deletes the same key twice",
        _ => "the batch puts and deletes the same key",
    };
    Error::new(ErrorKind::Validation, message)
}
