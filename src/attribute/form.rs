//! The stored form of a type, as far as updates need it: which nested values can be changed on their own, and which numbers
//! the type can hold.

use std::fmt;

use super::names::Names;
use super::record::Record;
use crate::expr::Segment;

/// How the values of an [`Attribute`](crate::Attribute) are stored.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// A value that is only replaced as a whole.
    Whole,
    /// An integer between two bounds, inclusive.
    Integer { min: i128, max: i128 },
    /// A struct. Its attributes are independent of one another.
    Struct(StructForm),
    /// A map with entries of this form, which are independent of one another.
    Map(&'static Form),
    /// A list with elements of this form. It is only replaced as a whole: an index may mean another element after a
    /// concurrent change.
    List(&'static Form),
}

/// The attributes of a struct. They are functions, because a struct may contain itself, which a constant cannot.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct StructForm {
    field_of: fn(&[u8]) -> u8,
    form: fn(u8) -> Form,
    names: &'static Names,
}

impl fmt::Debug for StructForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StructForm")
    }
}

impl Form {
    /// The form of a struct.
    pub const fn of<T: Record>() -> Self {
        Form::Struct(StructForm { field_of: T::field_of, form: T::form, names: T::NAMES })
    }

    /// Returns the form of the attribute or entry `name`, with the step of a path if a struct declares it. `None` if
    /// nothing inside a value of this form can be changed on its own.
    pub(crate) fn inside(&self, name: &str) -> Option<(Option<Segment>, Form)> {
        match self {
            Form::Whole | Form::Integer { .. } | Form::List(_) => None,
            Form::Map(entries) => Some((None, **entries)),
            Form::Struct(record) => match (record.field_of)(name.as_bytes()) {
                crate::wire::UNKNOWN => Some((None, (record.form)(crate::wire::UNKNOWN))),
                field => Some((Some(record.names.segment(field)), (record.form)(field))),
            },
        }
    }
}
