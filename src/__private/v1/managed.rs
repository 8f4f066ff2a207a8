//! Fields that operations maintain automatically.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::Attribute;
use crate::expr::value_of;
use crate::key::{KeyAttribute, KeyType};
use crate::wire::Fault;

/// Converts a value to the SDK's form.
pub fn stored_value<T: Attribute>(value: &T) -> Result<AttributeValue, Fault> {
    value_of(value)
}

/// The type of a unique field. Its values become keys of sentinels.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be unique",
    label = "not a unique value",
    note = "`unique` is for strings, integers, binaries, an `Option` of one, and newtypes around one"
)]
pub trait UniqueField {
    const IS_UNIQUE: () = ();
    const IS_TEXT: bool;
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> UniqueField for T {
    const IS_TEXT: bool = matches!(T::KEY_TYPE, KeyType::S);
}
