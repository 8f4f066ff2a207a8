//! Validators: the functions of a model that check values before they are written.

use std::error::Error as StdError;

use crate::wire::{Fault, Reader};
use crate::{Error, ErrorKind, Result};

/// Checks the value of one attribute, at the reader's position.
#[doc(hidden)]
pub type Validator = fn(&mut Reader<'_>) -> Result<Result<()>, Fault>;

/// What a validator returns.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a validator returns a `Result<(), E>`, and not `{Self}`",
    label = "the function returns `{Self}`",
    note = "return `Ok(())`, or an error: a type with `std::error::Error`, a `String` or a `&str`"
)]
pub trait Validity {
    /// The reason why the value is refused.
    fn refusal(self) -> Option<Box<dyn StdError + Send + Sync>>;
}

impl<E: Into<Box<dyn StdError + Send + Sync>>> Validity for Result<(), E> {
    fn refusal(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.err().map(Into::into)
    }
}

/// The error of a validator that refused a value. `attribute` is `None` for the validator of the struct.
#[doc(hidden)]
pub fn validated(outcome: impl Validity, attribute: Option<&'static str>) -> Result<()> {
    let Some(refusal) = outcome.refusal() else { return Ok(()) };
    let error = Error::new(ErrorKind::InvalidValue, "a validator of the model refused the value").with_source(refusal);
    Err(match attribute {
        Some(attribute) => error.with_attribute(attribute),
        None => error,
    })
}
