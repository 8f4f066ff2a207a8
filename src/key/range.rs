//! The arguments of a query's range conditions: leading parts of a range key, and prefixes of it.

use super::into_key::{OneValue, Tuple};
use super::multi_attribute::{Attributes, MultiAttributePart, PartValue, Placeholder};
use super::optional::OptionalPart;
use super::part::KeyPart;
use super::template::{ErasedKeyPart, Field, KeySource};
use super::text::mismatch;
use super::value::{KeyAttribute, KeyRole, KeyValue};
use crate::expr::HasPrefix;
use crate::wire::Fault;
use crate::{Attribute, ValueFor};

/// The leading parts of a range key of the model `M`: the value of the first placeholder of its template, or a tuple of the
/// values of the first few placeholders, in order. If the range key is a field, it is the value of the field.
///
/// `P` are the types of all parts. `Mark` is inferred.
///
/// ```
/// use singlet::Model;
///
/// #[derive(Model)]
/// #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{year:04}#{id}")]
/// struct Order {
///     customer: String,
///     year: u16,
///     id: u32,
/// }
///
/// let orders_of_2024 = Order::query("c-1").eq(2024);
/// let later_orders = Order::query("c-1").ge((2024, 500));
/// # drop((orders_of_2024, later_orders));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give the leading parts of a range key of `{M}`",
    label = "expected the first of the parts `{P}`, or a tuple of the first few of them, in this order",
    note = "a range key is given by the values of its template's placeholders, starting with the first; one without placeholders is \
            the same in all items, so its query takes only the hash key"
)]
pub trait RangePrefix<M, P, Mark> {
    #[doc(hidden)]
    fn into_bound(self) -> RangeBound;
}

/// The leading parts of a range key, without their types.
#[doc(hidden)]
pub enum RangeBound {
    Parts(Vec<Box<dyn ErasedKeyPart>>),
    Value(KeyValue),
    /// The text that the keys begin with, up to a separator.
    Beginning(String),
    /// A text whose last value is that of an optional part, and the key of the items without this value.
    Optional {
        text: String,
        without: KeyValue,
    },
    /// The leading parts of a multi-attribute key.
    MultiAttribute(Vec<PartValue>),
}

impl std::fmt::Debug for RangeBound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RangeBound(..)")
    }
}

/// The range keys that begin with the parts of a [`RangeBound`].
pub(crate) enum BoundScope {
    /// Only this key: all parts were given.
    One(KeyValue),
    /// All keys that begin with this text. It ends at a separator.
    Beginning(String),
}

impl RangeBound {
    pub(crate) fn scope(self, source: &KeySource) -> Result<BoundScope, Fault> {
        match (self, source) {
            (RangeBound::Value(value), _) => value.checked(KeyRole::Range).map(BoundScope::One),
            (RangeBound::Beginning(text), _) => Ok(BoundScope::Beginning(text)),
            (RangeBound::Optional { text, .. }, _) => Ok(BoundScope::One(KeyValue::S(text))),
            (RangeBound::Parts(values), KeySource::Template(template)) => {
                let text = template.text(&values)?;
                // A template may end with literal text, so the text alone does not say whether it is complete.
                let is_whole = values.len() >= template.count();
                Ok(if is_whole { BoundScope::One(KeyValue::S(text)) } else { BoundScope::Beginning(text) })
            }
            // Unreachable: the derives give tuples to templates only, and multi-attribute keys are split before.
            (RangeBound::Parts(_), KeySource::Field(_)) | (RangeBound::MultiAttribute(_), _) => Err(mismatch()),
        }
    }

    /// The key of the items without the last value, if this is the value of an optional part. A comparison leaves them out.
    pub(crate) fn without_optional(&self, source: &KeySource) -> Result<Option<KeyValue>, Fault> {
        match (self, source) {
            (RangeBound::Optional { without, .. }, _) => Ok(Some(without.clone())),
            (RangeBound::Parts(values), KeySource::Template(template)) => template.without_optional(values),
            _ => Ok(None),
        }
    }

    /// The prefix of the keys, if the last value may be incomplete.
    pub(crate) fn beginning(self, source: &KeySource) -> Result<KeyValue, Fault> {
        match (self, source) {
            (RangeBound::Value(value), _) => Ok(value),
            (RangeBound::Beginning(text) | RangeBound::Optional { text, .. }, _) => Ok(KeyValue::S(text)),
            (RangeBound::Parts(values), KeySource::Template(template)) => template.beginning(&values).map(KeyValue::S),
            // Unreachable, as in `scope`.
            (RangeBound::Parts(_), KeySource::Field(_)) | (RangeBound::MultiAttribute(_), _) => Err(mismatch()),
        }
    }
}

impl<M, T: KeyAttribute, V: ValueFor<T>> RangePrefix<M, Field<T>, OneValue> for V {
    fn into_bound(self) -> RangeBound {
        RangeBound::Value(self.into_value().to_key())
    }
}

