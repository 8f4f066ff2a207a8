//! `Option` and the smart pointers `Box`, `Rc` and `Arc` as attributes.

use std::rc::Rc;
use std::sync::Arc;

use super::{Attribute, Form};
use crate::expr::{Path, Role};
use crate::wire::{Fault, Reader, Writer};

/// `None` leaves the attribute out; an absent attribute and NULL both read as `None`. In a list and as the value of a
/// map entry, where leaving it out would lose its place, `None` is written as NULL.
impl<T: Attribute> Attribute for Option<T> {
    type Kind = T::Kind;
    type Value = T::Value;
    type Fields<M, D, R: Role> = T::Fields<M, D, R>;

    const TYPE: &'static str = T::TYPE;
    const FORM: Form = T::FORM;

    #[inline]
    fn write(&self, writer: &mut Writer) {
        match self {
            Some(value) => value.write(writer),
            None => writer.null(),
        }
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if reader.null()? { Ok(None) } else { T::read(reader).map(Some) }
    }

    #[inline]
    fn is_absent(&self) -> bool {
        self.as_ref().is_none_or(T::is_absent)
    }

    #[inline]
    fn when_missing() -> Option<Self> {
        Some(None)
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        impl<T: Attribute> Attribute for $pointer<T> {
            type Kind = T::Kind;
            type Value = T::Value;
            // A type that contains itself would have infinitely many paths, so they are only reachable by `inner()`.
            type Fields<M, D, R: Role> = Path<M, D, R>;

            const TYPE: &'static str = T::TYPE;
            const FORM: Form = T::FORM;

            #[inline]
            fn write(&self, writer: &mut Writer) {
                T::write(self, writer);
            }

            #[inline]
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                T::read(reader).map($pointer::new)
            }

            #[inline]
            fn is_absent(&self) -> bool {
                T::is_absent(self)
            }

            #[inline]
            fn when_missing() -> Option<Self> {
                T::when_missing().map($pointer::new)
            }
        }
    )*};
}
pointers!(Box, Rc, Arc);
