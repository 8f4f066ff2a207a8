//! What the compiler says about `.await` on a value that is not a whole operation yet.
//!
//! rustc only says that such a value is not a future. The traits here have no implementation: they are the bounds of
//! implementations of `IntoFuture` that never apply, and carry the message that says what to do instead.

/// A [`Check`](crate::Check) that is sent alone.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a check is not sent alone, so it cannot be awaited",
    label = "add it to a transaction: `transact_write().check(..)`",
    note = "to check a condition and write the same item, use `.when(..)` of the write"
)]
pub trait PartOfATransaction {}

/// An index that is read without saying what.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an index is not read as such, so it cannot be awaited",
    label = "call `.query(..)` before `.await`",
    note = "an index of a model also has `.scan()`, which reads all partitions"
)]
pub trait QueriedBeforeAwait {}

/// A stream as a future.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a stream has many values, so it cannot be awaited",
    label = "call `.next().await` in a loop, or methods of `futures::StreamExt`",
    note = "to read everything at once, await the query or the scan itself, without `.stream()` or `.pages()`"
)]
pub trait ReadInALoop {}

/// Implements `IntoFuture` under a bound that never holds.
macro_rules! not_a_future {
    ([$($generic:ident),+] $ty:ty: $hint:ident) => {
        #[doc(hidden)]
        impl<$($generic),+> std::future::IntoFuture for $ty
        where
            Self: $crate::op::engine::not_a_future::$hint,
        {
            type Output = std::convert::Infallible;
            type IntoFuture = std::future::Pending<std::convert::Infallible>;

            fn into_future(self) -> Self::IntoFuture {
                std::future::pending()
            }
        }
    };
}
pub(crate) use not_a_future;
