use aws_sdk_dynamodb::types::AttributeValue;

use super::node::Segment;
use super::path::PathTo;
use crate::wire::{Fault, Reader, Writer};
use crate::{Attribute, ValueFor, item};

/// What stands on one side of an operator.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub enum Term {
    Path(Vec<Segment>),
    /// The size of what is at the path.
    Size(Vec<Segment>),
    Value(Result<AttributeValue, Fault>),
    /// A value that leaves its attribute out, such as an empty set.
    Absent,
}

impl Term {
    pub(crate) fn text(text: &str) -> Self {
        Term::Value(Ok(AttributeValue::S(text.to_owned())))
    }

    pub(crate) fn of<T: Attribute>(value: &T) -> Self {
        if value.is_absent() { Term::Absent } else { Term::Value(value_of(value)) }
    }
}

/// A value in the SDK's form.
pub(crate) fn value_of<T: Attribute>(value: &T) -> Result<AttributeValue, Fault> {
    let mut writer = Writer::new();
    value.write(&mut writer);
    let bytes = writer.into_bytes()?;
    item::read_value(&mut Reader::new(&bytes)?)
}

/// What an attribute of type `T` can be compared with or set to: a [value](ValueFor) for it, or the
/// path of another attribute of the same type.
///
/// `Mark` is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for an attribute of type `{T}`",
    label = "expected `{T}`, or a path to one",
    note = "an optional attribute takes its inner type; clear it with `.remove(..)`"
)]
pub trait Operand<M, T, Mark> {
    #[doc(hidden)]
    fn term(self) -> Term;
}

#[doc(hidden)]
#[derive(Debug)]
pub enum Given {}
#[doc(hidden)]
#[derive(Debug)]
pub enum Stored {}
#[doc(hidden)]
#[derive(Debug)]
pub enum Unknown {}

impl<M, T: Attribute, V: ValueFor<T>> Operand<M, T, Given> for V {
    fn term(self) -> Term {
        Term::of(&self.into_value())
    }
}

/// Never the case. As long as `T` is not known it could be, so the choice waits for `T`: a value of another type is
/// an error about the value then, and not one about the type of the path.
#[doc(hidden)]
pub trait Deferred {}

#[diagnostic::do_not_recommend]
impl<M, T: Deferred, V> Operand<M, T, Unknown> for V {
    fn term(self) -> Term {
        Term::Absent
    }
}

#[diagnostic::do_not_recommend]
impl<M, T, P: PathTo<M, Declared: Attribute<Value = T>>> Operand<M, T, Stored> for P {
    fn term(self) -> Term {
        Term::Path(self.segments())
    }
}
