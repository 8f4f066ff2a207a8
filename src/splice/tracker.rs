use crate::wire::{Fault, Mark, Reader};
use crate::{Item, item};

/// Which items' key attributes a sink keeps: a cursor is made from them.
#[derive(Debug)]
pub(crate) struct Tracker {
    attributes: Vec<&'static str>,
    wanted: [Option<usize>; 2],
    found: Vec<(usize, Item)>,
}

impl Tracker {
    /// Keeps `attributes` of the first item and of the item with the number `other`.
    pub(crate) fn new(attributes: Vec<&'static str>, other: Option<usize>) -> Self {
        Tracker { attributes, wanted: [Some(0), other], found: Vec::new() }
    }

    /// Looks at the item with this number, which began at `start`; the reader is behind it.
    #[inline]
    pub(super) fn see(&mut self, number: usize, start: &Mark, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if self.wanted.contains(&Some(number)) { self.keep(number, start, reader) } else { Ok(()) }
    }

    fn keep(&mut self, number: usize, start: &Mark, reader: &mut Reader<'_>) -> Result<(), Fault> {
        reader.rewind(start);
        let key = item::read_some(reader, &self.attributes)?;
        // A response that is read again, after a retry, gives its items the same numbers.
        self.found.retain(|(known, _)| *known != number);
        self.found.push((number, key));
        Ok(())
    }

    pub(super) fn key_of(&self, number: usize) -> Option<&Item> {
        self.found.iter().find(|(known, _)| *known == number).map(|(_, key)| key)
    }
}
