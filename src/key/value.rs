use std::fmt;

use crate::Number;
use crate::wire::{Fault, FaultKind};

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

/// The value of one key attribute. `Debug` shows its type, never the value.
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
    pub fn key_type(&self) -> KeyType {
        match self {
            KeyValue::S(_) => KeyType::S,
            KeyValue::N(_) => KeyType::N,
            KeyValue::B(_) => KeyType::B,
        }
    }

    /// The text of a string key.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            KeyValue::S(text) => Some(text),
            _ => None,
        }
    }

    /// The value in the form that makes equal ones equal: `1.50` and `15e-1` are one number.
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

    /// Checks the length that DynamoDB allows for a hash key or a range key.
    pub(crate) fn checked(self, role: KeyRole) -> Result<Self, Fault> {
        let length = match &self {
            KeyValue::S(text) => text.len(),
            KeyValue::B(bytes) => bytes.len(),
            // The 128-bit integers can have a digit more than DynamoDB's numbers.
            KeyValue::N(digits) if digits.len() > 38 && digits.parse::<Number>().is_err() => {
                return Err(Fault::new(FaultKind::Key, "a number key has more than 38 digits"));
            }
            KeyValue::N(_) => 1,
        };
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

/// Whether a key attribute is a hash key or a range key: they differ in the length they may have.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    Hash,
    Range,
}

impl KeyRole {
    /// How many bytes a range key may have.
    pub(crate) const MAX_RANGE: usize = 1024;

    /// [Limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html):
    /// 1 to 2048 bytes for a hash key, 1 to 1024 for a range key; the same holds for index keys.
    pub(crate) fn check(self, length: usize) -> Result<(), Fault> {
        let (name, most) = match self {
            KeyRole::Hash => ("hash", 2048),
            KeyRole::Range => ("range", KeyRole::MAX_RANGE),
        };
        match length {
            0 => Err(Fault::new(FaultKind::Key, format!("the {name} key is empty"))),
            n if n > most => {
                Err(Fault::new(FaultKind::Key, format!("the {name} key has {n} bytes, DynamoDB allows {most}")))
            }
            _ => Ok(()),
        }
    }
}

/// The values of a primary key, of no particular model. `Debug` never shows them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct RawKey {
    /// The hash key.
    pub hash: KeyValue,
    /// The range key, where the table has one.
    pub range: Option<KeyValue>,
}

impl RawKey {
    /// A key from its values; an error when one is empty or too long.
    pub fn new(hash: KeyValue, range: Option<KeyValue>) -> Result<Self, Fault> {
        Ok(RawKey {
            hash: hash.checked(KeyRole::Hash)?,
            range: range.map(|range| range.checked(KeyRole::Range)).transpose()?,
        })
    }

    /// The key in the form that makes equal ones equal.
    pub(crate) fn into_canonical(self) -> Self {
        RawKey { hash: self.hash.into_canonical(), range: self.range.map(KeyValue::into_canonical) }
    }
}
