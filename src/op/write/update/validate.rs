//! Runs the validators of a model on what an update sets.

use crate::error::fault_error;
use crate::expr::{Action, Segment, Shown, Term};
use crate::item;
use crate::op::write::update::mode::Mode;
use crate::op::write::update::write::UpdateWrite;
use crate::{Error, ErrorKind, Result};

impl UpdateWrite<'_> {
    /// Refuses values that the validators of their fields refuse, and actions on such fields whose result is not known.
    pub(super) fn validate(&self) -> Result<()> {
        // The actions of a difference are parts of values, and the local value is known as a whole.
        if self.options.mode == Mode::Difference {
            return self.target.validate();
        }
        if self.options.mode == Mode::Upsert {
            // The item that it may create has the fields of the key too.
            let outcome = (self.target.model.validate_key)(&self.target.key);
            outcome.map_err(|fault| fault_error(fault, self.schema.model))??;
        }
        for (path, action) in &self.options.actions.list {
            let name = match path.first() {
                Some(Segment::IndexOnly(field)) => Some(*field),
                first => first.and_then(Segment::name),
            };
            let Some(validator) = name.and_then(self.target.model.validator) else { continue };
            let whole = Some(action).filter(|_| path.len() == 1);
            match whole {
                Some(Action::Set(Term::Value(value)) | Action::SetIfAbsent(Term::Value(value))) => {
                    // A value that cannot be stored is an error when the expression is made.
                    let Ok(value) = value else { continue };
                    let outcome = item::decode(value, validator);
                    let fail = |fault| fault_error(fault, self.schema.model).with_attribute(Shown(path).to_string());
                    outcome.map_err(fail)??;
                }
                Some(Action::Remove | Action::SetIfAbsent(Term::Absent)) => {}
                _ => {
                    let message = "the field has a validator, and the result of this action is not known before it is \
                                   written; set the field to a value";
                    return Err(Error::new(ErrorKind::Validation, message).with_attribute(Shown(path).to_string()));
                }
            }
        }
        Ok(())
    }
}
