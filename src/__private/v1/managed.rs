//! Fields that operations maintain automatically.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::Attribute;
use crate::expr::value_of;
use crate::key::KeyAttribute;
use crate::wire::Fault;

/// A value in the SDK's form.
pub fn stored_value<T: Attribute>(value: &T) -> Result<AttributeValue, Fault> {
    value_of(value)
}

/// A field whose values are used once: they are the keys of items that say so.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be unique",
    label = "not a unique value",
    note = "`unique` is for strings, integers, binaries, an `Option` of one, and newtypes around one"
)]
pub trait UniqueField {
    const IS_UNIQUE: () = ();
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> UniqueField for T {}
