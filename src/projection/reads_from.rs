//! The types that a field of a projection may have, given the type of the model's field.
//!
//! It may have the same type, an `Option` of it, or the content of a compressed or serde field.

use crate::Attribute;
use crate::attribute::record;
use crate::wire::{Fault, Reader};

/// A type that a projection's field may have if the model's field has type `D`. `Mark` is inferred; it keeps the impls
/// from overlapping.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be read from an attribute of type `{D}`",
    label = "the model stores `{D}`",
    note = "use the model's type, or an `Option` of it"
)]
pub trait ReadsFrom<D, Mark>: Sized {
    /// Reads the attribute into the slot of the field.
    fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault>;

    /// The value of the field, after all attributes have been read.
    fn take(slot: Option<Self>, name: &'static str) -> Result<Self, Fault>;
}

/// The stored form of a field of type `T` that is compressed or stored through serde.
#[doc(hidden)]
pub trait Wraps<T>: Attribute {
    /// The value of the field.
    fn into_inner(self) -> T;
}

// One mark for each implementation: without them, the blanket implementations would overlap.

#[doc(hidden)]
#[derive(Debug)]
pub enum Same {}

#[doc(hidden)]
#[derive(Debug)]
pub enum Optional {}

#[doc(hidden)]
#[derive(Debug)]
pub enum Unwrapped {}

#[doc(hidden)]
#[derive(Debug)]
pub enum OptionalUnwrapped {}

#[doc(hidden)]
#[derive(Debug)]
pub enum BothOptional {}

#[diagnostic::do_not_recommend]
impl<T: Attribute> ReadsFrom<T, Same> for T {
    fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        record::fill(slot, reader)
    }

    fn take(slot: Option<Self>, name: &'static str) -> Result<Self, Fault> {
        record::take(slot, name)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Attribute> ReadsFrom<T, Optional> for Option<T> {
    fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *slot = Some(some::<T>(reader)?);
        Ok(())
    }

    fn take(slot: Option<Self>, _: &'static str) -> Result<Self, Fault> {
        Ok(slot.flatten())
    }
}

#[diagnostic::do_not_recommend]
impl<D: Wraps<T>, T> ReadsFrom<D, Unwrapped> for T {
    fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *slot = Some(D::read(reader)?.into_inner());
        Ok(())
    }

    fn take(slot: Option<Self>, name: &'static str) -> Result<Self, Fault> {
        match slot {
            Some(value) => Ok(value),
            None => record::take::<D>(None, name).map(D::into_inner),
        }
    }
}

macro_rules! optional_unwrapped {
    ($($declared:ty, $mark:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<D: Wraps<T>, T> ReadsFrom<$declared, $mark> for Option<T> {
            fn fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
                *slot = Some(some::<D>(reader)?.map(D::into_inner));
                Ok(())
            }

            fn take(slot: Option<Self>, _: &'static str) -> Result<Self, Fault> {
                Ok(slot.flatten())
            }
        }
    )*};
}
optional_unwrapped! {
    D, OptionalUnwrapped;
    Option<D>, BothOptional;
}

/// Reads a value, or `None` for NULL.
fn some<T: Attribute>(reader: &mut Reader<'_>) -> Result<Option<T>, Fault> {
    if reader.null()? { Ok(None) } else { T::read(reader).map(Some) }
}
