//! The values of keys, their types and their limits.

use std::fmt;

use super::text::mismatch;
use crate::wire::{Fault, FaultKind};
use crate::{Attribute, Binary, Number};

/// The type of a key attribute: DynamoDB's S, N or B.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// A string.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
}

impl KeyType {
    /// Returns DynamoDB's name: `S`, `N` or `B`.
    ///
    /// ```
    /// use singlet::key::KeyType;
    /// assert_eq!(KeyType::N.as_str(), "N");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            KeyType::S => "S",
            KeyType::N => "N",
            KeyType::B => "B",
        }
    }

    /// Returns the type with DynamoDB's name; `None` if there is none.
    ///
    /// ```
    /// use singlet::key::KeyType;
    /// assert_eq!(KeyType::parse("B"), Some(KeyType::B));
    /// assert_eq!(KeyType::parse("SS"), None);
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
        [KeyType::S, KeyType::N, KeyType::B].into_iter().find(|key_type| key_type.as_str() == name)
    }
}

/// Keeps the first key of each attribute, as `CreateTable` lists them.
pub(crate) fn distinct<'a, K>(keys: impl Iterator<Item = &'a K>, name: impl Fn(&'a K) -> &'a str) -> Vec<&'a K> {
    let mut distinct: Vec<&K> = Vec::new();
    for key in keys {
        if distinct.iter().all(|known| name(known) != name(key)) {
            distinct.push(key);
        }
    }
    distinct
}

/// The value of one key attribute. `Debug` shows the type and never the value.
///
/// ```
/// use singlet::key::{KeyType, KeyValue};
///
/// let key = KeyValue::from("CUSTOMER#c-1");
/// assert_eq!((key.key_type(), key.as_str()), (KeyType::S, Some("CUSTOMER#c-1")));
/// assert_eq!(format!("{key:?}"), "KeyValue::S(..)");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyValue {
    /// A string.
    S(String),
    /// The digits of a number.
    N(String),
    /// Bytes.
    B(Vec<u8>),
}

impl KeyValue {
    /// The type of the key attribute.
    ///
    /// ```
    /// # use singlet::key::{KeyType, KeyValue};
    /// assert_eq!(KeyValue::N("42".into()).key_type(), KeyType::N);
    /// ```
    pub fn key_type(&self) -> KeyType {
        match self {
            KeyValue::S(_) => KeyType::S,
            KeyValue::N(_) => KeyType::N,
            KeyValue::B(_) => KeyType::B,
        }
    }

    /// The text of a string key; `None` for a number and for bytes.
    ///
    /// ```
    /// # use singlet::key::KeyValue;
    /// assert_eq!(KeyValue::from("ORDER#7").as_str(), Some("ORDER#7"));
    /// assert_eq!(KeyValue::N("7".into()).as_str(), None);
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        match self {
            KeyValue::S(text) => Some(text),
            _ => None,
        }
    }

    /// The value in a form in which equal keys are equal: `1.50` and `15e-1` are one number.
    pub(crate) fn into_canonical(self) -> Self {
        match self {
            KeyValue::N(digits) => {
                let number = digits.parse::<Number>();
                KeyValue::N(number.map_or(digits, |number| number.to_string()))
            }
            value => value,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            KeyValue::S(text) | KeyValue::N(text) => text.as_bytes(),
            KeyValue::B(bytes) => bytes,
        }
    }

    /// Checks the length against DynamoDB's limit for a hash key or a range key.
    pub(crate) fn checked(self, role: KeyRole) -> Result<Self, Fault> {
        let length = match &self {
            KeyValue::S(text) => text.len(),
            KeyValue::B(bytes) => bytes.len(),
            // 128-bit integers can have one digit more than DynamoDB's numbers.
            KeyValue::N(digits) if digits.len() > 38 && digits.parse::<Number>().is_err() => {
                return Err(Fault::new(FaultKind::Key, "the number has more than 38 significant digits"));
            }
            KeyValue::N(_) => 1,
        };
        // DynamoDB would refuse the key too, but without naming the attribute, and after a round trip.
        role.check(length)?;
        Ok(self)
    }
}

impl fmt::Debug for KeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyValue::{:?}(..)", self.key_type())
    }
}

impl From<&str> for KeyValue {
    fn from(text: &str) -> Self {
        KeyValue::S(text.to_owned())
    }
}

impl From<String> for KeyValue {
    fn from(text: String) -> Self {
        KeyValue::S(text)
    }
}

/// Whether a key attribute is a hash key or a range key. Their maximum lengths differ.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    Hash,
    Range,
}

impl KeyRole {
    /// The most bytes that a range key can have.
    pub(crate) const MAX_RANGE: usize = 1024;

    /// Checks DynamoDB's [limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html):
    /// 1 to 2048 bytes for a hash key, 1 to 1024 bytes for a range key, for tables and indexes alike.
    pub(crate) fn check(self, length: usize) -> Result<(), Fault> {
        let (name, most) = match self {
            KeyRole::Hash => ("hash", 2048),
            KeyRole::Range => ("range", KeyRole::MAX_RANGE),
        };
        match length {
            0 => Err(Fault::new(FaultKind::Key, format!("the {name} key is empty"))),
            n if n > most => {
                Err(Fault::new(FaultKind::Key, format!("the {name} key has {n} bytes; DynamoDB allows at most {most}")))
            }
            _ => Ok(()),
        }
    }
}

