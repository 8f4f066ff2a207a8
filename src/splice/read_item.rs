//! `ReadItem`: how the item at a reader's position is decoded.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::Result;
use crate::wire::{Fault, Reader};

/// How the item at the reader's position is decoded. It leaves the reader after the item unless it returns a fault.
pub(crate) enum ReadItem<T> {
    Fixed(fn(&mut Reader<'_>) -> Result<T, Fault>),
    /// Reads what the caller has chosen. The function expects the type of this choice.
    Chosen(fn(&Choice, &mut Reader<'_>) -> Result<T, Fault>, Arc<Choice>),
}

/// The choice of what is read, if the type of the items does not determine it.
pub(crate) type Choice = dyn Any + Send + Sync;

/// Returns a choice with its type.
pub(crate) fn choice_of<C: 'static>(choice: &Choice) -> &C {
    match choice.downcast_ref() {
        Some(choice) => choice,
        // `ReadItem::Chosen` is made of a choice and of a function for its type.
        None => unreachable!("a choice of another type"),
    }
}

impl<T> ReadItem<T> {
    #[inline]
    pub(crate) fn read(&self, reader: &mut Reader<'_>) -> Result<T, Fault> {
        match self {
            ReadItem::Fixed(read) => read(reader),
            ReadItem::Chosen(read, choice) => read(&**choice, reader),
        }
    }
}

impl<T> Clone for ReadItem<T> {
    fn clone(&self) -> Self {
        match self {
            ReadItem::Fixed(read) => ReadItem::Fixed(*read),
            ReadItem::Chosen(read, choice) => ReadItem::Chosen(*read, Arc::clone(choice)),
        }
    }
}

impl<T> fmt::Debug for ReadItem<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadItem")
    }
}
