//! `ItemSink`: receives the items of a response. It is how the untyped executors return typed items.

use std::any::Any;
use std::pin::Pin;

use crate::splice::tracker::Tracker;
use crate::ttl::{ExpiryCheck, ExpiryCheckFn};
use crate::wire::{Fault, FaultKind, Reader};
use crate::{Error, HookContext, Item, Result, SkipReason, TTLAttribute};

/// The place of the next items in a response.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// In the list of a table.
    Table(&'a str),
    /// In the entry with this index.
    Entry(usize),
}

/// The model and table that an item was requested for, if a sink serves several models.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) model: &'static str,
    pub(crate) table: &'a str,
}

/// Receives the items of a response. Its type does not name the model, so that executors are compiled once.
pub(crate) trait ItemSink: Send {
    /// Discards the items since the last [`commit`](Self::commit), because a new attempt returned another response.
    fn clear(&mut self);

    /// Keeps the items: the next response is another page.
    fn commit(&mut self);

    /// As [`clear`](Self::clear), for a response that the SDK reads instead.
    fn reset(&mut self);

    /// Reserves space for `items` more items.
    fn reserve(&mut self, items: usize);

    /// Called with the place of the next items, in a response that is not a plain list.
    fn at(&mut self, place: Place<'_>) {
        let _ = place;
    }

    /// Reads the item at the reader's position. Returns an error only if the bytes are damaged. An item that does not
    /// fit the model becomes the sink's fault, so that the rest of the response is still read.
    fn item(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault>;

    /// Whether a response has been read. If not, the operation reads the items from the SDK's output.
    fn is_filled(&self) -> bool;

    /// Takes the error of the last response, if an item did not fit. `describe` turns a fault into an error for sinks
    /// that do not know which model and table an item belongs to.
    fn take_error(&mut self, describe: &dyn Fn(Fault) -> Error) -> Option<Error>;

    /// How many items the sink holds.
    fn count(&self) -> usize;

    /// Calls `report` for each skipped item of the last response, with its owner if the sink knows it.
    fn skipped(&self, report: &mut dyn FnMut(SkipReason, Option<Owner<'_>>));

    /// Keeps only the first `items` items.
    fn truncate(&mut self, items: usize);

    /// Reverses the items, after they were read backward.
    fn reverse(&mut self) {}

    /// Returns an empty sink of the same kind, for a request that runs in parallel.
    fn fresh(&self) -> Option<Box<dyn ItemSink>> {
        None
    }

    /// Appends the items of a sink made by [`fresh`](Self::fresh).
    fn absorb(&mut self, other: Box<dyn ItemSink>) {
        drop(other);
    }

    /// Keeps the key attributes of some items, for cursors.
    fn track(&mut self, tracker: Tracker) {
        drop(tracker);
    }

    /// Skips expired items from now on.
    fn hide(&mut self, life: ExpiryCheck) {
        let _ = life;
    }

    /// As [`hide`](Self::hide), with an expiry check for each item.
    fn hide_each(&mut self, life_of: ExpiryCheckFn) {
        drop(life_of);
    }

    /// Keeps these attributes of every item. It must be called before the first item.
    fn trace(&mut self, attributes: Vec<&'static str>) {
        drop(attributes);
    }

    /// The [traced](Self::trace) attributes of each item, in the order of the items.
    fn traces(&self) -> &[Item] {
        &[]
    }

    /// Drops the items from index `from` on whose entry in `stays` is `false`.
    fn retain(&mut self, from: usize, stays: &[bool]) {
        let _ = (from, stays);
    }

    /// Sets the new expiry of the value at index `item`.
    fn set_ttl(&mut self, item: usize, expires_at: TTLAttribute) {
        let _ = (item, expires_at);
    }

    /// The key attributes of the item at index `item`, if it was tracked.
    fn key_of(&self, item: usize) -> Option<&Item> {
        let _ = item;
        None
    }

    /// Runs the `after_load` hook on every item.
    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// The reason to report for an item that was not returned; `None` if the fault is an error instead.
pub(crate) fn skip_reason(fault: &Fault) -> Option<SkipReason> {
    match fault.kind() {
        FaultKind::Entity => Some(SkipReason::WrongEntity),
        FaultKind::NoEntity => Some(SkipReason::MissingEntity),
        _ => None,
    }
}
