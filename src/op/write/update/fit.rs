//! Prevents an update from computing an integer that its field cannot hold. DynamoDB computes with 38 digits and would
//! store it, and the item could not be read any more.

use aws_sdk_dynamodb::types::AttributeValue;

use super::plan::value_at;
use crate::attribute::Form;
use crate::expr::{Comparator, Segment, Shown, Term, Tree};
use crate::{Error, ErrorKind, Item};

/// A bound on the stored number. If it holds, the result of the computation fits the field.
#[derive(Debug)]
pub(crate) struct Fit {
    path: Vec<Segment>,
    comparator: Comparator,
    bound: Term,
    /// Whether the result fits if the attribute is absent, which counts as 0.
    fits_absent: bool,
}

impl Fit {
    /// The bound for adding `number` to an attribute of this form. `None` if the result always fits, or if `number` is not
    /// known here: a condition cannot compute.
    pub(super) fn of_sum(path: &[Segment], number: &Term, form: Form) -> Option<Self> {
        let (Form::Integer { min, max }, number) = (form, value_of(number)?) else { return None };
        let (comparator, bound) =
            if number >= 0 { (Comparator::Le, max - number) } else { (Comparator::Ge, min.saturating_sub(number)) };
        let fits_absent = (min..=max).contains(&number);
        (number != 0).then(|| Fit { path: path.to_vec(), comparator, bound: term_of(bound), fits_absent })
    }

    /// The bound for subtracting `number`.
    pub(super) fn of_difference(path: &[Segment], number: &Term, form: Form) -> Option<Self> {
        match (form, number) {
            // The subtracted path has the same unsigned type, so the result can only be too small.
            (Form::Integer { min: 0, .. }, Term::Path(_)) => {
                let (path, bound) = (path.to_vec(), number.clone());
                Some(Fit { path, comparator: Comparator::Ge, bound, fits_absent: false })
            }
            _ => Fit::of_sum(path, &term_of(-value_of(number)?), form),
        }
    }

    /// The attribute that the path begins with.
    pub(super) fn root(&self) -> Option<&str> {
        self.path.first()?.name()
    }

    pub(super) fn condition(&self) -> Tree {
        let compare = |comparator| Tree::Compare(Term::Path(self.path.clone()), comparator, self.bound.clone());
        match (self.fits_absent, self.comparator) {
            (false, comparator) => compare(comparator),
            // A comparison never holds for an absent attribute or NULL, so the negation of the opposite one always does.
            (true, Comparator::Le) => Tree::Not(Box::new(compare(Comparator::Gt))),
            (true, _) => Tree::Not(Box::new(compare(Comparator::Lt))),
        }
    }

    /// Whether the result fits for this stored item.
    pub(super) fn holds_for(&self, stored: &Item) -> bool {
        let number = |value: Option<&AttributeValue>| value?.as_n().ok()?.parse::<i128>().ok();
        let bound = match &self.bound {
            Term::Path(path) => number(value_at(Some(stored), path)),
            bound => value_of(bound),
        };
        match (number(value_at(Some(stored), &self.path)), bound) {
            (Some(number), Some(bound)) if self.comparator == Comparator::Le => number <= bound,
            (Some(number), Some(bound)) => number >= bound,
            (None, _) => self.fits_absent,
            // The bound is not an integer, so the refusal has another cause.
            (Some(_), None) => true,
        }
    }

    /// Returns the error of an update that was refused because the result does not fit.
    pub(super) fn refusal(&self, error: Error) -> Error {
        let message = "the result of the computation would not fit the integer type of this attribute";
        error.with_kind(ErrorKind::ConditionFailed).with_message(message).with_attribute(Shown(&self.path).to_string())
    }
}

fn value_of(term: &Term) -> Option<i128> {
    match term {
        Term::Value(Ok(AttributeValue::N(digits))) => digits.parse().ok(),
        _ => None,
    }
}

fn term_of(number: i128) -> Term {
    Term::Value(Ok(AttributeValue::N(number.to_string())))
}
