//! A checkpoint in a file.
//!
//! The file contains the item in DynamoDB's JSON, so it needs no format of its own. It is replaced as a whole, through a
//! second file, because a process can be killed at any time.

use std::fs;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

use super::{Checkpoint, unusable};
use crate::{Error, ErrorKind, Result, item};

/// Reads the checkpoint in a file; `None` if there is no file.
pub(super) fn load(path: &Path) -> Result<Option<Checkpoint>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == IoErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(&named(path), "cannot be read").with_source(error)),
    };
    let no_checkpoint = || unusable(&named(path), "is not a checkpoint of a backfill");
    let item = item::from_bytes(&bytes).map_err(|_| no_checkpoint())?;
    Checkpoint::from_item(&item).map(Some).ok_or_else(no_checkpoint)
}

/// Replaces the file.
pub(super) fn store(path: &Path, checkpoint: &Checkpoint) -> Result<()> {
    let bytes =
        item::to_bytes(&checkpoint.to_item()).map_err(|fault| Error::new(ErrorKind::Encode, fault.to_string()))?;
    let mut next = path.as_os_str().to_owned();
    next.push(".next");
    let next = PathBuf::from(next);
    let replaced = fs::write(&next, bytes).and_then(|()| fs::rename(&next, path));
    replaced.map_err(|error| unusable(&named(path), "cannot be written").with_source(error))
}

/// Deletes the file, if there is one.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != IoErrorKind::NotFound => {
            Err(unusable(&named(path), "cannot be deleted").with_source(error))
        }
        _ => Ok(()),
    }
}

/// The name of the checkpoint in errors.
pub(super) fn named(path: &Path) -> String {
    format!("the checkpoint file `{}`", path.display())
}
