use crate::wire::{Fault, Mark, Reader};
use crate::{Item, item};

/// Some attributes of every item that a sink holds, as they are stored.
#[derive(Debug)]
pub(crate) struct Traces {
    attributes: Vec<&'static str>,
    pub(super) items: Vec<Item>,
}

impl Traces {
    pub(super) fn new(attributes: Vec<&'static str>) -> Self {
        Traces { attributes, items: Vec::new() }
    }

    /// None yet, of the same attributes.
    pub(super) fn fresh(&self) -> Self {
        Traces::new(self.attributes.clone())
    }

    /// Keeps those of the item that began at `start`; the reader is behind it.
    pub(super) fn see(&mut self, start: &Mark, reader: &mut Reader<'_>) -> Result<(), Fault> {
        reader.rewind(start);
        self.items.push(item::read_some(reader, &self.attributes)?);
        Ok(())
    }
}
