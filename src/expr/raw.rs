//! Expressions that a user writes in DynamoDB's own syntax, with placeholders for names and values.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Attribute, Error, ErrorKind, Result};

/// A condition, or the value of a `SET` action, in DynamoDB's own syntax.
///
/// Use it for functions and operators that [`Path`](crate::expr::Path) does not offer. Placeholders stand for names
/// (`#n`) and values (`:v`). They are sent as written, and may not consist of digits only: singlet uses those.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// use singlet::RawExpression;
///
/// let mut order = Order::builder().customer("ann").id(7).total(40).build();
/// let untouched = RawExpression::new("attribute_not_exists(pk) OR #t = :total")
///     .name("#t", "total")
///     .value(":total", 40);
/// order.save().when_raw(untouched).await?;
/// # Ok(()) }) }
/// ```
///
/// See AWS's page on [condition expressions][1].
///
/// [1]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
#[doc(alias = "ConditionExpression")]
#[doc(alias = "FilterExpression")]
#[doc(alias = "UpdateExpression")]
#[derive(Clone, Default)]
pub struct RawExpression {
    pub(crate) expression: String,
    pub(crate) names: Vec<(String, String)>,
    pub(crate) values: Vec<(String, AttributeValue)>,
    fault: Option<String>,
}

impl RawExpression {
    /// An expression without placeholders; [`name`](Self::name) and [`value`](Self::value) add them.
    pub fn new(expression: impl Into<String>) -> Self {
        RawExpression { expression: expression.into(), ..RawExpression::default() }
    }

    /// Makes `placeholder`, which starts with `#`, stand for the attribute `name`.
    ///
    /// ```
    /// use singlet::RawExpression;
    /// // `size` and `status` are reserved words, so they need placeholders.
    /// let open = RawExpression::new("size(#s) > :zero").name("#s", "status").value(":zero", 0);
    /// ```
    #[doc(alias = "ExpressionAttributeNames")]
    pub fn name(mut self, placeholder: impl Into<String>, name: impl Into<String>) -> Self {
        self.names.push((placeholder.into(), name.into()));
        self
    }

    /// Makes `placeholder`, which starts with `:`, stand for `value`.
    ///
    /// ```
    /// use singlet::RawExpression;
    /// let large = RawExpression::new("cents BETWEEN :low AND :high").value(":low", 10).value(":high", 20);
    /// ```
    #[doc(alias = "ExpressionAttributeValues")]
    pub fn value(mut self, placeholder: impl Into<String>, value: impl IntoAttribute) -> Self {
        match value.into_attribute() {
            Ok(value) => self.values.push((placeholder.into(), value)),
            Err(message) => self.fault = Some(message),
        }
        self
    }

    /// Fails if a value cannot be stored. `value` cannot fail itself, since it is a builder method.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.fault {
            Some(fault) => Err(Error::new(ErrorKind::Encode, fault.clone())),
            None => Ok(()),
        }
    }
}

/// Shows the expression, never the values.
impl std::fmt::Debug for RawExpression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawExpression").field("expression", &self.expression).finish_non_exhaustive()
    }
}

impl From<&str> for RawExpression {
    fn from(expression: &str) -> Self {
        RawExpression::new(expression)
    }
}

/// A value of a [`RawExpression`]: any [`Attribute`], or a `&str`.
pub trait IntoAttribute {
    #[doc(hidden)]
    fn into_attribute(self) -> Result<AttributeValue, String>;
}

impl<T: Attribute> IntoAttribute for T {
    fn into_attribute(self) -> Result<AttributeValue, String> {
        super::value_of(&self).map_err(|fault| fault.to_string())
    }
}

impl IntoAttribute for &str {
    fn into_attribute(self) -> Result<AttributeValue, String> {
        Ok(AttributeValue::S(self.to_owned()))
    }
}
