//! `ItemSink`: receives the items of a response. It is how the untyped executors return typed items.

use std::any::Any;
use std::pin::Pin;

use crate::schema::TableSchema;
use crate::splice::stored_key::RequestedKey;
use crate::splice::traces::Tracker;
use crate::ttl::HiddenItems;
use crate::wire::{Fault, FaultKind, Reader};
use crate::{Error, HookContext, Item, Result, SkipReason, TTLAttribute};

/// The place of the next items in a response.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ItemPlace<'a> {
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
///
/// The parser of responses and the sender use it. No method has a default, so an implementation cannot forget a duty.
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
    fn at(&mut self, place: ItemPlace<'_>);

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

    /// The sink as a [`ReadSink`]; `None` if it distributes the items to several readers.
    fn into_read(self: Box<Self>) -> Option<Box<dyn ReadSink>>;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// Selects which items are returned, and in which order.
pub(crate) trait SelectItems {
    /// Skips these items from now on.
    fn hide(&mut self, hidden: HiddenItems);

    /// Refuses items with another key than this one.
    fn require(&mut self, key: RequestedKey<'static>);

    /// Sets the table, and whether items that cannot be decoded are skipped. If not, the error of such an item has its
    /// key.
    fn identify(&mut self, table: &'static TableSchema, skips_undecodable: bool);

    /// Drops the items from index `from` on whose entry in `stays` is `false`.
    fn retain(&mut self, from: usize, stays: &[bool]);

    /// Keeps only the first `items` items.
    fn truncate(&mut self, items: usize);

    /// Keeps only the first `items` items, and returns the others.
    fn split_off(&mut self, items: usize) -> Box<dyn ReadSink>;

    /// Reverses the items, after they were read backward.
    fn reverse(&mut self);

    /// Returns an empty sink of the same kind, for a request that runs in parallel.
    fn fresh(&self) -> Box<dyn ReadSink>;

    /// Appends the items of a sink made by [`fresh`](Self::fresh).
    fn absorb(&mut self, other: Box<dyn ReadSink>);

    /// Runs the `after_load` hook on every item.
    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;
}

/// Keeps stored attributes of the items, for cursors and for refreshes of the TTL, and measures an item.
pub(crate) trait TraceItems {
    /// Keeps the key attributes of some items, for cursors.
    fn track(&mut self, tracker: Tracker);

    /// The key attributes of the item at index `item`, if it was tracked.
    fn key_of(&self, item: usize) -> Option<&Item>;

    /// Keeps these attributes of every item. It must be called before the first item.
    fn trace(&mut self, attributes: Vec<&'static str>);

    /// The [traced](Self::trace) attributes of each item, in the order of the items.
    fn traces(&self) -> &[Item];

    /// Measures the items: none should have more bytes than this.
    fn measure(&mut self, max_size: usize);

    /// The size of the last item, if it has more bytes than it should.
    fn excessive_size(&self) -> Option<usize>;

    /// Sets the new expiry of the value at index `item`.
    fn set_ttl(&mut self, item: usize, expires_at: TTLAttribute);
}

/// The sink of an operation that returns items of one type.
pub(crate) trait ReadSink: ItemSink + SelectItems + TraceItems {}

impl<S: ItemSink + SelectItems + TraceItems> ReadSink for S {}

/// The reason to report for an item that was not returned; `None` if the fault is an error instead.
pub(crate) fn skip_reason(fault: &Fault) -> Option<SkipReason> {
    match fault.kind() {
        FaultKind::Entity => Some(SkipReason::WrongEntity),
        FaultKind::NoEntity => Some(SkipReason::MissingEntity),
        _ => None,
    }
}
