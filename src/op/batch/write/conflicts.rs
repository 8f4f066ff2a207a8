//! Rejects batches that write the same key twice within a number of writes.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, BuildHasherDefault, Hash as _, Hasher, RandomState};

use crate::error::fault_error;
use crate::op::batch::write::chunk::MAX_WRITES;
use crate::op::batch::write::single::Kind;
use crate::op::engine::vtable::ModelVTable;
use crate::splice::KeyOfItem;
use crate::wire::Reader;
use crate::{Error, ErrorKind, Result};

/// The number of writes within which a key may occur only once. A batch may write more items than fit into memory, so it does not
/// remember the keys of all.
const WINDOW: usize = 10_000;

/// The length within which the key of an item usually ends, in bytes.
const BEGINNING: usize = 256;

/// How many requests may be started after one that is not finished. Two writes of one key that the window does not hold together
/// are at least that many requests apart, so the earlier one is finished before the later one is sent, and the later one wins.
pub(super) const MAX_LEAD: usize = WINDOW / MAX_WRITES;

/// The keys of the last [`WINDOW`] writes of a batch.
///
/// It keeps a hash of 128 bits for each. Two keys with the same hash are less likely than a fault of the hardware.
#[derive(Default)]
pub(super) struct WrittenKeys {
    hasher: RandomState,
    kinds: HashMap<u128, Kind, BuildHasherDefault<HighHalf>>,
    /// The hashes in the order of the writes.
    hashes: VecDeque<u128>,
}

impl WrittenKeys {
    /// Adds the key of an item or key map, or returns an error if one of the last writes has it. DynamoDB rejects such
    /// keys within one request, and across requests that are in flight together, their order would be undefined.
    pub(super) fn add(&mut self, kind: Kind, table: &str, model: &'static ModelVTable, map: &[u8]) -> Result<()> {
        let read = |map| Reader::new(map).and_then(|mut reader| KeyOfItem::read(&mut reader, model.schema.table));
        let key = match read(beginning(map)) {
            found @ Ok(Some(_)) => found,
            _ => read(map),
        };
        let Some(key) = key.map_err(|fault| fault_error(fault, model.schema.model))? else { return Ok(()) };
        // Both halves depend on the whole state of the hasher, which has 256 bits.
        let mut hasher = self.hasher.build_hasher();
        (table, &key).hash(&mut hasher);
        let high = hasher.finish();
        hasher.write_u8(0);
        let hash = u128::from(high) << 64 | u128::from(hasher.finish());
        match self.kinds.insert(hash, kind) {
            None => {
                self.hashes.push_back(hash);
                if self.hashes.len() > WINDOW
                    && let Some(oldest) = self.hashes.pop_front()
                {
                    self.kinds.remove(&oldest);
                }
                Ok(())
            }
            Some(earlier) => Err(refused(earlier, kind).with_model(model.schema.model)),
        }
    }
}

/// The first bytes of an item, up to the end of a character. A reader checks all of its bytes for UTF-8, so the key is first searched
/// for in these, which usually contain it.
fn beginning(map: &[u8]) -> &[u8] {
    let is_end = |at: &usize| map.get(*at).is_none_or(|byte| !(0x80..0xC0).contains(byte));
    let end = (0..=BEGINNING).rev().find(is_end).unwrap_or(0);
    map.get(..end).unwrap_or(map)
}

/// A hasher for keys that are already hashes. It returns their high half.
#[derive(Default)]
struct HighHalf(u64);

impl Hasher for HighHalf {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("the keys are of the type `u128`")
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = (hash >> 64) as u64;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_ends_with_a_character() {
        for start in 0..4 {
            let text = format!("{}{}", "a".repeat(start), "🦀".repeat(BEGINNING));
            let beginning = std::str::from_utf8(beginning(text.as_bytes())).unwrap();
            assert!(text.starts_with(beginning) && (BEGINNING - 3..=BEGINNING).contains(&beginning.len()));
        }
        assert_eq!(beginning(b"short"), b"short");
    }
}
