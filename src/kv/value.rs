//! Values of serde's as attribute values.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, ErrorKind, Number, Result};

/// `None` where the value is null.
pub(super) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Option<AttributeValue>> {
    let value = serde_dynamo::to_attribute_value(value)
        .map_err(|_| Error::new(ErrorKind::Encode, "serde could not turn the value into an attribute value"))?;
    check_numbers(&value)?;
    Ok(Some(value).filter(|value| !value.is_null()))
}

/// Serde has numbers that DynamoDB has not: NaN, infinities, and floats that are too large.
fn check_numbers(value: &AttributeValue) -> Result<()> {
    match value {
        AttributeValue::N(digits) if digits.parse::<Number>().is_err() => {
            Err(Error::new(ErrorKind::Encode, "a number of the value is outside DynamoDB's range"))
        }
        AttributeValue::L(list) => list.iter().try_for_each(check_numbers),
        AttributeValue::M(map) => map.values().try_for_each(check_numbers),
        _ => Ok(()),
    }
}

pub(super) fn decode<T: DeserializeOwned>(value: Option<AttributeValue>) -> Result<T> {
    serde_dynamo::from_attribute_value(value.unwrap_or(AttributeValue::Null(true))).map_err(|_| {
        let message = format!("serde could not read the value as `{}`", std::any::type_name::<T>());
        Error::new(ErrorKind::Decode, message)
    })
}
