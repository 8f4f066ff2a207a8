//! Bytes as an attribute: [`Binary`], and `bytes::Bytes` behind the cargo feature `bytes`.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::Attribute;
use crate::ValueFor;
use crate::wire::{Fault, Reader, Writer};

/// Bytes, stored as a B. (`Vec<u8>` is stored as a list of numbers.)
///
/// It dereferences to `Vec<u8>`. `Debug` shows only the length.
///
/// ```
/// use singlet::Binary;
///
/// let mut avatar = Binary::from(vec![1, 2, 3]);
/// avatar.push(4);
/// assert_eq!(avatar.len(), 4);
/// assert_eq!(format!("{avatar:?}"), "Binary(4 bytes)");
/// ```
#[doc(alias("B", "Blob"))]
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binary(Vec<u8>);

impl Binary {
    /// Returns the bytes without copying them.
    ///
    /// ```
    /// # use singlet::Binary;
    /// assert_eq!(Binary::from([1, 2, 3]).into_vec(), [1, 2, 3]);
    /// ```
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

/// Shows only the length, because the bytes may be secret.
impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binary({} bytes)", self.0.len())
    }
}

impl Deref for Binary {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Binary {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl AsRef<[u8]> for Binary {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Binary(bytes)
    }
}

impl From<&[u8]> for Binary {
    fn from(bytes: &[u8]) -> Self {
        Binary(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Binary {
    fn from(bytes: [u8; N]) -> Self {
        Binary(bytes.to_vec())
    }
}

impl ValueFor<Binary> for Vec<u8> {
    fn into_value(self) -> Binary {
        Binary(self)
    }
}

impl ValueFor<Binary> for &[u8] {
    fn into_value(self) -> Binary {
        self.into()
    }
}

impl Attribute for Binary {
    crate::attribute::leaf!(Bytes);
    const TYPE: &'static str = "B";

    fn write(&self, writer: &mut Writer) {
        writer.binary(&self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.binary().map(Binary)
    }
}

#[cfg(feature = "bytes")]
impl Attribute for bytes::Bytes {
    crate::attribute::leaf!(Bytes);
    const TYPE: &'static str = "B";

    fn write(&self, writer: &mut Writer) {
        writer.binary(self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.binary().map(bytes::Bytes::from)
    }
}
