use aws_sdk_dynamodb::types::AttributeValue;

use crate::wire::{Reader, Writer};
use crate::{Attribute, Error, ErrorKind, Result, item};

/// A condition as DynamoDB's own expression, with placeholders for names (`#n`) and values (`:v`).
///
/// ```
/// use singlet::RawCondition;
///
/// let condition = RawCondition::new("#s = :open AND attribute_exists(pk)")
///     .name("#s", "status")
///     .value(":open", "OPEN");
/// # drop(condition);
/// ```
///
/// See [AWS's page](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html).
#[derive(Clone, Default)]
pub struct RawCondition {
    pub(crate) expression: String,
    pub(crate) names: Vec<(String, String)>,
    pub(crate) values: Vec<(String, AttributeValue)>,
    fault: Option<String>,
}

impl RawCondition {
    /// A condition with this expression.
    pub fn new(expression: impl Into<String>) -> Self {
        RawCondition { expression: expression.into(), ..RawCondition::default() }
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

    /// Both conditions at once.
    pub(crate) fn and(self, other: Option<RawCondition>) -> Self {
        let Some(other) = other else { return self };
        RawCondition {
            expression: format!("({}) AND ({})", self.expression, other.expression),
            names: [self.names, other.names].concat(),
            values: [self.values, other.values].concat(),
            fault: self.fault.or(other.fault),
        }
    }

    /// Refuses what cannot be sent.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(fault) = &self.fault {
            return Err(Error::new(ErrorKind::Encode, fault.clone()));
        }
        // Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
        if self.expression.len() > 4096 {
            let message = format!("the condition has {} bytes, DynamoDB allows 4096", self.expression.len());
            return Err(Error::new(ErrorKind::Validation, message));
        }
        Ok(())
    }
}

/// Shows the expression, never the values.
impl std::fmt::Debug for RawCondition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawCondition").field("expression", &self.expression).finish_non_exhaustive()
    }
}

impl From<&str> for RawCondition {
    fn from(expression: &str) -> Self {
        RawCondition::new(expression)
    }
}

/// A value of an expression: any [`Attribute`], or a `&str`.
pub trait IntoAttribute {
    #[doc(hidden)]
    fn into_attribute(self) -> Result<AttributeValue, String>;
}

impl<T: Attribute> IntoAttribute for T {
    fn into_attribute(self) -> Result<AttributeValue, String> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        let bytes = writer.into_bytes().map_err(|fault| fault.to_string())?;
        let mut reader = Reader::new(&bytes).map_err(|fault| fault.to_string())?;
        item::read_value(&mut reader).map_err(|fault| fault.to_string())
    }
}

impl IntoAttribute for &str {
    fn into_attribute(self) -> Result<AttributeValue, String> {
        Ok(AttributeValue::S(self.to_owned()))
    }
}

/// Adds a condition to a builder of the SDK's, and asks for the item that makes it fail.
macro_rules! with_condition {
    ($builder:expr, $condition:expr) => {{
        let mut builder =
            $builder.condition_expression(&$condition.expression).return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
        for (placeholder, name) in &$condition.names {
            builder = builder.expression_attribute_names(placeholder, name);
        }
        for (placeholder, value) in &$condition.values {
            builder = builder.expression_attribute_values(placeholder, value.clone());
        }
        builder
    }};
}
pub(crate) use with_condition;
