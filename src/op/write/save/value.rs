//! The value that a save writes, without its model's type.

use std::ops::Deref;

use crate::op::engine::future::BoxFuture;
use crate::op::engine::vtable::{ErasedModel, Stamps};
use crate::{HookContext, Result};

/// The value of a save: one that receives what the save fills in, or a shared one of a model without such fields.
pub(super) enum SavedValue<'a> {
    Exclusive(&'a mut (dyn ErasedModel + 'static)),
    /// The model is [`Unmanaged`](crate::Unmanaged): it has neither hooks nor fields that a save fills in.
    Shared(&'a (dyn ErasedModel + 'static)),
}

impl SavedValue<'_> {
    pub(super) fn generate(&mut self, epoch_millis: i64) {
        if let SavedValue::Exclusive(value) = self {
            value.generate(epoch_millis);
        }
    }

    pub(super) fn stored(&mut self, stamps: Stamps) {
        if let SavedValue::Exclusive(value) = self {
            value.stored(stamps);
        }
    }

    pub(super) fn before_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        match self {
            SavedValue::Exclusive(value) => value.before_save(cx),
            SavedValue::Shared(_) => Box::pin(std::future::ready(Ok(()))),
        }
    }

    pub(super) fn after_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        match self {
            SavedValue::Exclusive(value) => value.after_save(cx),
            SavedValue::Shared(_) => Box::pin(std::future::ready(Ok(()))),
        }
    }
}

impl Deref for SavedValue<'_> {
    type Target = dyn ErasedModel;

    fn deref(&self) -> &Self::Target {
        match self {
            SavedValue::Exclusive(value) => *value,
            SavedValue::Shared(value) => *value,
        }
    }
}
