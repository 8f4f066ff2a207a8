//! Keys of several attributes, as global indexes may have: each comes from a source of its own.

use std::fmt;
use std::marker::PhantomData;

use super::attribute::KeyAttribute;
use super::into_key::{Many, One};
use super::part::KeyPart;
use super::range::RangeBound;
use super::template::{FieldKey, KeyParts, KeySource, KeyText};
use super::value::{KeyRole, KeyValue};
use super::{IntoKey, KeyInput};
use crate::ValueFor;
use crate::wire::Fault;

/// The parts of a key of several attributes: `P` is a tuple of [`Placeholder`]s and [`FieldKey`]s, those
/// of all attributes in their order.
#[doc(hidden)]
pub struct Several<P> {
    given: Vec<Given>,
    of: PhantomData<fn() -> P>,
}

impl<P> fmt::Debug for Several<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Several(..)")
    }
}

/// A placeholder of type `T`, beside parts that are fields.
#[doc(hidden)]
#[derive(Debug)]
pub struct Placeholder<T>(PhantomData<fn() -> T>);

/// The value of a part.
#[doc(hidden)]
pub enum Given {
    /// It goes into a template.
    Text(Box<dyn KeyText>),
    /// It is a key attribute.
    Value(KeyValue),
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(..)")
    }
}

/// A part of a key of several attributes.
#[doc(hidden)]
pub trait SeveralPart {
    type Value;

    fn given(value: Self::Value) -> Given;
}

impl<T: KeyPart + Send + 'static> SeveralPart for Placeholder<T> {
    type Value = T;

    fn given(value: T) -> Given {
        Given::Text(Box::new(value))
    }
}

impl<T: KeyAttribute> SeveralPart for FieldKey<T> {
    type Value = T;

    fn given(value: T) -> Given {
        Given::Value(value.to_key())
    }
}

/// What is given of each source, up to the last that something is given of.
pub(crate) fn split(given: Vec<Given>, sources: &[KeySource]) -> Result<Vec<RangeBound>, Fault> {
    let mut given = given.into_iter().peekable();
    let mut edges = Vec::with_capacity(sources.len());
    for source in sources {
        if given.peek().is_none() {
            break;
        }
        let Some(template) = source.template() else {
            let Some(Given::Value(value)) = given.next() else { return Err(super::mismatch()) };
            edges.push(RangeBound::Value(value));
            continue;
        };
        let count = template.count();
        let mut parts = Vec::with_capacity(count);
        while parts.len() < count
            && let Some(part) = given.next()
        {
            let Given::Text(text) = part else { return Err(super::mismatch()) };
            parts.push(text);
        }
        edges.push(RangeBound::Parts(parts));
    }
    Ok(edges)
}

impl<P> KeyParts for Several<P> {
    fn values(self, sources: &[KeySource], role: KeyRole) -> Result<Vec<KeyValue>, Fault> {
        let mut edges = split(self.given, sources)?.into_iter();
        let value = |source: &KeySource| match (edges.next(), source) {
            (Some(RangeBound::Value(value)), _) => value.checked(role),
            (Some(RangeBound::Parts(parts)), KeySource::Template(template)) => template.text(&parts).map(KeyValue::S),
            // Text alone takes no part.
            (None, KeySource::Template(template)) => template.text(&[]).map(KeyValue::S),
            _ => Err(super::mismatch()),
        };
        sources.iter().map(value).collect()
    }
}

impl<M> IntoKey<M, Several<()>, Many> for () {
    fn into_key(self) -> KeyInput<Several<()>> {
        KeyInput::Parts(Several { given: Vec::new(), of: PhantomData })
    }
}

impl<M, A: SeveralPart, V: ValueFor<A::Value>> IntoKey<M, Several<(A,)>, One> for V {
    fn into_key(self) -> KeyInput<Several<(A,)>> {
        KeyInput::Parts(Several { given: vec![A::given(self.into_value())], of: PhantomData })
    }
}

macro_rules! tuples {
    ($(($($value:ident $part:ident $n:tt),+))*) => {$(
        impl<Mo, $($value, $part),+> IntoKey<Mo, Several<($($part,)+)>, Many> for ($($value,)+)
        where
            $($part: SeveralPart, $value: ValueFor<$part::Value>),+
        {
            fn into_key(self) -> KeyInput<Several<($($part,)+)>> {
                let given = vec![$($part::given(self.$n.into_value())),+];
                KeyInput::Parts(Several { given, of: PhantomData })
            }
        }
    )*};
}
tuples! {
    (A S 0)
    (A S 0, B T 1)
    (A S 0, B T 1, C U 2)
    (A S 0, B T 1, C U 2, D V 3)
    (A S 0, B T 1, C U 2, D V 3, E W 4)
    (A S 0, B T 1, C U 2, D V 3, E W 4, F X 5)
    (A S 0, B T 1, C U 2, D V 3, E W 4, F X 5, G Y 6)
    (A S 0, B T 1, C U 2, D V 3, E W 4, F X 5, G Y 6, H Z 7)
}
