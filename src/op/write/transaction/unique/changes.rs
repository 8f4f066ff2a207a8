//! The changes that a write makes to unique attributes and to the expiry, which is that of their sentinels too.

use crate::expr::{Action, Actions, Segment, Term};
use crate::op::write::executor::AttributeChange;
use crate::schema::ModelSchema;
use crate::{Error, ErrorKind, Result, item};

/// Returns the changes that a write of a whole item makes to the unique attributes and the TTL attribute.
pub(crate) fn changes_of(schema: &ModelSchema, item: &[u8]) -> Result<Vec<(&'static str, AttributeChange)>> {
    if schema.unique.is_empty() {
        return Ok(Vec::new());
    }
    let item = item::from_bytes(item).map_err(|fault| crate::error::fault_error(fault, schema.model))?;
    let change = |attribute: &'static str| (attribute, AttributeChange::from(item.get(attribute).cloned()));
    Ok(schema.unique_attributes().into_iter().chain(schema.expiry()).map(change).collect())
}

/// Returns the changes that an update makes to the unique attributes and the TTL attribute.
pub(crate) fn changes_by(schema: &ModelSchema, actions: &Actions) -> Result<Vec<(&'static str, AttributeChange)>> {
    let change = |attribute: &'static str| match actions.of(attribute) {
        None => Ok((attribute, AttributeChange::Keep)),
        Some(Action::Set(Term::Value(Ok(value)))) => Ok((attribute, AttributeChange::Set(value.clone()))),
        Some(Action::Remove) => Ok((attribute, AttributeChange::Clear)),
        Some(_) => {
            let message = "a unique value, or the time to live of an item that has one, is set to a known value only";
            Err(Error::new(ErrorKind::Validation, message).with_attribute(attribute))
        }
    };
    if schema.unique.is_empty() {
        return Ok(Vec::new());
    }
    let unique = schema.unique_attributes();
    let all = unique.iter().copied().chain(schema.expiry()).map(change).collect();
    let inside = actions.list.iter().find(|(path, _)| match &path[..] {
        [first, _, ..] => unique.iter().any(|name| first.is_same(&Segment::Name(name))),
        _ => false,
    });
    match inside {
        None => all,
        Some(_) => Err(Error::new(ErrorKind::Validation, "a unique attribute can only be set as a whole")),
    }
}
