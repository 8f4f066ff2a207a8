use super::value::{KeyType, KeyValue};
use crate::wire::Fault;
use crate::{Attribute, Binary};

/// An attribute type that can be a key by itself: a field marked `hash_key` or `range_key`.
///
/// It is implemented for strings, integers, [`Number`](crate::Number), [`Binary`], dates, UUIDs;
/// `#[derive(Attribute)]` implements it for newtypes around these and for enums without data.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key attribute",
    label = "not a key type",
    note = "a key is a string, a number or bytes: use `String`, an integer, `Binary`, or a newtype around one with `#[derive(Attribute)]`"
)]
pub trait KeyAttribute: Attribute {
    /// The type of the key attribute.
    const KEY_TYPE: KeyType;

    /// The value as a key.
    fn to_key(&self) -> KeyValue;

    /// The value of a key; an error when that is of another type or form.
    fn from_key(key: &KeyValue) -> Result<Self, Fault>;

    /// The length that DynamoDB limits, in bytes; 1 for a number.
    fn key_length(&self) -> usize;
}

impl KeyAttribute for String {
    const KEY_TYPE: KeyType = KeyType::S;

    fn to_key(&self) -> KeyValue {
        KeyValue::S(self.clone())
    }

    fn from_key(key: &KeyValue) -> Result<Self, Fault> {
        key.as_str().map(str::to_owned).ok_or_else(super::parse::mismatch)
    }

    fn key_length(&self) -> usize {
        self.len()
    }
}

impl KeyAttribute for Binary {
    const KEY_TYPE: KeyType = KeyType::B;

    fn to_key(&self) -> KeyValue {
        KeyValue::B(self.to_vec())
    }

    fn from_key(key: &KeyValue) -> Result<Self, Fault> {
        match key {
            KeyValue::B(bytes) => Ok(Binary::from(bytes.clone())),
            _ => Err(super::parse::mismatch()),
        }
    }

    fn key_length(&self) -> usize {
        self.len()
    }
}

/// Key attributes that are stored as a plain text or as digits, by their own `Display` and `FromStr`.
macro_rules! by_text {
    ($key_type:ident: $($type:ty),* $(,)?) => {$(
        impl $crate::key::KeyAttribute for $type {
            const KEY_TYPE: $crate::key::KeyType = $crate::key::KeyType::$key_type;

            fn to_key(&self) -> $crate::key::KeyValue {
                $crate::key::KeyValue::$key_type(self.to_string())
            }

            fn from_key(key: &$crate::key::KeyValue) -> Result<Self, $crate::wire::Fault> {
                match key {
                    $crate::key::KeyValue::$key_type(text) => text.parse().map_err(|_| $crate::key::mismatch()),
                    _ => Err($crate::key::mismatch()),
                }
            }

            fn key_length(&self) -> usize {
                match $crate::key::KeyType::$key_type {
                    $crate::key::KeyType::N => 1,
                    _ => self.to_string().len(),
                }
            }
        }
    )*};
}
#[cfg(any(feature = "uuid", feature = "rust_decimal"))]
pub(crate) use by_text;

by_text!(N: u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, crate::Number);
