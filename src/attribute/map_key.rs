use std::borrow::Cow;

use crate::wire::Fault;

/// A type whose values name the entries of a stored map: strings, integers, UUIDs, and newtypes and
/// enums without data that derive [`Attribute`](crate::Attribute).
///
/// ```
/// use std::collections::BTreeMap;
/// use singlet::Attribute;
///
/// #[derive(PartialEq, Eq, PartialOrd, Ord, Attribute)]
/// enum Size { Small, Large }
///
/// #[derive(Attribute)]
/// struct Product {
///     cents: BTreeMap<Size, u64>,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a stored map",
    label = "not a map key",
    note = "DynamoDB names map entries by strings: use `String`, an integer, or a newtype around one with `#[derive(Attribute)]`"
)]
pub trait MapKey: Sized {
    /// The name of the entry.
    fn to_map_key(&self) -> Cow<'_, str>;

    /// The key with this name.
    fn from_map_key(name: Cow<'_, str>) -> Result<Self, Fault>;
}

impl MapKey for String {
    fn to_map_key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }

    fn from_map_key(name: Cow<'_, str>) -> Result<Self, Fault> {
        Ok(name.into_owned())
    }
}

impl MapKey for Box<str> {
    fn to_map_key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }

    fn from_map_key(name: Cow<'_, str>) -> Result<Self, Fault> {
        Ok(name.into())
    }
}

macro_rules! by_text {
    ($($type:ty),*) => {$(
        impl $crate::attribute::MapKey for $type {
            fn to_map_key(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Owned(self.to_string())
            }

            fn from_map_key(name: std::borrow::Cow<'_, str>) -> Result<Self, $crate::wire::Fault> {
                name.parse().map_err(|_| {
                    $crate::wire::Fault::invalid(concat!("the name of a map entry is not a `", stringify!($type), "`"))
                })
            }
        }
    )*};
}
#[cfg(feature = "uuid")]
pub(super) use by_text;

by_text!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, char);
