//! Reads of an index that does not hold every attribute, before the caller says what to read of the items.
//!
//! Such a read does not compile. Most of this module is there so that the compiler says why, and what to do.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, Ready};
use std::marker::PhantomData;

use crate::op::engine::future::OperationFuture;
use crate::table::{All, Partial, Primary};
use crate::{Error, Key, Model, Projection, Result};

/// Stands for the items of an index that does not hold every attribute, until the caller says what to read of them.
///
/// Nothing can be read as this type. The compiler names it where a `.select::<P>()`, `.keys()` or `.hydrate()` is
/// missing. Code that awaits such a read and looks at no error gets as far as code generation, and no further:
///
/// ```compile_fail,E0080
/// # use singlet::{Model, Table};
/// # #[derive(Table)]
/// # #[table(name = "shop", hash_key = "pk", index(name = "gsi1", hash_key = "gsi1pk", projection = "keys_only"))]
/// # struct Shop;
/// # #[derive(Model)]
/// # #[model(table = Shop, hash_key = "ORDER#{id}", index(gsi1, hash_key = "STATE#{state}"))]
/// # struct Order { id: String, state: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// if let Ok(orders) = Order::index(Shop::GSI1).query("open").await {
///     println!("{} orders", orders.len());
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct NeedsSelectKeysOrHydrate<M> {
    of: PhantomData<fn() -> M>,
}

/// What a source that holds so much of an item can be read as.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an index that does not hold every attribute cannot be read whole",
    label = "the index is KEYS_ONLY or INCLUDE",
    note = "say what to read first: `.select::<P>()` with attributes that the index holds, `.keys()`, or `.hydrate()`"
)]
pub trait CanRead<T> {}

impl<T> CanRead<T> for All {}

#[diagnostic::do_not_recommend]
impl<P: Projection> CanRead<P> for Partial {}

#[diagnostic::do_not_recommend]
impl<M: Model> CanRead<Key<M>> for Partial {}

/// What awaiting a read of `T` from the source `I` gives; the coverage of the source implements it.
///
/// An undecided read has a future too. Without one, rustc would advise to remove the `.await` and say nothing else.
/// The result of that future cannot be used, which is the error that the user sees.
#[doc(hidden)]
pub trait Awaited<T, I> {
    type Output;
    type Future: Future<Output = Self::Output>;

    fn future(items: OperationFuture<'static, Vec<T>>) -> Self::Future;
}

macro_rules! decided {
    ($([$($generics:tt)*] $item:ty, $coverage:ty;)*) => {$(
        impl<I, $($generics)*> Awaited<$item, I> for $coverage {
            type Output = Result<Vec<$item>>;
            type Future = OperationFuture<'static, Vec<$item>>;

            fn future(items: OperationFuture<'static, Vec<$item>>) -> Self::Future {
                items
            }
        }
    )*};
}
decided! {
    [T] T, All;
    [P: Projection] P, Partial;
    [M: Model] Key<M>, Partial;
}

impl<M: Model, I> Awaited<NeedsSelectKeysOrHydrate<M>, I> for Partial {
    type Output = Result<Vec<M>, SelectKeysOrHydrateFirst<I>>;
    type Future = Ready<Self::Output>;

    fn future(_: OperationFuture<'static, Vec<NeedsSelectKeysOrHydrate<M>>>) -> Self::Future {
        match SelectKeysOrHydrateFirst::<I>::ALWAYS_FAILS {}
    }
}

/// An index that holds every attribute.
///
/// No index implements it. It is the bound of all that could be done with a [`SelectKeysOrHydrateFirst`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an index that does not hold every attribute cannot be read whole",
    label = "call `.select::<P>()`, `.keys()` or `.hydrate()` before `.await`: the index does not hold every attribute",
    note = "`.select::<P>()` takes a projection with attributes that the index holds, `.hydrate()` reads whole items from \
            the table"
)]
pub trait HoldsEveryAttribute {}

impl HoldsEveryAttribute for Primary {}

/// The error of an undecided read. It never exists: whatever uses it does not compile.
#[doc(hidden)]
pub struct SelectKeysOrHydrateFirst<I> {
    never: Infallible,
    of: PhantomData<fn() -> I>,
}

impl<I> SelectKeysOrHydrateFirst<I> {
    /// Code that awaits an undecided read and looks at no error gets as far as code generation.
    const ALWAYS_FAILS: Infallible = panic!(
        "an index that does not hold every attribute cannot be read whole; \
         call `.select::<P>()`, `.keys()` or `.hydrate()` before `.await`"
    );
}

impl<I: HoldsEveryAttribute> From<SelectKeysOrHydrateFirst<I>> for Error {
    fn from(error: SelectKeysOrHydrateFirst<I>) -> Self {
        match error.never {}
    }
}

impl<I: HoldsEveryAttribute> fmt::Debug for SelectKeysOrHydrateFirst<I> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.never {}
    }
}

impl<I: HoldsEveryAttribute> fmt::Display for SelectKeysOrHydrateFirst<I> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.never {}
    }
}

impl<I: HoldsEveryAttribute> std::error::Error for SelectKeysOrHydrateFirst<I> {}
