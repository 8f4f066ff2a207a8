//! Sets as attributes: `HashSet<T>` and `BTreeSet<T>`, and the trait of their elements.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

use super::{Attribute, Binary, Number, number};
use crate::wire::{Fault, Reader, Tag, Writer};

/// A type that can be an element of a stored set: strings (SS), numbers (NS), [`Binary`] (BS), and newtypes around them
/// that derive [`Attribute`].
///
/// Floats cannot be elements of Rust's sets either; use [`Number`].
///
/// ```
/// use std::collections::BTreeSet;
/// use singlet::Attribute;
///
/// #[derive(PartialEq, Eq, PartialOrd, Ord, Attribute)]
/// struct Tag(String);
///
/// #[derive(Attribute)]
/// struct Post {
///     tags: BTreeSet<Tag>,
/// }
/// ```
#[doc(alias("SS", "NS", "BS"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of a stored set",
    label = "not a set element",
    note = "DynamoDB's sets hold strings, numbers or binaries: use `String`, an integer, `Number`, `Binary`, or store a `Vec`"
)]
pub trait SetElement: Sized {
    /// The type of the set: `SS`, `NS` or `BS`.
    const SET: Tag;

    /// Writes the value as an element, without a type tag.
    fn write_element(&self, writer: &mut Writer);

    /// Reads an element.
    ///
    /// # Errors
    ///
    /// Returns a fault if the element is not a value of this type.
    fn read_element(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}

impl SetElement for String {
    const SET: Tag = Tag::Ss;

    fn write_element(&self, writer: &mut Writer) {
        writer.raw_text(self);
    }

    fn read_element(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Ok(reader.raw_text()?.into_owned())
    }
}

impl SetElement for Binary {
    const SET: Tag = Tag::Bs;

    fn write_element(&self, writer: &mut Writer) {
        writer.raw_binary(self);
    }

    fn read_element(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.raw_binary().map(Binary::from)
    }
}

impl SetElement for Number {
    const SET: Tag = Tag::Ns;

    fn write_element(&self, writer: &mut Writer) {
        writer.raw_text(&self.to_string());
    }

    fn read_element(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.raw_text()?.parse().map_err(|_| Fault::invalid("an element of a number set is not a number"))
    }
}

macro_rules! integers {
    ($($type:ident),*) => {$(
        impl SetElement for $type {
            const SET: Tag = Tag::Ns;

            fn write_element(&self, writer: &mut Writer) {
                writer.raw_text(itoa::Buffer::new().format(*self));
            }

            fn read_element(reader: &mut Reader<'_>) -> Result<Self, Fault> {
// As for attributes: plain digits are the common form, `1e2` and `100.0` are accepted.
                let digits = reader.raw_text()?;
                digits.parse().ok().or_else(|| number::parse_integer(&digits)?.try_into().ok()).ok_or_else(|| {
                    Fault::invalid(concat!("an element of a number set is not a `", stringify!($type), "`"))
                })
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// DynamoDB has no empty sets: an empty set leaves the attribute out, and an absent attribute reads as an empty set.
macro_rules! sets {
    ($($set:ident<T $(, $hasher:ident)?> where T: $($bound:path),+;)*) => {$(
        impl<T: SetElement $(+ $bound)+ $(, $hasher: BuildHasher + Default)?> Attribute for $set<T $(, $hasher)?> {
            crate::attribute::leaf!(Set);
            const TYPE: &'static str = T::SET.name();

            fn write(&self, writer: &mut Writer) {
                if self.is_empty() {
// As an attribute of an item, an empty set is left out by `is_absent` and never written.
                    writer.fail(Fault::unstorable("an empty set cannot be stored in a list or map"));
                }
                writer.open_set(T::SET);
                for element in self {
                    writer.element();
                    element.write_element(writer);
                }
                writer.close_set();
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
// Tools that do not know that empty sets are left out may have written NULL.
                if reader.null()? {
                    return Ok(Self::default());
                }
                reader.expect(T::SET)?;
// This is faster than inserting each element: a `BTreeSet` is built from a sorted list, and a `HashSet` grows once.
                let mut elements = Vec::new();
                let mut more = reader.open_list()?;
                while more {
                    elements.push(T::read_element(reader)?);
                    more = reader.more_elements()?;
                }
                reader.end()?;
                Ok(elements.into_iter().collect())
            }

            fn is_absent(&self) -> bool {
                self.is_empty()
            }

            fn when_missing() -> Option<Self> {
                Some(Self::default())
            }
        }
    )*};
}
sets! {
    HashSet<T, S> where T: Eq, Hash;
    BTreeSet<T> where T: Ord;
}