/// The values of a primary key without a model. `Debug` never shows the values.
///
/// Use [`Key`](crate::Key) if the model is known.
///
/// ```
/// use singlet::__private::v1::RawKey;
/// use singlet::key::KeyValue;
///
/// let key = RawKey::new("CUSTOMER#c-1".into(), Some("PROFILE".into()))?;
/// assert_eq!(key.range, Some(KeyValue::from("PROFILE")));
/// assert!(RawKey::new("".into(), None).is_err());
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct RawKey {
    /// The hash key (partition key).
    pub hash: KeyValue,
    /// The range key (sort key), if the table has one.
    pub range: Option<KeyValue>,
}

impl RawKey {
    /// A key from its values.
    ///
    /// # Errors
    ///
    /// Returns a fault if a value is empty or too long.
    pub fn new(hash: KeyValue, range: Option<KeyValue>) -> Result<Self, Fault> {
        Ok(RawKey {
            hash: hash.checked(KeyRole::Hash)?,
            range: range.map(|range| range.checked(KeyRole::Range)).transpose()?,
        })
    }

    /// Whether all parts of the key are strings or bytes. Such a key has only one form; a number has several.
    pub(crate) fn is_canonical(&self) -> bool {
        let is_number = |value: &KeyValue| matches!(value, KeyValue::N(_));
        !is_number(&self.hash) && !self.range.as_ref().is_some_and(is_number)
    }

    /// The key in a form in which equal keys are equal.
    pub(crate) fn into_canonical(self) -> Self {
        RawKey { hash: self.hash.into_canonical(), range: self.range.map(KeyValue::into_canonical) }
    }
}

/// An attribute type that can be a key attribute by itself: the type of a field with `hash_key` or `range_key`.
///
/// It is implemented for strings, integers, [`Number`], [`Binary`], dates and UUIDs. `#[derive(Attribute)]` implements
/// it for newtypes around these and for enums without data.
///
/// ```
/// use singlet::Model;
///
/// #[derive(Model)]
/// #[model(table = "measurements")]
/// struct Measurement {
///     #[model(hash_key)]
///     sensor: String,
///     #[model(range_key)]
///     epoch_millis: u64,
/// }
///
/// assert_eq!(Measurement::key_of(("s-1", 7))?.parts()?, ("s-1".to_owned(), 7));
/// # Ok::<(), singlet::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key attribute",
    label = "not a key type",
    note = "a key is a string, a number or bytes: use `String`, an integer, `Binary`, or a newtype around one with `#[derive(Attribute)]`"
)]
pub trait KeyAttribute: Attribute {
    /// The type of the key attribute.
    const KEY_TYPE: KeyType;

    /// Whether equal values have equal keys: no other key reads as the same value.
    ///
    /// If not, as for dates, which other tools write in other forms, reading an item compares its key with the one that
    /// the value forms.
    const ONE_FORM: bool = false;

    /// Converts the value to a key.
    ///
    /// ```
    /// use singlet::KeyAttribute;
    /// assert_eq!("c-1".to_owned().to_key().as_str(), Some("c-1"));
    /// ```
    fn to_key(&self) -> KeyValue;

    /// Converts a key back to the value.
    ///
    /// # Errors
    ///
    /// Returns a fault if the key has another type or form.
    ///
    /// ```
    /// use singlet::KeyAttribute;
    /// assert_eq!(u32::from_key(&42_u32.to_key())?, 42);
    /// # Ok::<(), singlet::wire::Fault>(())
    /// ```
    fn from_key(key: &KeyValue) -> Result<Self, Fault>;

    /// The length to check against DynamoDB's limit, in bytes; 1 for a number.
    ///
    /// ```
    /// use singlet::KeyAttribute;
    /// assert_eq!("c-1".to_owned().key_length(), 3);
    /// ```
    fn key_length(&self) -> usize;
}

impl KeyAttribute for String {
    const KEY_TYPE: KeyType = KeyType::S;
    const ONE_FORM: bool = true;

    fn to_key(&self) -> KeyValue {
        KeyValue::S(self.clone())
    }

    fn from_key(key: &KeyValue) -> Result<Self, Fault> {
        key.as_str().map(str::to_owned).ok_or_else(mismatch)
    }

    fn key_length(&self) -> usize {
        self.len()
    }
}

impl KeyAttribute for Binary {
    const KEY_TYPE: KeyType = KeyType::B;
    const ONE_FORM: bool = true;

    fn to_key(&self) -> KeyValue {
        KeyValue::B(self.to_vec())
    }

    fn from_key(key: &KeyValue) -> Result<Self, Fault> {
        match key {
            KeyValue::B(bytes) => Ok(Binary::from(bytes.clone())),
            _ => Err(mismatch()),
        }
    }

    fn key_length(&self) -> usize {
        self.len()
    }
}

/// Key attributes that are stored as the text or digits of their `Display` and `FromStr`.
macro_rules! by_text {
    ($key_type:ident: $($type:ty),* $(,)?) => {$(
        impl $crate::key::KeyAttribute for $type {
            const KEY_TYPE: $crate::key::KeyType = $crate::key::KeyType::$key_type;
            // DynamoDB compares numbers by value, not by their text.
            const ONE_FORM: bool = matches!(<$type as $crate::key::KeyAttribute>::KEY_TYPE, $crate::key::KeyType::N);

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

by_text!(N: u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, Number);
