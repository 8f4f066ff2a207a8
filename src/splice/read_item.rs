//! `ReadItem`: how the item at a reader's position is decoded.

use std::fmt;
use std::sync::Arc;

use crate::Result;
use crate::wire::{Fault, Reader};

/// How the item at the reader's position is decoded. It leaves the reader after the item unless it returns a fault.
pub(crate) enum ReadItem<T> {
    Fixed(fn(&mut Reader<'_>) -> Result<T, Fault>),
    /// Reads the attributes that the caller has chosen.
    Chosen(Arc<ReadChosen<T>>),
}

type ReadChosen<T> = dyn Fn(&mut Reader<'_>) -> Result<T, Fault> + Send + Sync;

impl<T> ReadItem<T> {
    #[inline]
    pub(crate) fn read(&self, reader: &mut Reader<'_>) -> Result<T, Fault> {
        match self {
            ReadItem::Fixed(read) => read(reader),
            ReadItem::Chosen(read) => read(reader),
        }
    }
}

impl<T> Clone for ReadItem<T> {
    fn clone(&self) -> Self {
        match self {
            ReadItem::Fixed(read) => ReadItem::Fixed(*read),
            ReadItem::Chosen(read) => ReadItem::Chosen(Arc::clone(read)),
        }
    }
}

impl<T> fmt::Debug for ReadItem<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadItem")
    }
}
