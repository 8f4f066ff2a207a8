//! Distinguishes a lost response from a lost race.
//!
//! If the response to a conditional write is lost, the SDK retries the write, and the item from the first attempt makes the
//! condition fail. Another writer may have stored an equal item, so an equal item proves nothing. A [`WriteMark`] does,
//! because no other write stores the same one. Without a proof the outcome is unknown, and the error says so.
//!
//! The question arises only after an attempt whose outcome is unknown: `RequestFacts::maybe_applied`. After throttling, a
//! rejection or a failure to connect, a failed condition is certain.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::Actions;
use crate::op::engine::context::RequestFacts;
use crate::op::engine::random;
use crate::schema::ModelSchema;
use crate::wire::{Fault, Writer};
use crate::{Error, ErrorKind, Item};

/// A random value that a write stores with its item, and by which it recognizes itself.
#[derive(Debug, Clone)]
pub(crate) struct WriteMark {
    attribute: &'static str,
    value: String,
}

impl WriteMark {
    /// Returns a new mark, if the model stores marks. A retried write keeps its mark.
    pub(crate) fn of(schema: &ModelSchema) -> Option<Self> {
        schema.write_mark.map(|attribute| WriteMark { attribute, value: random::id() })
    }

    /// Appends the mark to bytes that end with an item.
    pub(crate) fn append(&self, mut bytes: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let end = bytes.pop();
        debug_assert_eq!(end, Some(b'}'), "an item ends with a brace");
        let mut writer = Writer::appending(bytes);
        writer.key(self.attribute);
        crate::item::write_value(&AttributeValue::S(self.value.clone()), &mut writer);
        writer.raw(b"}");
        writer.into_bytes()
    }

    pub(crate) fn set(&self, actions: &mut Actions) {
        actions.set(self.attribute, AttributeValue::S(self.value.clone()));
    }

    fn is_on(&self, item: &Item) -> bool {
        matches!(item.get(self.attribute), Some(AttributeValue::S(value)) if *value == self.value)
    }
}

/// Whether a write failed because of what one of its own earlier attempts has stored.
pub(crate) fn is_own_write(mark: Option<&WriteMark>, error: &Error, sent: &RequestFacts) -> bool {
    let stored = error.old_item().filter(|_| sent.maybe_applied && error.kind() == ErrorKind::ConditionFailed);
    mark.zip(stored).is_some_and(|(mark, stored)| mark.is_on(stored))
}

/// Returns the error of a write. If an attempt may have been applied, a failed condition is no longer certain.
#[cold]
pub(crate) fn settle(error: Error, maybe_applied: bool) -> Error {
    use ErrorKind::{ConditionFailed, Expired, NotFound, SchemaMismatch, VersionConflict, WrongEntity};
    if !maybe_applied {
        return error;
    }
    let error = error.maybe_written();
    match error.kind() {
        ConditionFailed | VersionConflict | NotFound | Expired | WrongEntity | SchemaMismatch => {
            let message = "an attempt of this write received no answer, and its condition does not hold now: either the \
                           write was applied, or another one came first";
            error.with_kind(ErrorKind::OutcomeUnknown).with_message(message)
        }
        _ => error,
    }
}

/// The error of a write that was applied, and that cannot return the item before it.
#[cold]
pub(crate) fn old_is_unknown() -> Error {
    let message = "the write was applied, but an earlier attempt received no answer and may have replaced the old item";
    Error::new(ErrorKind::OutcomeUnknown, message).maybe_written()
}

/// The error of a write that was applied, and whose item could not be read afterwards. Its kind never says that nothing was
/// written.
#[cold]
pub(crate) fn not_read_back(error: Error) -> Error {
    let kind = match error.kind() {
        // Another writer replaced the item, so it does not fit the model.
        ErrorKind::WrongEntity => ErrorKind::Decode,
        kind => kind,
    };
    let message = format!("the write was done, but the item cannot be read back: {}", error.message());
    error.with_kind(kind).with_text(message).maybe_written()
}

/// The error of a write that was applied, and whose item another writer deleted before it was read back.
#[cold]
pub(crate) fn deleted_before_read_back() -> Error {
    let message = "the write was done, but another writer deleted the item before it was read back";
    Error::new(ErrorKind::OutcomeUnknown, message).maybe_written()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item;

    fn item_of(json: &str) -> Item {
        item::from_bytes(json.as_bytes()).unwrap()
    }

    #[test]
    fn only_the_own_mark_after_an_unknown_attempt_is_a_proof() {
        let mark = WriteMark { attribute: "w", value: "m-1".into() };
        let own = mark.append(br#"{"n":{"N":"1"}}"#.to_vec()).unwrap();
        assert_eq!(own, br#"{"n":{"N":"1"},"w":{"S":"m-1"}}"#);
        let own = item::from_bytes(&own).unwrap();
        let other = item_of(r#"{"n":{"N":"1"},"w":{"S":"m-2"}}"#);
        let refused = |kind, stored: Option<&Item>| Error::new(kind, "refused").with_old_item(stored.cloned());
        let sent = |maybe_applied| RequestFacts { attempts: 2, maybe_applied, ..RequestFacts::default() };
        let of_condition = |stored| refused(ErrorKind::ConditionFailed, stored);
        assert!(is_own_write(Some(&mark), &of_condition(Some(&own)), &sent(true)));
        assert!(!is_own_write(Some(&mark), &of_condition(Some(&own)), &sent(false)));
        assert!(!is_own_write(Some(&mark), &of_condition(Some(&other)), &sent(true)));
        assert!(!is_own_write(Some(&mark), &of_condition(None), &sent(true)));
        assert!(!is_own_write(None, &of_condition(Some(&own)), &sent(true)));
        assert!(!is_own_write(Some(&mark), &refused(ErrorKind::Validation, Some(&own)), &sent(true)));
    }
}
