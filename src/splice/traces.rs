//! `Traces`: stored attributes that a sink keeps of every item, for refreshes and look-ups.

use crate::wire::{Fault, Mark, Reader};
use crate::{Item, item};

/// Some attributes of every item in a sink, as they are stored.
#[derive(Debug)]
pub(crate) struct Traces {
    attributes: Vec<&'static str>,
    pub(super) items: Vec<Item>,
}

impl Traces {
    pub(super) fn new(attributes: Vec<&'static str>) -> Self {
        Traces { attributes, items: Vec::new() }
    }

    /// Empty traces of the same attributes.
    pub(super) fn fresh(&self) -> Self {
        Traces::new(self.attributes.clone())
    }

    /// Keeps only the attributes of the first `items` items, and returns those of the others.
    pub(super) fn split_off(&mut self, items: usize) -> Self {
        Traces { attributes: self.attributes.clone(), items: self.items.split_off(items.min(self.items.len())) }
    }

    /// Keeps the attributes of the item that begins at `start`. Leaves the reader after the item.
    pub(super) fn see(&mut self, start: &Mark, reader: &mut Reader<'_>) -> Result<(), Fault> {
        reader.rewind(start);
        self.items.push(item::read_some(reader, &self.attributes)?);
        Ok(())
    }
}
