//! The two sides of an operator: values, and paths of other attributes.

use aws_sdk_dynamodb::types::AttributeValue;

use super::node::Segment;
use super::path::PathTo;
use super::role::Readable;
use crate::wire::{Fault, Reader, Writer};
use crate::{Attribute, ValueFor, item};

/// One side of an operator, without its type.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub enum Term {
    Path(Vec<Segment>),
    /// The size of the attribute at the path.
    Size(Vec<Segment>),
    Value(Result<AttributeValue, Fault>),
    /// A value that is stored as an absent attribute, such as an empty set.
    Absent,
}

impl Term {
    pub(crate) fn text(text: &str) -> Self {
        Term::Value(Ok(AttributeValue::S(text.to_owned())))
    }

    /// The path that the operand consists of. That of a value is empty.
    pub(super) fn path(&self) -> &[Segment] {
        match self {
            Term::Path(path) | Term::Size(path) => path,
            Term::Value(_) | Term::Absent => &[],
        }
    }

    pub(crate) fn of<T: Attribute>(value: &T) -> Self {
        if value.is_absent() { Term::Absent } else { Term::Value(value_of(value)) }
    }
}

/// A value in the SDK's representation.
pub(crate) fn value_of<T: Attribute>(value: &T) -> Result<AttributeValue, Fault> {
    // Written and read back, so that an expression holds exactly what `save` would store.
    let mut writer = Writer::new();
    value.write(&mut writer);
    let bytes = writer.into_bytes()?;
    item::read_value(&mut Reader::new(&bytes)?)
}

/// What an attribute of type `T` can be compared with or set to: a [value](ValueFor) for it, or the path of another
/// attribute of the same type.
///
/// `Mark` is always inferred. It keeps the implementations for values and for paths apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for an attribute of type `{T}`",
    label = "expected `{T}`, or a path to one",
    note = "give a value of the attribute's own type, without `Option`; `u64::from(n)` converts a smaller number",
    note = "absent attributes: `.not_exists()` in conditions, `.remove(..)` and `.set_or_remove(..)` in updates; elements of sets and lists: `.contains(..)`"
)]
pub trait Operand<M, T, Mark> {
    #[doc(hidden)]
    fn term(self) -> Term;
}

/// What [`Update::add`](crate::Update::add) adds to an attribute of type `T`: an [`Operand`] for it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to an attribute of type `{T}`",
    label = "expected `{T}`, or a path to one",
    note = "an unsigned attribute takes no negative number: use `.subtract(..)`"
)]
pub trait Addend<M, T, Mark> {
    #[doc(hidden)]
    fn term(self) -> Term;
}

#[diagnostic::do_not_recommend]
impl<M, T, Mark, V: Operand<M, T, Mark>> Addend<M, T, Mark> for V {
    fn term(self) -> Term {
        Operand::term(self)
    }
}

#[doc(hidden)]
#[derive(Debug)]
pub enum ByValue {}
#[doc(hidden)]
#[derive(Debug)]
pub enum ByPath {}
#[doc(hidden)]
#[derive(Debug)]
pub enum Undecided {}

impl<M, T: Attribute, V: ValueFor<T>> Operand<M, T, ByValue> for V {
    fn term(self) -> Term {
        Term::of(&self.into_value())
    }
}

/// Implemented by no type. It exists for the compiler's messages: while `T` is unknown, this implementation is still a
/// candidate, so rustc infers `T` from the path first. A value of another type is then reported as a wrong value, not
/// as a wrong type of the path.
#[doc(hidden)]
pub trait Deferred {}

#[diagnostic::do_not_recommend]
impl<M, T: Deferred, V> Operand<M, T, Undecided> for V {
    fn term(self) -> Term {
        Term::Absent
    }
}

#[diagnostic::do_not_recommend]
impl<M, T, P: PathTo<M, Declared: Attribute<Value = T>, Role: Readable>> Operand<M, T, ByPath> for P {
    fn term(self) -> Term {
        Term::Path(self.segments())
    }
}
