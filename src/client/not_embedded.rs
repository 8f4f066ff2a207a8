//! What the compiler says about the constructors of an embedded client in a program without the feature `embedded`.
//!
//! rustc names the feature of an item that is not compiled only if the item is not an associated function. These functions
//! therefore exist without the feature too, under a bound that never holds and carries the message.

use std::path::Path;

use crate::{Client, ManualClock, Result};

/// The feature `embedded`. Nothing implements it.
#[diagnostic::on_unimplemented(
    message = "an embedded client needs the feature `embedded` of singlet",
    label = "enable the feature: `cargo add singlet --features embedded`",
    note = "if only tests need it, `cargo add singlet --dev --features embedded`"
)]
pub trait EmbeddedFeature {}

// Because of the lifetime, rustc checks the bound when a function is called, and not here.
#[doc(hidden)]
#[allow(clippy::missing_errors_doc, reason = "they cannot be called")]
impl Client {
    pub fn embedded() -> Self
    where
        for<'a> &'a Client: EmbeddedFeature,
    {
        unreachable!("the bound never holds")
    }

    pub fn embedded_with_clock(_: ManualClock) -> Self
    where
        for<'a> &'a Client: EmbeddedFeature,
    {
        unreachable!("the bound never holds")
    }

    pub fn embedded_at(_: impl AsRef<Path>) -> Result<Self>
    where
        for<'a> &'a Client: EmbeddedFeature,
    {
        unreachable!("the bound never holds")
    }
}
