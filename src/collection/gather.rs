//! Items falling into the fields of a struct.

use crate::{Error, ErrorKind, Model, Result};

/// Puts the one item of its model into its field.
pub fn put_one<M: Model>(slot: &mut Option<M>, item: M) -> Result<()> {
    if slot.is_some() {
        let message = "the partition has a second item of a model that the collection holds one of";
        return Err(Error::new(ErrorKind::TooMany, message).with_model(M::SCHEMA.model));
    }
    *slot = Some(item);
    Ok(())
}

/// The item that a field must have.
pub fn the_one<M: Model>(slot: Option<M>) -> Result<M> {
    let message = "the partition has no item of a model that the collection needs";
    slot.ok_or_else(|| Error::new(ErrorKind::NotFound, message).with_model(M::SCHEMA.model))
}
