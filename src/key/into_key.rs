//! What operations take as a key: [`IntoKey`].

use super::Key;
use super::template::Field;
use super::value::RawKey;
use crate::ValueFor;

/// A key argument in the form in which it was given.
#[doc(hidden)]
#[derive(Debug)]
pub enum KeyInput<P> {
    Parts(P),
    Whole(RawKey),
}

// Markers for the type parameter `Mark`. Blanket implementations of `From` would overlap, and would make number literals
// fall back to `i32`; with a marker for each form, inference finds the one that fits.
#[doc(hidden)]
#[derive(Debug)]
pub enum OneValue {}
#[doc(hidden)]
#[derive(Debug)]
pub enum Tuple {}
#[doc(hidden)]
#[derive(Debug)]
pub enum WholeKey {}

/// A value that can be used as a key of the model `M`: one value, or a tuple with one value for each placeholder of the
/// key templates, in order, or a [`Key`]. A model without placeholders takes `()`.
///
/// `P` are the types of the parts. `Mark` is inferred.
///
/// ```
/// use singlet::Model;
///
/// #[derive(Model)]
/// #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
/// struct Order {
///     customer: String,
///     id: u32,
/// }
///
/// let by_parts = Order::get(("c-1", 42));
/// let by_key = Order::get(Order::key_of(("c-1", 42))?);
/// # drop((by_parts, by_key));
/// # Ok::<(), singlet::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{M}`",
    label = "expected the parts `{P}`, in this order",
    note = "a key is one value, a tuple with one entry for each placeholder of the model's key templates, or a `Key`",
    note = "code that is generic over the model takes a `Key<M>`, or for example an `impl singlet::key::IntoKey<M, M::HashParts, K>`"
)]
pub trait IntoKey<M, P, Mark> {
    #[doc(hidden)]
    fn into_key(self) -> KeyInput<P>;
}

#[diagnostic::do_not_recommend]
impl<M> IntoKey<M, (), Tuple> for () {
    fn into_key(self) -> KeyInput<()> {
        KeyInput::Parts(())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T, V: ValueFor<T>> IntoKey<M, (T,), OneValue> for V {
    fn into_key(self) -> KeyInput<(T,)> {
        KeyInput::Parts((self.into_value(),))
    }
}

/// The hash key of an index that is a field.
#[diagnostic::do_not_recommend]
impl<M, T, V: ValueFor<T>> IntoKey<M, Field<T>, OneValue> for V {
    fn into_key(self) -> KeyInput<Field<T>> {
        KeyInput::Parts(Field(self.into_value()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, P> IntoKey<M, P, WholeKey> for Key<M> {
    fn into_key(self) -> KeyInput<P> {
        KeyInput::Whole(self.into_raw())
    }
}

#[diagnostic::do_not_recommend]
impl<M, P> IntoKey<M, P, WholeKey> for &Key<M> {
    fn into_key(self) -> KeyInput<P> {
        KeyInput::Whole(self.raw().clone())
    }
}

macro_rules! tuples {
    ($(($($value:ident $part:ident $n:tt),+))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Mo, $($value, $part),+> IntoKey<Mo, ($($part,)+), Tuple> for ($($value,)+)
        where
            $($value: ValueFor<$part>),+
        {
            fn into_key(self) -> KeyInput<($($part,)+)> {
                KeyInput::Parts(($(self.$n.into_value(),)+))
            }
        }
    )*};
}
tuples! {
    (A S 0)
    (A S 0, B T 1)
    (A S 0, B T 1, C U 2)
    (A S 0, B T 1, C U 2, D V 3)
    (A S 0, B T 1, C U 2, D V 3, E W 4)
    (A S 0, B T 1, C U 2, D V 3, E W 4, F X 5)
    (A S 0, B T 1, C U 2, D V 3, E W 4, F X 5, G Y 6)
    (A S 0, B T 1, C U 2, D V 3, E W 4, F X 5, G Y 6, H Z 7)
}
