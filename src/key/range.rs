use super::attribute::KeyAttribute;
use super::into_key::{Many, One};
use super::part::KeyPart;
use super::several::{Given, Several, SeveralPart};
use super::template::{FieldKey, KeySource, KeyText};
use super::value::{KeyRole, KeyValue};
use crate::expr::HasPrefix;
use crate::wire::Fault;
use crate::{Attribute, ValueFor};

/// The first parts of a range key of the model `M`: one value, or a tuple of the first few
/// placeholders of its template, in their order. Where the range key is a field, its value.
///
/// `P` are the parts, `Mark` is inferred.
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
/// let of_2024 = Order::query("c-1").eq(2024);
/// let late = Order::query("c-1").ge((2024, 500));
/// # drop((of_2024, late));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the beginning of a range key of `{M}`",
    label = "expected the first of the parts `{P}`, or a tuple of the first few, in this order",
    note = "a range key is given by the placeholders of its template, from the first one on"
)]
pub trait RangePrefix<M, P, Mark> {
    #[doc(hidden)]
    fn into_edge(self) -> RangeBound;
}

/// The beginning of a range key, as its parts.
#[doc(hidden)]
pub enum RangeBound {
    Parts(Vec<Box<dyn KeyText>>),
    Value(KeyValue),
    /// Of a key of several attributes.
    Several(Vec<Given>),
}

impl std::fmt::Debug for RangeBound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Edge(..)")
    }
}

/// The range keys that begin with an [`RangeBound`].
pub(crate) enum BoundScope {
    /// This one: all parts were given.
    One(KeyValue),
    /// All that begin with this text, which ends at a separator.
    Beginning(String),
}

impl RangeBound {
    pub(crate) fn covered(self, source: &KeySource) -> Result<BoundScope, Fault> {
        match (self, source) {
            (RangeBound::Value(value), _) => value.checked(KeyRole::Range).map(BoundScope::One),
            (RangeBound::Parts(values), KeySource::Template(template)) => {
                let text = template.text(&values)?;
                let is_whole = values.len() >= template.count();
                Ok(if is_whole { BoundScope::One(KeyValue::S(text)) } else { BoundScope::Beginning(text) })
            }
            // The derives give tuples to templates only, and several attributes are taken one by one.
            (RangeBound::Parts(_), KeySource::Field(_)) | (RangeBound::Several(_), _) => Err(super::mismatch()),
        }
    }
}

impl<M, T: KeyAttribute, V: ValueFor<T>> RangePrefix<M, FieldKey<T>, One> for V {
    fn into_edge(self) -> RangeBound {
        RangeBound::Value(self.into_value().to_key())
    }
}

/// One value for the first placeholder.
macro_rules! first {
    ($(($first:ident $(, $rest:ident)*))*) => {$(
        impl<Mo, Value, $first, $($rest),*> RangePrefix<Mo, ($first, $($rest,)*), One> for Value
        where
            $first: KeyPart + Send + 'static,
            Value: ValueFor<$first>,
        {
            fn into_edge(self) -> RangeBound {
                RangeBound::Parts(vec![Box::new(self.into_value())])
            }
        }

        impl<Mo, Value, $first, $($rest),*> RangePrefix<Mo, Several<($first, $($rest,)*)>, One> for Value
        where
            $first: SeveralPart,
            Value: ValueFor<$first::Value>,
        {
            fn into_edge(self) -> RangeBound {
                RangeBound::Several(vec![$first::given(self.into_value())])
            }
        }
    )*};
}
first! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
}

/// A tuple for the first few of the placeholders.
macro_rules! few {
    ($(($($value:ident $part:ident $n:tt),+): $($rest:ident)*;)*) => {$(
        impl<Mo, $($value, $part,)+ $($rest),*> RangePrefix<Mo, ($($part,)+ $($rest,)*), Many> for ($($value,)+)
        where
            $($part: KeyPart + Send + 'static, $value: ValueFor<$part>),+
        {
            fn into_edge(self) -> RangeBound {
                RangeBound::Parts(vec![$(Box::new(self.$n.into_value())),+])
            }
        }

        impl<Mo, $($value, $part,)+ $($rest),*> RangePrefix<Mo, Several<($($part,)+ $($rest,)*)>, Many>
            for ($($value,)+)
        where
            $($part: SeveralPart, $value: ValueFor<$part::Value>),+
        {
            fn into_edge(self) -> RangeBound {
                RangeBound::Several(vec![$($part::given(self.$n.into_value())),+])
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

/// What a range key that is a string or bytes may begin with; for a template, what [`RangePrefix`] is.
///
/// `P` are the parts, `Mark` is inferred.
#[diagnostic::on_unimplemented(
    message = "range keys of `{M}` cannot begin with `{Self}`",
    label = "expected the beginning of a key with the parts `{P}`",
    note = "a number has no beginning: use `between`, `since` or `before`"
)]
pub trait RangeBeginning<M, P, Mark> {
    #[doc(hidden)]
    fn into_beginning(self) -> RangeBound;
}

impl<M, T, V> RangeBeginning<M, FieldKey<T>, One> for V
where
    T: KeyAttribute<Kind: HasPrefix<Prefix: KeyAttribute>>,
    V: ValueFor<<<T as Attribute>::Kind as HasPrefix>::Prefix>,
{
    fn into_beginning(self) -> RangeBound {
        RangeBound::Value(self.into_value().to_key())
    }
}

/// The parts of a template, as a tuple, or of several attributes.
#[doc(hidden)]
pub trait TemplateParts {}

impl<P> TemplateParts for Several<P> {}

macro_rules! template_parts {
    ($(($($part:ident),+))*) => { $(impl<$($part),+> TemplateParts for ($($part,)+) {})* };
}
template_parts! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
}

impl<M, P: TemplateParts, V: RangePrefix<M, P, Mark>, Mark> RangeBeginning<M, P, (Mark,)> for V {
    fn into_beginning(self) -> RangeBound {
        self.into_edge()
    }
}
