//! Lists and maps as attributes: `Vec<T>`, `[T; N]`, `HashMap<K, T>`, `BTreeMap<K, T>`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::{Attribute, Form};
use crate::wire::{Fault, Reader, Tag, Writer};

impl<T: Attribute> Attribute for Vec<T> {
    crate::attribute::leaf!(List);
    const TYPE: &'static str = "L";
    const FORM: Form = Form::List(&T::FORM);

    fn write(&self, writer: &mut Writer) {
        write_list(self, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.expect(Tag::L)?;
        // The JSON does not say how long the list is, so the vector grows.
        let mut list = Vec::new();
        let mut more = reader.open_list()?;
        while more {
            match T::read(reader) {
                Ok(value) => list.push(value),
                Err(fault) => return Err(fault.at(list.len())),
            }
            more = reader.more_elements()?;
        }
        reader.end()?;
        Ok(list)
    }
}

/// Reading a list of another length is an error.
impl<T: Attribute, const N: usize> Attribute for [T; N] {
    crate::attribute::leaf!(List);
    const TYPE: &'static str = "L";
    const FORM: Form = Form::List(&T::FORM);

    fn write(&self, writer: &mut Writer) {
        write_list(self, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Vec::read(reader)?
            .try_into()
            .map_err(|list: Vec<T>| Fault::invalid(format!("expected a list of {N} elements, found {}", list.len())))
    }
}

fn write_list<T: Attribute>(list: &[T], writer: &mut Writer) {
    writer.open_list();
    // The writer has recorded a fault for a value that is too deep. Writing on could overflow the stack.
    if !writer.is_too_deep() {
        for value in list {
            writer.element();
            value.write(writer);
        }
    }
    writer.close_list();
}

impl<K: MapKey + Eq + Hash, T: Attribute, S: BuildHasher + Default> Attribute for HashMap<K, T, S> {
    crate::attribute::leaf!(Map);
    const TYPE: &'static str = "M";
    const FORM: Form = Form::Map(&T::FORM);

    fn write(&self, writer: &mut Writer) {
        write_entries(self.iter(), writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut map = HashMap::default();
        // DynamoDB never returns a key twice. From other sources, the last entry wins, as in most JSON libraries.
        read_entries(reader, |key, value| _ = map.insert(key, value))?;
        Ok(map)
    }
}

impl<K: MapKey + Ord, T: Attribute> Attribute for BTreeMap<K, T> {
    crate::attribute::leaf!(Map);
    const TYPE: &'static str = "M";
    const FORM: Form = Form::Map(&T::FORM);

    fn write(&self, writer: &mut Writer) {
        write_entries(self.iter(), writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut map = BTreeMap::new();
        read_entries(reader, |key, value| _ = map.insert(key, value))?;
        Ok(map)
    }
}

fn write_entries<'a, K: MapKey + 'a, T: Attribute + 'a>(
    entries: impl Iterator<Item = (&'a K, &'a T)>,
    writer: &mut Writer,
) {
    writer.open_map();
    if !writer.is_too_deep() {
        for (key, value) in entries {
            writer.key(&key.to_map_key());
            value.write(writer);
        }
    }
    writer.close_map();
}

fn read_entries<K: MapKey, T: Attribute>(reader: &mut Reader<'_>, mut insert: impl FnMut(K, T)) -> Result<(), Fault> {
    reader.expect(Tag::M)?;
    let mut more = reader.open_map()?;
    while more {
        let key = K::from_map_key(reader.key()?)?;
        match T::read(reader) {
            Ok(value) => insert(key, value),
            Err(fault) => return Err(fault.in_entry()),
        }
        more = reader.more_entries()?;
    }
    reader.end()
}

/// A type whose values can be the keys of a stored map: strings, integers, UUIDs, and newtypes and enums without data
/// that derive [`Attribute`](crate::Attribute).
///
/// ```
/// use std::collections::BTreeMap;
/// use singlet::Attribute;
///
/// #[derive(PartialEq, Eq, PartialOrd, Ord, Attribute)]
/// enum Size {
///     Small,
///     Large,
/// }
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
    /// The stored key.
    fn to_map_key(&self) -> Cow<'_, str>;

    /// The value of a stored key.
    ///
    /// # Errors
    ///
    /// Returns a fault if the text is not a value of this type. The fault does not contain the text.
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

/// Map keys that are stored as text by their `Display` and `FromStr`.
macro_rules! map_keys {
    ($($type:ty),*) => {$(
        impl $crate::attribute::MapKey for $type {
            fn to_map_key(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Owned(self.to_string())
            }

            fn from_map_key(name: std::borrow::Cow<'_, str>) -> Result<Self, $crate::wire::Fault> {
                name.parse().map_err(|_| {
                    $crate::wire::Fault::invalid(concat!("a map key is not a `", stringify!($type), "`"))
                })
            }
        }
    )*};
}
#[cfg(feature = "uuid")]
pub(super) use map_keys;

map_keys!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, char);
