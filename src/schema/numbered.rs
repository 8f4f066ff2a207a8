//! Schema numbers: which form an item has, and how an older one becomes the current one.

use std::fmt::Display;

use crate::Item;
use crate::wire::name::Name;
use crate::wire::{Fault, FaultKind};

/// The attribute of a table that does not name another.
pub(crate) const DEFAULT_ATTRIBUTE: Name = Name::new("_schema", "\"_schema\":");

/// One step from a schema to the next.
pub type Upgrade = fn(&mut Item) -> Result<(), String>;

/// The schema number of a model.
#[derive(Debug, Clone, Copy)]
pub struct SchemaNumber {
    /// The attribute that holds the number. An item without it has schema 1.
    pub attribute: Name,
    /// The number that whole items are written with.
    pub number: u32,
    /// The steps from schema 1 to 2, from 2 to 3, and so on.
    pub upgrades: &'static [Upgrade],
}

/// What an upgrade function returns.
#[diagnostic::on_unimplemented(
    message = "an upgrade function does not return `{Self}`",
    label = "expected nothing, or a `Result<(), E>` whose error implements `Display`"
)]
pub trait UpgradeOutcome {
    /// The outcome with the text of the error.
    fn into_result(self) -> Result<(), String>;
}

impl UpgradeOutcome for () {
    fn into_result(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: Display> UpgradeOutcome for Result<(), E> {
    fn into_result(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}

impl SchemaNumber {
    /// The number of a stored item.
    pub(crate) fn of(&self, item: &Item) -> Result<u32, Fault> {
        let Some(stored) = item.get(self.attribute.name) else { return Ok(1) };
        let number = stored.as_n().ok().and_then(|digits| digits.parse().ok()).filter(|number| *number > 0);
        number.ok_or_else(|| Fault::invalid("the schema number is not a positive integer").inside(self.attribute.name))
    }

    /// The item in the current schema.
    pub(crate) fn upgraded(&self, mut item: Item) -> Result<Item, Fault> {
        let stored = self.of(&item)?;
        if stored > self.number {
            return Err(self.newer(stored));
        }
        for (from, upgrade) in (1..).zip(self.upgrades).skip_while(|(from, _)| *from < stored) {
            upgrade(&mut item).map_err(|error| {
                let to = from + 1;
                Fault::invalid(format!("the upgrade from schema {from} to {to} failed: {error}"))
            })?;
        }
        item.remove(self.attribute.name);
        Ok(item)
    }

    /// The fault of an item that a newer program has written.
    #[cold]
    pub(crate) fn newer(&self, stored: u32) -> Fault {
        let message = format!(
            "the item has schema {stored}, and this program knows {} only; deploy the newer program",
            self.number
        );
        Fault::new(FaultKind::NewerSchema, message).inside(self.attribute.name)
    }
}
