use std::any::Any;
use std::pin::Pin;

use super::decoder::Decoder;
use super::life::Life;
use super::sink::{ItemSink, skip_reason};
use super::tracker::Tracker;
use crate::op::Done;
use crate::wire::{Fault, FaultKind, Reader};
use crate::{HookContext, Item, Model, Result, SkipReason};

/// The items of a response, or of several, as values of one type.
pub(crate) struct Collected<T> {
    pub(crate) items: Vec<T>,
    decoder: Decoder<T>,
    /// Whether items of other entities are passed over, as in a query, or are a fault, as in a get.
    skip_foreign: bool,
    skipped: Vec<SkipReason>,
    tracker: Option<Tracker>,
    /// Where expired items are passed over.
    life: Option<Life>,
    /// How many items earlier pages gave.
    committed: usize,
    fault: Option<Fault>,
    filled: bool,
}

impl<M: Model> Collected<M> {
    /// For one item: another entity is a fault.
    pub(crate) fn one() -> Box<dyn ItemSink> {
        Box::new(Collected::new(Decoder::<M>::model(), false))
    }

    /// For the items of a query: other entities are passed over.
    pub(crate) fn many() -> Box<dyn ItemSink> {
        Collected::of(Decoder::<M>::model())
    }
}

impl<T: Send + 'static> Collected<T> {
    fn new(decoder: Decoder<T>, skip_foreign: bool) -> Self {
        Collected {
            items: Vec::new(),
            decoder,
            skip_foreign,
            skipped: Vec::new(),
            tracker: None,
            life: None,
            committed: 0,
            fault: None,
            filled: false,
        }
    }

    /// For many items: those of other entities are passed over, unless the decoder refuses them.
    pub(crate) fn of(decoder: Decoder<T>) -> Box<dyn ItemSink> {
        Box::new(Collected::new(decoder, !decoder.refuses_foreign))
    }

    /// The one item of an operation's outcome.
    pub(crate) fn first_of(done: Done) -> Option<T> {
        Collected::<T>::all_of(done).into_iter().next()
    }

    /// The items of an operation's outcome.
    pub(crate) fn all_of(done: Done) -> Vec<T> {
        done.sink.map(Collected::<T>::items_of).unwrap_or_default()
    }

    /// The items back, from where the type was forgotten.
    pub(crate) fn items_of(sink: Box<dyn ItemSink>) -> Vec<T> {
        match sink.into_any().downcast::<Collected<T>>() {
            Ok(collected) => collected.items,
            // Every operation takes out of the sink that it put in.
            Err(_) => unreachable!("a sink of another model"),
        }
    }
}

impl<T: Send + 'static> ItemSink for Collected<T> {
    fn clear(&mut self) {
        self.items.truncate(self.committed);
        self.skipped.clear();
        self.fault = None;
        self.filled = true;
    }

    fn commit(&mut self) {
        self.committed = self.items.len();
        self.skipped.clear();
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
        let start = reader.mark();
        match (self.decoder.read)(reader) {
            Ok(value) => {
                if let Some(life) = self.life
                    && life.is_over(&start, reader)?
                {
                    self.skipped.push(SkipReason::Expired);
                    return Ok(());
                }
                if let Some(tracker) = &mut self.tracker {
                    tracker.see(self.items.len(), &start, reader)?;
                }
                self.items.push(value);
            }
            Err(fault) if fault.kind() == FaultKind::Syntax => return Err(fault),
            Err(fault) => {
                reader.rewind(&start);
                reader.skip()?;
                self.pass_over(fault);
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
        self.committed = self.committed.min(items);
    }

    fn reverse(&mut self) {
        self.items.reverse();
    }

    fn fresh(&self) -> Option<Box<dyn ItemSink>> {
        Some(Box::new(Collected { life: self.life, ..Collected::new(self.decoder, self.skip_foreign) }))
    }

    fn absorb(&mut self, other: Box<dyn ItemSink>) {
        self.items.append(&mut Collected::<T>::items_of(other));
        self.committed = self.items.len();
    }

    fn track(&mut self, tracker: Tracker) {
        self.tracker = Some(tracker);
    }

    fn hide(&mut self, life: Life) {
        self.life = Some(life);
    }

    fn key_of(&self, item: usize) -> Option<&Item> {
        self.tracker.as_ref()?.key_of(item)
    }

    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>> {
        let Some(after_load) = self.decoder.after_load else { return Box::pin(std::future::ready(Ok(()))) };
        Box::pin(async move {
            for item in &mut self.items {
                after_load(item, cx).await?;
            }
            Ok(())
        })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl<T> Collected<T> {
    #[cold]
    fn pass_over(&mut self, fault: Fault) {
        let reason = skip_reason(&fault);
        self.skipped.extend(reason);
        if reason.is_none() || !self.skip_foreign {
            self.fault.get_or_insert(fault);
        }
    }
}
