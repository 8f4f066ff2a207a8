use std::any::Any;
use std::pin::Pin;

use crate::op::Done;
use crate::wire::{Fault, FaultKind, Reader};
use crate::{HookContext, Model, Result, SkipReason, item};

/// Where the next items of a response stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// In the list of a table.
    Table(&'a str),
    /// In the entry with this number, from 0.
    Entry(#[allow(dead_code, reason = "the answer of a transaction of reads")] usize),
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

    /// What did not fit the model, if anything.
    fn take_fault(&mut self) -> Option<Fault>;

    /// How many items were read in all.
    fn count(&self) -> usize;

    /// Why items of the last response were passed over, each.
    fn skipped(&self) -> &[SkipReason];

    /// Drops what is beyond the first so many items.
    fn truncate(&mut self, items: usize);

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

/// The items of a model.
pub(crate) struct Collected<M> {
    pub(crate) items: Vec<M>,
    /// Whether items of other entities are passed over, as in a query, or are a fault, as in a get.
    skip_foreign: bool,
    skipped: Vec<SkipReason>,
    /// How many items earlier pages gave.
    committed: usize,
    fault: Option<Fault>,
    filled: bool,
}

impl<M: Model> Collected<M> {
    /// For one item: another entity is a fault.
    pub(crate) fn one() -> Box<dyn ItemSink> {
        Box::new(Collected::<M> {
            items: Vec::new(),
            skip_foreign: false,
            skipped: Vec::new(),
            committed: 0,
            fault: None,
            filled: false,
        })
    }

    /// For the items of a query: other entities are passed over.
    pub(crate) fn many() -> Box<dyn ItemSink> {
        Box::new(Collected::<M> {
            items: Vec::new(),
            skip_foreign: true,
            skipped: Vec::new(),
            committed: 0,
            fault: None,
            filled: false,
        })
    }

    /// The one item of an operation's outcome.
    pub(crate) fn first_of(done: Done) -> Option<M> {
        done.sink.and_then(|sink| Collected::<M>::items_of(sink).pop())
    }

    /// The items of an operation's outcome.
    pub(crate) fn all_of(done: Done) -> Vec<M> {
        done.sink.map(Collected::<M>::items_of).unwrap_or_default()
    }

    /// The items back, from where the type was forgotten.
    pub(crate) fn items_of(sink: Box<dyn ItemSink>) -> Vec<M> {
        match sink.into_any().downcast::<Collected<M>>() {
            Ok(collected) => collected.items,
            // Every operation takes out of the sink that it put in.
            Err(_) => unreachable!("a sink of another model"),
        }
    }
}

impl<M: Model> ItemSink for Collected<M> {
    fn clear(&mut self) {
        self.items.truncate(self.committed);
        self.skipped.clear();
        self.fault = None;
        self.filled = true;
    }

    fn commit(&mut self) {
        self.committed = self.items.len();
        self.filled = false;
    }

    fn reset(&mut self) {
        self.clear();
        self.filled = false;
    }

    fn reserve(&mut self, items: usize) {
        self.items.reserve(items);
    }

    fn item(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        match item::read_at(reader) {
            Ok(model) => self.items.push(model),
            Err(fault) if fault.kind() == FaultKind::Syntax => return Err(fault),
            Err(fault) => {
                let reason = skip_reason(&fault);
                self.skipped.extend(reason);
                if reason.is_none() || !self.skip_foreign {
                    self.fault.get_or_insert(fault);
                }
            }
        }
        Ok(())
    }

    fn is_filled(&self) -> bool {
        self.filled
    }

    fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    fn count(&self) -> usize {
        self.items.len()
    }

    fn skipped(&self) -> &[SkipReason] {
        &self.skipped
    }

    fn truncate(&mut self, items: usize) {
        self.items.truncate(items);
    }

    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>> {
        Box::pin(async move {
            if M::ANY {
                for item in &mut self.items {
                    item.after_load(cx).await?;
                }
            }
            Ok(())
        })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
