use std::any::Any;
use std::pin::Pin;

use crate::splice::tracker::Tracker;
use crate::ttl::{ExpiryCheck, ExpiryCheckFn};
use crate::wire::{Fault, FaultKind, Reader};
use crate::{Error, HookContext, Item, Result, SkipReason, TTLAttribute};

/// Where the next items of a response stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// In the list of a table.
    Table(&'a str),
    /// In the entry with this number, from 0.
    Entry(usize),
}

/// Who asked for an item, where a sink serves several models.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) model: &'static str,
    pub(crate) table: &'a str,
}

/// Takes the items of a response, without the type of the model in its own.
pub(crate) trait ItemSink: Send {
    /// Forgets what was read since the last [`commit`](Self::commit): another response follows.
    fn clear(&mut self);

    /// Keeps what was read: the next response is another page.
    fn commit(&mut self);

    /// As [`clear`](Self::clear), and the SDK reads this response.
    fn reset(&mut self);

    /// Makes room for so many items.
    fn reserve(&mut self, items: usize);

    /// Hears where the next items stand, in a response that is no plain list.
    fn at(&mut self, place: Place<'_>) {
        let _ = place;
    }

    /// Reads the item that the reader stands at. An error only when the bytes are damaged;
    /// an item that does not fit the model is kept as the sink's fault.
    fn item(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault>;

    /// Whether a response has been read at all.
    fn is_filled(&self) -> bool;

    /// Why the items of the last response cannot be given, if they cannot. `describe` makes the error of a fault for
    /// sinks that do not know which model and table an item belongs to.
    fn take_error(&mut self, describe: &dyn Fn(Fault) -> Error) -> Option<Error>;

    /// How many items were read in all.
    fn count(&self) -> usize;

    /// Calls `report` for each item of the last response that was passed over, with its owner if the sink knows it.
    fn skipped(&self, report: &mut dyn FnMut(SkipReason, Option<Owner<'_>>));

    /// Drops what is beyond the first so many items.
    fn truncate(&mut self, items: usize);

    /// Turns the items around, which were read backward.
    fn reverse(&mut self) {}

    /// An empty one of the same kind, for what is read beside this.
    fn fresh(&self) -> Option<Box<dyn ItemSink>> {
        None
    }

    /// Takes over the items of a [`fresh`](Self::fresh) one.
    fn absorb(&mut self, other: Box<dyn ItemSink>) {
        drop(other);
    }

    /// Keeps the keys of some items while they are read.
    fn track(&mut self, tracker: Tracker) {
        drop(tracker);
    }

    /// Passes over the items that have expired, from now on.
    fn hide(&mut self, life: ExpiryCheck) {
        let _ = life;
    }

    /// As [`hide`](Self::hide), with a life for each item.
    fn hide_each(&mut self, life_of: ExpiryCheckFn) {
        drop(life_of);
    }

    /// Keeps these attributes of every item, from the first one on.
    fn trace(&mut self, attributes: Vec<&'static str>) {
        drop(attributes);
    }

    /// What was [traced](Self::trace): of each item, in the order of the items.
    fn traces(&self) -> &[Item] {
        &[]
    }

    /// Drops the items from the number `from` on that `stays` says no to.
    fn retain(&mut self, from: usize, stays: &[bool]) {
        let _ = (from, stays);
    }

    /// The value with this number takes the new expiry over.
    fn set_ttl(&mut self, item: usize, expires_at: TTLAttribute) {
        let _ = (item, expires_at);
    }

    /// The key attributes of the item with this number, where it was tracked.
    fn key_of(&self, item: usize) -> Option<&Item> {
        let _ = item;
        None
    }

    /// Runs the `after_load` hook on every item.
    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// Why the observer hears of an item that cannot be given, if it does.
pub(crate) fn skip_reason(fault: &Fault) -> Option<SkipReason> {
    match fault.kind() {
        FaultKind::Entity => Some(SkipReason::WrongEntity),
        FaultKind::NoEntity => Some(SkipReason::MissingEntity),
        _ => None,
    }
}
