//! The position of a backfill in a file, so that a run that was killed continues where it was.
//!
//! The file contains one item in DynamoDB's JSON, so it needs no format of its own. It is replaced as a whole, through a
//! second file, because a process can be killed at any time.

use std::fs;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::types::AttributeValue;

use super::report::BackfillProgress;
use crate::{Error, ErrorKind, Item, Result, item};

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

    /// Reads the checkpoint in a file; `None` if there is no file.
    pub(super) fn load(path: &Path) -> Result<Option<Self>> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == IoErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(path, "cannot be read").with_source(error)),
        };
        let item = item::from_bytes(&bytes).map_err(|_| unusable(path, "is not a checkpoint of a backfill"))?;
        Self::from_item(&item).map(Some).ok_or_else(|| unusable(path, "is not a checkpoint of a backfill"))
    }

    /// Replaces the file.
    pub(super) fn store(&self, path: &Path) -> Result<()> {
        let bytes =
            item::to_bytes(&self.to_item()).map_err(|fault| Error::new(ErrorKind::Encode, fault.to_string()))?;
        let mut next = path.as_os_str().to_owned();
        next.push(".next");
        let next = PathBuf::from(next);
        let replaced = fs::write(&next, bytes).and_then(|()| fs::rename(&next, path));
        replaced.map_err(|error| unusable(path, "cannot be written").with_source(error))
    }

    /// Deletes the file, if there is one.
    pub(super) fn remove(path: &Path) -> Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != IoErrorKind::NotFound => {
                Err(unusable(path, "cannot be deleted").with_source(error))
            }
            _ => Ok(()),
        }
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

#[cold]
pub(super) fn unusable(path: &Path, why: &str) -> Error {
    Error::new(ErrorKind::Input, format!("the checkpoint file `{}` {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
