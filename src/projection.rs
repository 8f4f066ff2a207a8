//! The trait of structs that are some attributes of a model.

use crate::Model;
use crate::wire::{Fault, Reader};

/// A struct that is some of the attributes of a model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection",
    label = "not a projection",
    note = "add `#[derive(Projection)]` and `#[projection(of = ..)]` to `{Self}`"
)]
pub trait Projection: Sized + Send + 'static {
    /// The model.
    type Of: Model;

    /// The names of the attributes.
    const NAMES: &'static [&'static str];

    /// Reads the item the reader stands at.
    #[doc(hidden)]
    fn __read(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}
