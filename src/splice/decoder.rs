//! `Decoder`: how a sink turns an item into a value, as function pointers, so that sinks need no model type.

use std::pin::Pin;

use crate::key::RawKey;
use crate::wire::{Fault, Reader};
use crate::{HookContext, Result, TTLAttribute};

/// The `after_load` hook of a value.
pub(crate) type AfterLoad<T> =
    for<'s, 'c> fn(&'s mut T, &'s HookContext<'c>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// Forms the primary key of a value.
pub(crate) type FormKey<T> = fn(&T) -> Result<RawKey, Fault>;

/// How an item becomes a `T`. Models, projections, keys and collections each provide one.
pub(crate) struct Decoder<T> {
    /// Decodes the item at the reader's position. Leaves the reader after the item unless it returns a fault.
    pub(crate) read: fn(&mut Reader<'_>) -> Result<T, Fault>,
    /// `None` if a value is no whole item, so that it may lack parts of its key.
    pub(crate) key: Option<FormKey<T>>,
    pub(crate) after_load: Option<AfterLoad<T>>,
    /// Sets the expiry of a value after a refresh.
    pub(crate) set_ttl: Option<fn(&mut T, TTLAttribute)>,
    /// Whether items of other entities are a fault. If not, reads of many items skip them.
    pub(crate) refuses_foreign: bool,
}

impl<T> Clone for Decoder<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Decoder<T> {}

impl<T> Decoder<T> {
    /// A decoder for values without hooks.
    pub(crate) fn new(read: fn(&mut Reader<'_>) -> Result<T, Fault>) -> Self {
        Decoder { read, key: None, after_load: None, set_ttl: None, refuses_foreign: false }
    }
}