// One value for the first placeholder.
macro_rules! first {
    ($(($first:ident $(, $rest:ident)*))*) => {$(
        impl<Mo, Value, $first, $($rest),*> RangePrefix<Mo, ($first, $($rest,)*), OneValue> for Value
        where
            $first: KeyPart + Send + 'static,
            Value: ValueFor<$first>,
        {
            fn into_bound(self) -> RangeBound {
                RangeBound::Parts(vec![Box::new(self.into_value())])
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Mo, Value, $first, $($rest),*> RangePrefix<Mo, Attributes<($first, $($rest,)*)>, OneValue> for Value
        where
            $first: MultiAttributePart,
            Value: ValueFor<$first::Value>,
        {
            fn into_bound(self) -> RangeBound {
                RangeBound::MultiAttribute(vec![$first::value(self.into_value())])
            }
        }
    )*};
}
first! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
}

// A tuple for the first few placeholders.
macro_rules! few {
    ($(($($value:ident $part:ident $n:tt),+): $($rest:ident)*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Mo, $($value, $part,)+ $($rest),*> RangePrefix<Mo, ($($part,)+ $($rest,)*), Tuple> for ($($value,)+)
        where
            $($part: KeyPart + Send + 'static, $value: ValueFor<$part>),+
        {
            fn into_bound(self) -> RangeBound {
                RangeBound::Parts(vec![$(Box::new(self.$n.into_value())),+])
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Mo, $($value, $part,)+ $($rest),*> RangePrefix<Mo, Attributes<($($part,)+ $($rest,)*)>, Tuple>
            for ($($value,)+)
        where
            $($part: MultiAttributePart, $value: ValueFor<$part::Value>),+
        {
            fn into_bound(self) -> RangeBound {
                RangeBound::MultiAttribute(vec![$($part::value(self.$n.into_value())),+])
            }
        }
    )*};
}
few! {
    (A S 0): ;
    (A S 0): P;
    (A S 0): P Q;
    (A S 0): P Q R;
    (A S 0, B T 1): ;
    (A S 0, B T 1): P;
    (A S 0, B T 1): P Q;
    (A S 0, B T 1): P Q R;
    (A S 0, B T 1): P Q R X;
    (A S 0, B T 1): P Q R X Y;
    (A S 0, B T 1): P Q R X Y Z;
    (A S 0, B T 1, C U 2): ;
    (A S 0, B T 1, C U 2): P;
    (A S 0, B T 1, C U 2): P Q;
    (A S 0, B T 1, C U 2): P Q R;
    (A S 0, B T 1, C U 2): P Q R X;
    (A S 0, B T 1, C U 2): P Q R X Y;
    (A S 0, B T 1, C U 2, D V 3): ;
    (A S 0, B T 1, C U 2, D V 3): P;
    (A S 0, B T 1, C U 2, D V 3): P Q;
    (A S 0, B T 1, C U 2, D V 3): P Q R;
    (A S 0, B T 1, C U 2, D V 3): P Q R X;
    (A S 0, B T 1, C U 2, D V 3, E W 4): ;
    (A S 0, B T 1, C U 2, D V 3, E W 4): P;
    (A S 0, B T 1, C U 2, D V 3, E W 4): P Q;
    (A S 0, B T 1, C U 2, D V 3, E W 4): P Q R;
}

/// A prefix of range keys of the model `M`: a prefix of the first placeholder's value, or a tuple of the values of the first
/// few placeholders, of which the last is a prefix. If the range key is a field, it is a prefix of its value.
///
/// The prefix is text for a string, a date or a UUID, and bytes for a field of bytes. Values of numbers and enums have no
/// prefixes.
///
/// `P` are the types of all parts. `Mark` is inferred.
///
/// ```
/// use singlet::Model;
///
/// #[derive(Model)]
/// #[model(table = "files", hash_key = "BUCKET#{bucket}", range_key = "FILE#{folder}#{name}")]
/// struct File {
///     bucket: String,
///     folder: String,
///     name: String,
/// }
///
/// let folders_of_2024 = File::query("b-1").begins_with("2024-");
/// let invoices = File::query("b-1").begins_with(("2024-03", "invoice"));
/// # drop((folders_of_2024, invoices));
/// ```
#[diagnostic::on_unimplemented(
    message = "range keys of `{M}` cannot begin with `{Self}`",
    label = "expected a prefix of a key with the parts `{P}`, whose last value is text or bytes",
    note = "only text and bytes have prefixes; use `eq` for whole values, and `between`, `ge` or `lt` for numbers"
)]
pub trait RangeBeginning<M, P, Mark> {
    #[doc(hidden)]
    fn into_beginning(self) -> RangeBound;
}

impl<M, T, V> RangeBeginning<M, Field<T>, OneValue> for V
where
    T: KeyAttribute<Kind: HasPrefix<Prefix: KeyAttribute>>,
    V: ValueFor<<<T as Attribute>::Kind as HasPrefix>::Prefix>,
{
    fn into_beginning(self) -> RangeBound {
        RangeBound::Value(self.into_value().to_key())
    }
}

/// A part of a template whose values have prefixes.
#[doc(hidden)]
pub trait PartBeginning {
    type Beginning: KeyPart + Send + 'static;
}

impl<T: Attribute<Kind: HasPrefix<Prefix: KeyPart + Send + 'static>>> PartBeginning for T {
    type Beginning = <T::Kind as HasPrefix>::Prefix;
}

impl<T: PartBeginning> PartBeginning for OptionalPart<T> {
    type Beginning = T::Beginning;
}

/// A part of a multi-attribute key whose values have prefixes.
#[doc(hidden)]
pub trait MultiAttributeBeginning {
    type Beginning;

    fn beginning(beginning: Self::Beginning) -> PartValue;
}

impl<T: PartBeginning> MultiAttributeBeginning for Placeholder<T> {
    type Beginning = T::Beginning;

    fn beginning(beginning: Self::Beginning) -> PartValue {
        PartValue::Text(Box::new(beginning))
    }
}

impl<T: Attribute<Kind: HasPrefix<Prefix: KeyAttribute>>> MultiAttributeBeginning for Field<T> {
    type Beginning = <T::Kind as HasPrefix>::Prefix;

    fn beginning(beginning: Self::Beginning) -> PartValue {
        PartValue::Value(beginning.to_key())
    }
}

// A prefix of the value of the first placeholder.
macro_rules! first_beginning {
    ($(($first:ident $(, $rest:ident)*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Mo, Value, $first, $($rest),*> RangeBeginning<Mo, ($first, $($rest,)*), OneValue> for Value
        where
            $first: PartBeginning,
            Value: ValueFor<$first::Beginning>,
        {
            fn into_beginning(self) -> RangeBound {
                RangeBound::Parts(vec![Box::new(self.into_value())])
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Mo, Value, $first, $($rest),*> RangeBeginning<Mo, Attributes<($first, $($rest,)*)>, OneValue>
            for Value
        where
            $first: MultiAttributeBeginning,
            Value: ValueFor<$first::Beginning>,
        {
            fn into_beginning(self) -> RangeBound {
                RangeBound::MultiAttribute(vec![$first::beginning(self.into_value())])
            }
        }
    )*};
}
first_beginning! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
}

// A tuple for the first few placeholders: whole values, and a prefix of the last one.
macro_rules! few_beginning {
    ($(($($value:ident $part:ident $n:tt,)* | $last:ident $begun:ident $at:tt): $($rest:ident)*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Mo, $($value, $part,)* $last, $begun, $($rest),*> RangeBeginning<Mo, ($($part,)* $begun, $($rest,)*), Tuple>
            for ($($value,)* $last,)
        where
            $($part: KeyPart + Send + 'static, $value: ValueFor<$part>,)*
            $begun: PartBeginning,
            $last: ValueFor<$begun::Beginning>,
        {
            fn into_beginning(self) -> RangeBound {
                RangeBound::Parts(vec![$(Box::new(self.$n.into_value()),)* Box::new(self.$at.into_value())])
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Mo, $($value, $part,)* $last, $begun, $($rest),*>
            RangeBeginning<Mo, Attributes<($($part,)* $begun, $($rest,)*)>, Tuple> for ($($value,)* $last,)
        where
            $($part: MultiAttributePart, $value: ValueFor<$part::Value>,)*
            $begun: MultiAttributeBeginning,
            $last: ValueFor<$begun::Beginning>,
        {
            fn into_beginning(self) -> RangeBound {
                RangeBound::MultiAttribute(vec![
                    $($part::value(self.$n.into_value()),)*
                    $begun::beginning(self.$at.into_value()),
                ])
            }
        }
    )*};
}
few_beginning! {
    (| B T 0): ;
    (| B T 0): P;
    (| B T 0): P Q;
    (| B T 0): P Q R;
    (| B T 0): P Q R X;
    (| B T 0): P Q R X Y;
    (| B T 0): P Q R X Y Z;
    (| B T 0): P Q R X Y Z W;
    (A S 0, | B T 1): ;
    (A S 0, | B T 1): P;
    (A S 0, | B T 1): P Q;
    (A S 0, | B T 1): P Q R;
    (A S 0, | B T 1): P Q R X;
    (A S 0, | B T 1): P Q R X Y;
    (A S 0, | B T 1): P Q R X Y Z;
    (A S 0, C U 1, | B T 2): ;
    (A S 0, C U 1, | B T 2): P;
    (A S 0, C U 1, | B T 2): P Q;
    (A S 0, C U 1, | B T 2): P Q R;
    (A S 0, C U 1, | B T 2): P Q R X;
    (A S 0, C U 1, | B T 2): P Q R X Y;
    (A S 0, C U 1, D V 2, | B T 3): ;
    (A S 0, C U 1, D V 2, | B T 3): P;
    (A S 0, C U 1, D V 2, | B T 3): P Q;
    (A S 0, C U 1, D V 2, | B T 3): P Q R;
    (A S 0, C U 1, D V 2, | B T 3): P Q R X;
    (A S 0, C U 1, D V 2, E W 3, | B T 4): ;
    (A S 0, C U 1, D V 2, E W 3, | B T 4): P;
    (A S 0, C U 1, D V 2, E W 3, | B T 4): P Q;
    (A S 0, C U 1, D V 2, E W 3, | B T 4): P Q R;
}
