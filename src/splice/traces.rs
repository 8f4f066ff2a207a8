//! Stored attributes that a sink keeps: [`Traces`] of every item, for refreshes and look-ups; a [`Tracker`] of the items at
//! which a page begins and ends, for its cursors.

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

/// The key attributes of two items of a page. Keeping only these is cheaper than tracing every item.
#[derive(Debug)]
pub(crate) struct Tracker {
    attributes: Vec<&'static str>,
    wanted: [Option<usize>; 2],
    found: Vec<(usize, Item)>,
}

impl Tracker {
    /// Keeps `attributes` of the first item and of the item at index `other`.
    pub(crate) fn new(attributes: Vec<&'static str>, other: Option<usize>) -> Self {
        Tracker { attributes, wanted: [Some(0), other], found: Vec::new() }
    }

    /// Called for the item at index `number`, which begins at `start`. Leaves the reader after the item.
    #[inline]
    pub(super) fn see(&mut self, number: usize, start: &Mark, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if self.wanted.contains(&Some(number)) { self.keep(number, start, reader) } else { Ok(()) }
    }

    fn keep(&mut self, number: usize, start: &Mark, reader: &mut Reader<'_>) -> Result<(), Fault> {
        reader.rewind(start);
        let key = item::read_some(reader, &self.attributes)?;
        // After a retry, the items of the new response have the same indexes as those of the discarded one.
        self.found.retain(|(known, _)| *known != number);
        self.found.push((number, key));
        Ok(())
    }

    pub(super) fn key_of(&self, number: usize) -> Option<&Item> {
        self.found.iter().find(|(known, _)| *known == number).map(|(_, key)| key)
    }
}
