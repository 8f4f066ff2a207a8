//! `Decoder`: how items become values of one type, and `ItemValues`: these values, without their type.

use std::any::Any;
use std::pin::Pin;

use crate::key::RawKey;
use crate::splice::collected::VecSink;
use crate::splice::read_item::ReadItem;
use crate::splice::sink::ReadSink;
use crate::wire::{Fault, Reader};
use crate::{HookContext, Result, TTLAttribute};

/// The future of a hook.
type HookFuture<'s> = Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// The `after_load` hook of a value.
pub(crate) type AfterLoad<T> = for<'s, 'c> fn(&'s mut T, &'s HookContext<'c>) -> HookFuture<'s>;

/// Forms the primary key of a value.
pub(crate) type FormKey<T> = fn(&T) -> Result<RawKey, Fault>;

/// Decodes items as `T`. The type of the sink does not contain the model. Models, projections, keys and collections each
/// provide a decoder.
pub(crate) struct Decoder<T> {
    pub(crate) read: ReadItem<T>,
    /// `None` if a value is not a whole item, so that it may lack parts of its key.
    pub(crate) key: Option<FormKey<T>>,
    pub(crate) after_load: Option<AfterLoad<T>>,
    /// Sets the expiry of a value after a refresh.
    pub(crate) set_ttl: Option<fn(&mut T, TTLAttribute)>,
    /// Whether items of other entities are a fault. If not, reads of many items skip them.
    pub(crate) refuses_foreign: bool,
}

impl<T> Clone for Decoder<T> {
    fn clone(&self) -> Self {
        Decoder { read: self.read.clone(), ..*self }
    }
}

impl<T> Decoder<T> {
    /// A decoder for values without hooks.
    pub(crate) fn new(read: fn(&mut Reader<'_>) -> Result<T, Fault>) -> Self {
        Decoder::of(ReadItem::Fixed(read))
    }

    pub(crate) fn of(read: ReadItem<T>) -> Self {
        Decoder { read, key: None, after_load: None, set_ttl: None, refuses_foreign: false }
    }
}

/// The values of the items that a sink has read. The trait does not name their type, so the sink is compiled once.
pub(crate) trait ItemValues: Send {
    /// Decodes the item at the reader's position, and appends its value.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault>;

    /// Forms the primary key of the last value; `None` if a value may lack parts of its key.
    fn last_key(&self) -> Option<RawKey>;

    fn count(&self) -> usize;

    fn reserve(&mut self, values: usize);

    fn truncate(&mut self, values: usize);

    fn swap(&mut self, a: usize, b: usize);

    /// Keeps only the first `values` values, and returns the others.
    fn split_off(&mut self, values: usize) -> Box<dyn ItemValues>;

    /// Returns an empty list of values of the same type.
    fn fresh(&self) -> Box<dyn ItemValues>;

    /// Appends values of the same type.
    fn append(&mut self, others: Box<dyn ItemValues>);

    /// Returns the future of the `after_load` hook of the value at an index; `None` if there is no such value, or its type has no hook.
    fn after_load<'s>(&'s mut self, index: usize, cx: &'s HookContext<'_>) -> Option<HookFuture<'s>>;

    /// Sets the new expiry of the value at an index.
    fn set_ttl(&mut self, index: usize, expires_at: TTLAttribute);

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// A list of values, and how further items are decoded.
struct DecodedItems<T> {
    values: Vec<T>,
    decoder: Decoder<T>,
}

impl<T: Send + 'static> Decoder<T> {
    /// A sink for one item. An item of another entity is a fault.
    pub(crate) fn one_sink(self) -> Box<dyn ReadSink> {
        VecSink::one_of(self.values())
    }

    /// A sink for many items. Items of other entities are skipped unless the decoder refuses them.
    pub(crate) fn sink(self) -> Box<dyn ReadSink> {
        let skip_foreign = !self.refuses_foreign;
        VecSink::of(self.values(), skip_foreign)
    }

    /// Returns an empty list of the values that this decoder makes.
    fn values(self) -> Box<dyn ItemValues> {
        Box::new(DecodedItems { values: Vec::new(), decoder: self })
    }
}

/// Recovers the typed items from an erased sink.
pub(crate) fn items_of<T: 'static>(sink: Box<dyn ReadSink>) -> Vec<T> {
    typed(VecSink::values_of(sink))
}

/// Returns values with their type, which must be that of the decoder.
fn typed<T: 'static>(values: Box<dyn ItemValues>) -> Vec<T> {
    match values.into_any().downcast::<DecodedItems<T>>() {
        Ok(decoded) => decoded.values,
        // Each operation reads from the sink that it created.
        Err(_) => unreachable!("values of another type"),
    }
}

impl<T: Send + 'static> ItemValues for DecodedItems<T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        // With `?`, the value is moved twice more.
        match self.decoder.read.read(reader) {
            Ok(value) => {
                if self.values.capacity() == 0 {
                    // A response without a count usually has one item. `push` would allocate four, a size that allocators often do
                    // not cache.
                    self.values.reserve_exact(1);
                }
                self.values.push(value);
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }

    fn last_key(&self) -> Option<RawKey> {
        let (key, value) = (self.decoder.key?, self.values.last()?);
        key(value).ok()
    }

    fn count(&self) -> usize {
        self.values.len()
    }

    fn reserve(&mut self, values: usize) {
        if self.values.is_empty() { self.values.reserve_exact(values) } else { self.values.reserve(values) }
    }

    fn truncate(&mut self, values: usize) {
        self.values.truncate(values);
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.values.swap(a, b);
    }

    fn split_off(&mut self, values: usize) -> Box<dyn ItemValues> {
        let values = self.values.split_off(values);
        Box::new(DecodedItems { values, decoder: self.decoder.clone() })
    }

    fn fresh(&self) -> Box<dyn ItemValues> {
        self.decoder.clone().values()
    }

    fn append(&mut self, others: Box<dyn ItemValues>) {
        self.values.append(&mut typed(others));
    }

    fn after_load<'s>(&'s mut self, index: usize, cx: &'s HookContext<'_>) -> Option<HookFuture<'s>> {
        let (after_load, value) = (self.decoder.after_load?, self.values.get_mut(index)?);
        Some(after_load(value, cx))
    }

    fn set_ttl(&mut self, index: usize, expires_at: TTLAttribute) {
        if let (Some(set_ttl), Some(value)) = (self.decoder.set_ttl, self.values.get_mut(index)) {
            set_ttl(value, expires_at);
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
