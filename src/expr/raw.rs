use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Attribute, Error, ErrorKind, Result};

/// A condition, or a value to set, as DynamoDB's own expression: for what singlet has no word for. With placeholders for names (`#n`) and values (`:v`).
///
/// ```
/// use singlet::RawExpression;
///
/// let condition = RawExpression::new("#s = :open AND attribute_exists(pk)")
///     .name("#s", "status")
///     .value(":open", "OPEN");
/// # drop(condition);
/// ```
///
/// See [AWS's page](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html).
#[derive(Clone, Default)]
pub struct RawExpression {
    pub(crate) expression: String,
    pub(crate) names: Vec<(String, String)>,
    pub(crate) values: Vec<(String, AttributeValue)>,
    fault: Option<String>,
}

impl RawExpression {
    /// This expression.
    pub fn new(expression: impl Into<String>) -> Self {
        RawExpression { expression: expression.into(), ..RawExpression::default() }
    }

    /// Lets `placeholder`, which begins with `#`, stand for the attribute `name`.
    pub fn name(mut self, placeholder: impl Into<String>, name: impl Into<String>) -> Self {
        self.names.push((placeholder.into(), name.into()));
        self
    }

    /// Lets `placeholder`, which begins with `:`, stand for `value`.
    pub fn value(mut self, placeholder: impl Into<String>, value: impl IntoAttribute) -> Self {
        match value.into_attribute() {
            Ok(value) => self.values.push((placeholder.into(), value)),
            Err(message) => self.fault = Some(message),
        }
        self
    }

    /// Refuses a value that cannot be stored.
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

/// A value of an expression: any [`Attribute`], or a `&str`.
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
