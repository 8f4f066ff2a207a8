//! Multi-attribute keys, which global indexes can have: each attribute has its own template or field.
//!
//! See [AWS's page](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html).

use std::fmt;
use std::marker::PhantomData;

use super::into_key::{OneValue, Tuple};
use super::part::KeyPart;
use super::range::RangeBound;
use super::template::{ErasedKeyPart, Field, KeyParts, KeySource};
use super::text::mismatch;
use super::value::{KeyAttribute, KeyRole, KeyValue};
use super::{IntoKey, KeyInput};
use crate::ValueFor;
use crate::wire::Fault;

/// The parts of a multi-attribute key. `P` is a tuple of [`Placeholder`]s and [`Field`]s: the parts of all
/// attributes, in order.
///
/// Compiler messages and [`IndexOf::HashParts`](crate::IndexOf::HashParts) name this type. Operations take the values as
/// a tuple.
pub struct Attributes<P> {
    given: Vec<PartValue>,
    of: PhantomData<fn() -> P>,
}

impl<P> fmt::Debug for Attributes<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attributes(..)")
    }
}

/// A placeholder of type `T` among the parts of a [multi-attribute key](Attributes).
#[derive(Debug)]
pub struct Placeholder<T>(PhantomData<fn() -> T>);

/// The value of a part.
#[doc(hidden)]
pub enum PartValue {
    /// The value of a placeholder.
    Text(Box<dyn ErasedKeyPart>),
    /// The value of a key attribute that is a field.
    Value(KeyValue),
}

impl fmt::Debug for PartValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartValue(..)")
    }
}

/// A part of a multi-attribute key.
#[doc(hidden)]
pub trait MultiAttributePart {
    type Value;

    fn value(value: Self::Value) -> PartValue;
}

impl<T: KeyPart + Send + 'static> MultiAttributePart for Placeholder<T> {
    type Value = T;

    fn value(value: T) -> PartValue {
        PartValue::Text(Box::new(value))
    }
}

impl<T: KeyAttribute> MultiAttributePart for Field<T> {
    type Value = T;

    fn value(value: T) -> PartValue {
        PartValue::Value(value.to_key())
    }
}

/// Distributes the values over the attributes of the key, up to the last attribute that has a value.
pub(crate) fn split(given: Vec<PartValue>, sources: &[KeySource]) -> Result<Vec<RangeBound>, Fault> {
    let mut given = given.into_iter().peekable();
    let mut bounds = Vec::with_capacity(sources.len());
    for source in sources {
        // A query may give only the leading attributes of a range key.
        if given.peek().is_none() {
            break;
        }
        let Some(template) = source.template() else {
            let Some(PartValue::Value(value)) = given.next() else { return Err(mismatch()) };
            bounds.push(RangeBound::Value(value));
            continue;
        };
        let count = template.count();
        let mut parts = Vec::with_capacity(count);
        while parts.len() < count
            && let Some(part) = given.next()
        {
            let PartValue::Text(text) = part else { return Err(mismatch()) };
            parts.push(text);
        }
        bounds.push(RangeBound::Parts(parts));
    }
    Ok(bounds)
}

impl<P> KeyParts for Attributes<P> {
    fn values(self, sources: &[KeySource], role: KeyRole) -> Result<Vec<KeyValue>, Fault> {
        let mut bounds = split(self.given, sources)?.into_iter();
        let value = |source: &KeySource| match (bounds.next(), source) {
            (Some(RangeBound::Value(value)), _) => value.checked(role),
            (Some(RangeBound::Parts(parts)), KeySource::Template(template)) => template.text(&parts).map(KeyValue::S),
            // A template without placeholders takes no value.
            (None, KeySource::Template(template)) => template.text(&[]).map(KeyValue::S),
            _ => Err(mismatch()),
        };
        sources.iter().map(value).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoKey<M, Attributes<()>, Tuple> for () {
    fn into_key(self) -> KeyInput<Attributes<()>> {
        KeyInput::Parts(Attributes { given: Vec::new(), of: PhantomData })
    }
}

#[diagnostic::do_not_recommend]
impl<M, A: MultiAttributePart, V: ValueFor<A::Value>> IntoKey<M, Attributes<(A,)>, OneValue> for V {
    fn into_key(self) -> KeyInput<Attributes<(A,)>> {
        KeyInput::Parts(Attributes { given: vec![A::value(self.into_value())], of: PhantomData })
    }
}

macro_rules! tuples {
    ($(($($value:ident $part:ident $n:tt),+))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Mo, $($value, $part),+> IntoKey<Mo, Attributes<($($part,)+)>, Tuple> for ($($value,)+)
        where
            $($part: MultiAttributePart, $value: ValueFor<$part::Value>),+
        {
            fn into_key(self) -> KeyInput<Attributes<($($part,)+)>> {
                let given = vec![$($part::value(self.$n.into_value())),+];
                KeyInput::Parts(Attributes { given, of: PhantomData })
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
