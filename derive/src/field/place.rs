//! The places of the fields of a struct among its attributes: the numbers by which the runtime finds their names.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Field, Storage};

/// The place of a field in its struct.
#[derive(Clone)]
pub(crate) enum FieldPlace {
    /// In the attribute of this number.
    Attribute(usize),
    /// Among the attributes: it is the flattened struct of this number.
    Flattened(usize),
}

impl FieldPlace {
    /// The runtime's `FieldPlace`.
    pub(crate) fn runtime(&self) -> TokenStream {
        match self {
            FieldPlace::Attribute(number) => {
                let number = Literal::usize_unsuffixed(*number);
                quote!(__rt::FieldPlace::Attribute(#number))
            }
            FieldPlace::Flattened(nth) => {
                let nth = Literal::usize_unsuffixed(*nth);
                quote!(__rt::FieldPlace::Flattened(#nth))
            }
        }
    }
}

/// The runtime's `FieldNumber` of a number.
pub(crate) fn number_type(number: usize) -> TokenStream {
    let ones = format_ident!("D{}", number % 10);
    match number / 10 {
        0 => quote!(__rt::#ones),
        tens => {
            let tens = number_type(tens);
            quote!((#tens, __rt::#ones))
        }
    }
}

/// The fields that have attributes, with their indexes and places.
pub(crate) fn places(fields: &[Field]) -> impl Iterator<Item = (usize, &Field, FieldPlace)> {
    let (mut attributes, mut flattened) = (0, 0);
    fields.iter().enumerate().filter_map(move |(index, field)| {
        let place = if field.is_attribute() {
            FieldPlace::Attribute(next(&mut attributes))
        } else if matches!(field.storage, Storage::Flattened) {
            FieldPlace::Flattened(next(&mut flattened))
        } else {
            return None;
        };
        Some((index, field, place))
    })
}

fn next(number: &mut usize) -> usize {
    *number += 1;
    // After the error about too many fields there are numbers that are too large.
    (*number - 1).min(255)
}
