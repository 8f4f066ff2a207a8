//! One put or delete of a batch, and which models a batch rejects.

use std::borrow::Cow;

use bytes::Bytes;

use crate::key::RawKey;
use crate::op::engine::vtable::ModelVTable;
use crate::{Error, ErrorKind, Result};

/// What a batch request does with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Put,
    Delete,
}

impl Kind {
    /// Returns the bytes that surround the item or key in the request.
    pub(crate) fn around(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Kind::Put => (b"{\"PutRequest\":{\"Item\":", b"}}"),
            Kind::Delete => (b"{\"DeleteRequest\":{\"Key\":", b"}}"),
        }
    }
}

/// Rejects models whose versions or unique values need conditions, which batches do not have.
pub(super) fn check_unconditional(model: &ModelVTable) -> Result<()> {
    if model.schema.managed.version.is_some() || !model.schema.unique.is_empty() {
        let message = "a batch has no conditions, so it cannot keep a version or unique values; write the items one by one, \
                       or in a `singlet::transact_write()`";
        return Err(refused(model, message));
    }
    Ok(())
}

#[cold]
pub(super) fn refused(model: &ModelVTable, message: &'static str) -> Error {
    Error::new(ErrorKind::Validation, message).with_model(model.schema.model)
}

/// One put or delete.
#[derive(Debug, Clone)]
pub(crate) struct BatchedWrite {
    pub(crate) kind: Kind,
    pub(crate) table: Cow<'static, str>,
    /// `{"PutRequest":…}` or `{"DeleteRequest":…}`.
    pub(crate) body: Bytes,
    /// The key in its canonical form, or `None` for an imported line.
    pub(crate) key: Option<RawKey>,
    /// The model that the write was made from.
    pub(crate) model: Option<&'static ModelVTable>,
    /// The line of an import that the write was read from.
    pub(crate) line: Option<usize>,
}

impl BatchedWrite {
    /// Returns the bytes of the item or of the key.
    pub(crate) fn map(&self) -> &[u8] {
        let (before, after) = self.kind.around();
        self.body.get(before.len()..self.body.len().saturating_sub(after.len())).unwrap_or_default()
    }
}
