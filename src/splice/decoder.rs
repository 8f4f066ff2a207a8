use std::pin::Pin;

use crate::wire::{Fault, Reader};
use crate::{HookContext, Result, TTLAttribute};

/// The `after_load` hook of a value.
pub(crate) type AfterLoad<T> =
    for<'s, 'c> fn(&'s mut T, &'s HookContext<'c>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// How an item becomes a `T`: what a sink needs of models, projections and collections.
pub(crate) struct Decoder<T> {
    /// Reads the item the reader stands at, and is behind it then unless there is a fault.
    pub(crate) read: fn(&mut Reader<'_>) -> Result<T, Fault>,
    pub(crate) after_load: Option<AfterLoad<T>>,
    /// How a value takes a new expiry over.
    pub(crate) set_ttl: Option<fn(&mut T, TTLAttribute)>,
    /// Whether items of other entities are a fault; else many items are read without them.
    pub(crate) refuses_foreign: bool,
}

impl<T> Clone for Decoder<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Decoder<T> {}

impl<T> Decoder<T> {
    /// For values without hooks.
    pub(crate) fn new(read: fn(&mut Reader<'_>) -> Result<T, Fault>) -> Self {
        Decoder { read, after_load: None, set_ttl: None, refuses_foreign: false }
    }
}
