//! What the layers below offer once a model is known: `Key::parse`, `Error::old`, and errors that name the model.
//!
//! Keys, errors and items know no models. Their generic methods are here, so that those layers stay below this one.

use crate::error::fault_error;
use crate::key::{KeyInput, KeyValue, RawKey};
use crate::schema::ModelSchema;
use crate::wire::{Fault, Reader};
use crate::{Error, Key, Model, Result, item};

/// The primary key from its parts, or the key that was given.
pub(crate) fn raw_key<M: Model>(key: KeyInput<M::KeyParts>) -> Result<RawKey> {
    match key {
        KeyInput::Parts(parts) => with_model(M::__key_of(parts), M::SCHEMA),
        KeyInput::Whole(key) => Ok(key),
    }
}

/// The result with an error that names the model. It is generic in the value only, so that models share its code.
pub(crate) fn with_model<V>(result: Result<V, Fault>, schema: &ModelSchema) -> Result<V> {
    match result {
        Ok(value) => Ok(value),
        Err(fault) => Err(fault_error(fault, schema.model)),
    }
}

/// The error of a fault, with the name of the model.
#[cold]
pub(crate) fn fault_of<M: Model>(fault: Fault) -> Error {
    fault_error(fault, M::SCHEMA.model)
}

/// Reads the item at the reader's position.
pub(crate) fn read_at<M: Model>(reader: &mut Reader<'_>) -> Result<M, Fault> {
    item::read_at(reader, M::SCHEMA)
}

impl Error {
    /// The stored item that made a condition fail, as a value of its model; `None` if the service returned no item, or
    /// one of another model.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the item cannot be read as `M`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let mut order = Order::builder().customer("ann").id(7).total(40).build();
    /// order.create().await?;
    /// let error = Order::update(("ann", 7)).set(|o| o.total, 9).when(|o| o.total.lt(10)).await.unwrap_err();
    /// assert_eq!(error.old::<Order>()?, Some(order));
    /// # Ok(()) }) }
    /// ```
    pub fn old<M: Model>(&self) -> Result<Option<M>> {
        match self.old_item() {
            Some(item) if M::SCHEMA.owns(item) => M::from_item(item).map(Some),
            _ => Ok(None),
        }
    }
}

impl<M: Model> Key<M> {
    /// The key with these stored values.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if the values do not have the form of the
    /// model's templates.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let key = Key::<Order>::parse("CUSTOMER#ann", Some("ORDER#0000000007".into()))?;
    /// assert_eq!(key.parts()?, ("ann".into(), 7));
    /// # Ok(()) }) }
    /// ```
    pub fn parse(hash: impl Into<KeyValue>, range: Option<KeyValue>) -> Result<Self> {
        let key = Key::from_raw(RawKey { hash: hash.into(), range });
        key.parts()?;
        Ok(key)
    }

    /// The parts that the key was built from.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if the key does not have the form of the
    /// model's templates.
    pub fn parts(&self) -> Result<M::KeyParts> {
        M::__parts(self.raw()).map_err(fault_of::<M>)
    }
}
