//! The position of a backfill in a file or an item, so that a run continues after one that was killed.

mod file;
mod stored;

use std::path::PathBuf;

use aws_sdk_dynamodb::types::AttributeValue;

use super::report::BackfillProgress;
use crate::op::engine::context::Context;
use crate::schema::TableSchema;
use crate::{Error, ErrorKind, Item, Result};
use stored::StoredCheckpoint;

/// Where a segment continues.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Position {
    Start,
    After(Item),
    End,
}

/// The state of a backfill between two pages.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checkpoint {
    /// The table, the model and its schema number, so that a file is not used for another backfill.
    pub(super) of: String,
    pub(super) positions: Vec<Position>,
    pub(super) progress: BackfillProgress,
    /// The keys of the items that could not be changed. The next run tries them first.
    pub(super) failed: Vec<Item>,
}

impl Checkpoint {
    /// Adds what became of items.
    pub(super) fn add(&mut self, progress: BackfillProgress, failed: Vec<Item>) {
        self.progress.add(progress);
        for key in failed {
            if !self.failed.contains(&key) {
                self.failed.push(key);
            }
        }
        self.progress.failed = self.failed.len();
    }

    fn to_item(&self) -> Item {
        let number = |count: usize| AttributeValue::N(count.to_string());
        let position = |position: &Position| match position {
            Position::Start => AttributeValue::Bool(false),
            Position::After(key) => AttributeValue::M(key.clone()),
            Position::End => AttributeValue::Bool(true),
        };
        // The number of failed items is that of their keys.
        let BackfillProgress { read, changed, retried, deleted, failed: _ } = self.progress;
        let counts = [read, changed, retried, deleted].map(number);
        let failed = self.failed.iter().cloned().map(AttributeValue::M).collect();
        let entries = [
            ("of", AttributeValue::S(self.of.clone())),
            ("positions", AttributeValue::L(self.positions.iter().map(position).collect())),
            ("counts", AttributeValue::L(counts.to_vec())),
            ("failed", AttributeValue::L(failed)),
        ];
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn from_item(item: &Item) -> Option<Self> {
        let list = |name: &str| item.get(name)?.as_l().ok();
        let position = |value: &AttributeValue| match value {
            AttributeValue::Bool(false) => Some(Position::Start),
            AttributeValue::Bool(true) => Some(Position::End),
            AttributeValue::M(key) => Some(Position::After(key.clone())),
            _ => None,
        };
        let counts: Option<Vec<usize>> = list("counts")?.iter().map(|count| count.as_n().ok()?.parse().ok()).collect();
        let [read, changed, retried, deleted] = counts?[..] else { return None };
        let positions: Vec<_> = list("positions")?.iter().map(position).collect::<Option<_>>()?;
        let failed: Vec<_> = list("failed")?.iter().map(|key| key.as_m().ok().cloned()).collect::<Option<_>>()?;
        let progress = BackfillProgress { read, changed, retried, deleted, failed: failed.len() };
        let of = item.get("of")?.as_s().ok()?.clone();
        (!positions.is_empty()).then_some(Checkpoint { of, positions, progress, failed })
    }
}

/// Where a checkpoint is kept.
pub(super) enum CheckpointPlace {
    File(PathBuf),
    Item(CheckpointItem),
}

/// An item that holds a checkpoint.
pub(super) struct CheckpointItem {
    /// `None` for the table of the backfill.
    pub(super) table: Option<&'static TableSchema>,
    pub(super) name: String,
}

/// The checkpoint of a run, as it is stored.
pub(super) enum CheckpointStore {
    Nowhere,
    File(PathBuf),
    Item(Box<StoredCheckpoint>),
}

impl CheckpointStore {
    pub(super) fn new(place: Option<CheckpointPlace>, table: &'static TableSchema, call: &Context) -> Result<Self> {
        Ok(match place {
            None => CheckpointStore::Nowhere,
            Some(CheckpointPlace::File(path)) => CheckpointStore::File(path),
            Some(CheckpointPlace::Item(place)) => {
                CheckpointStore::Item(Box::new(StoredCheckpoint::new(place, table, call)?))
            }
        })
    }

    /// The checkpoint that an earlier run has left.
    pub(super) async fn load(&mut self) -> Result<Option<Checkpoint>> {
        match self {
            CheckpointStore::Nowhere => Ok(None),
            CheckpointStore::File(path) => file::load(path),
            CheckpointStore::Item(item) => item.load().await,
        }
    }

    /// Makes the checkpoint that of this run: an earlier run that has not ended cannot replace it any more. A file
    /// belongs to whoever writes it.
    pub(super) async fn take_over(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        match self {
            CheckpointStore::Nowhere | CheckpointStore::File(_) => Ok(()),
            CheckpointStore::Item(item) => item.store(checkpoint).await,
        }
    }

    /// Replaces the checkpoint. Fails if another run has replaced it.
    pub(super) async fn store(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        match self {
            CheckpointStore::Nowhere => Ok(()),
            CheckpointStore::File(path) => file::store(path, checkpoint),
            CheckpointStore::Item(item) => item.store(checkpoint).await,
        }
    }

    pub(super) async fn remove(&self) -> Result<()> {
        match self {
            CheckpointStore::Nowhere => Ok(()),
            CheckpointStore::File(path) => file::remove(path),
            CheckpointStore::Item(item) => item.remove().await,
        }
    }

    pub(super) fn is_nowhere(&self) -> bool {
        matches!(self, CheckpointStore::Nowhere)
    }

    /// The error of a checkpoint that the run cannot use.
    pub(super) fn unusable(&self, why: &str) -> Error {
        match self {
            CheckpointStore::Nowhere => unusable("the checkpoint", why),
            CheckpointStore::File(path) => unusable(&file::named(path), why),
            CheckpointStore::Item(item) => unusable(&item.named(), why),
        }
    }
}

#[cold]
fn unusable(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::Input, format!("{name} {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item;

    #[test]
    fn a_checkpoint_is_read_as_it_was_written() {
        let key = Item::from([("pk".to_owned(), AttributeValue::S("A\"#1".to_owned()))]);
        let progress = BackfillProgress { read: 9, changed: 3, retried: 1, deleted: 2, failed: 1 };
        let positions = vec![Position::Start, Position::After(key.clone()), Position::End];
        let checkpoint = Checkpoint { of: "shop/Customer 1".to_owned(), positions, progress, failed: vec![key] };
        let item = item::from_bytes(&item::to_bytes(&checkpoint.to_item()).unwrap()).unwrap();
        assert_eq!(Checkpoint::from_item(&item), Some(checkpoint.clone()));
        assert_eq!(Checkpoint::from_item(&Item::new()), None);
        // A file without positions would be a backfill that is complete and has read nothing.
        let nowhere = Checkpoint { positions: Vec::new(), ..checkpoint };
        assert_eq!(Checkpoint::from_item(&nowhere.to_item()), None);
    }

    #[test]
    fn a_failed_item_counts_once() {
        let key = Item::from([("pk".to_owned(), AttributeValue::S("A#1".to_owned()))]);
        let mut checkpoint = Checkpoint {
            of: String::new(),
            positions: vec![Position::Start],
            progress: BackfillProgress::default(),
            failed: Vec::new(),
        };
        for _ in 0..2 {
            let page = BackfillProgress { read: 3, ..BackfillProgress::default() };
            checkpoint.add(page, vec![key.clone()]);
        }
        assert_eq!((checkpoint.progress.read, checkpoint.progress.failed, checkpoint.failed.len()), (6, 1, 1));
    }
}
