//! The other ways to convert between items and structs, and to send requests.

pub(crate) mod by_dynamodel;
pub(crate) mod by_facade;
pub(crate) mod by_hand;
pub(crate) mod by_modyne;
pub(crate) mod by_serde;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// An item in the SDK's types.
pub(crate) type Item = HashMap<String, AttributeValue>;
