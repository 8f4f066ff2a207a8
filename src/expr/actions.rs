//! The actions of an update, and the `UpdateExpression` that they become.
//!
//! The update builders collect them; nothing here knows the model or sends a request.

use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;

use super::node::{Segment, Shown};
use super::operand::Term;
use super::placeholders::{Placeholders, check_length, refused};
use super::renamed;
use crate::{Error, RawExpression, Result};

/// The position of the `REMOVE` clause.
const REMOVE: usize = 1;

/// The actions of one update, without the type of its model.
#[derive(Debug, Default, Clone)]
pub(crate) struct Actions {
    pub(crate) list: Vec<(Vec<Segment>, Action)>,
}

/// What an update does at one document path.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Set(Term),
    /// Sets the attribute to the value of a user's own expression.
    SetRaw(RawExpression),
    SetIfAbsent(Term),
    /// Adds to a number. An absent attribute counts as 0.
    Plus(Term),
    Minus(Term),
    Append(Term),
    Prepend(Term),
    Remove,
    AddElements(Term),
    DeleteElements(Term),
}

impl Action {
    /// Whether the result depends on what is stored at the path.
    pub(crate) fn computes(&self) -> bool {
        !matches!(self, Action::Set(_) | Action::SetRaw(_) | Action::Remove)
    }
}

impl Actions {
    pub(crate) fn push(&mut self, path: Vec<Segment>, action: Action) {
        // DynamoDB has no empty sets: a field that holds one has no attribute, so setting it removes the attribute.
        let action = match action {
            Action::Set(Term::Absent) => Action::Remove,
            action => action,
        };
        self.list.push((path, action));
    }

    /// Sets the attribute `name` to a value.
    pub(crate) fn set(&mut self, name: &'static str, value: AttributeValue) {
        self.push(vec![Segment::Name(name)], Action::Set(Term::Value(Ok(value))));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The action on the attribute `name` as a whole.
    pub(crate) fn of(&self, name: &str) -> Option<&Action> {
        let is_attribute = |path: &[Segment]| matches!(path, [segment] if segment.name() == Some(name));
        self.list.iter().find(|(path, _)| is_attribute(path)).map(|(_, action)| action)
    }

    /// Whether there is an action on something inside the attribute `name`.
    pub(crate) fn is_inside(&self, name: &str) -> bool {
        self.list.iter().any(|(path, _)| path.len() > 1 && path[0].name() == Some(name))
    }

    /// Like [`of`](Self::of), but mutable.
    pub(crate) fn of_mut(&mut self, name: &str) -> Option<&mut Action> {
        let is_attribute = |path: &[Segment]| matches!(path, [segment] if segment.name() == Some(name));
        self.list.iter_mut().find(|(path, _)| is_attribute(path)).map(|(_, action)| action)
    }

    /// Rejects two actions on one path, or on a path and a path inside it.
    ///
    /// The service rejects them too, but its message names placeholders instead of attributes.
    pub(crate) fn check_overlaps(&self) -> Result<()> {
        for (n, (a, _)) in self.list.iter().enumerate() {
            for (b, _) in &self.list[..n] {
                if a.iter().zip(b).all(|(a, b)| a.is_same(b)) {
                    let message = format!("the update changes `{}` and `{}`, which overlap", Shown(b), Shown(a));
                    return Err(refused(message).with_attribute(Shown(a).to_string()));
                }
            }
        }
        Ok(())
    }

    /// The text of the `UpdateExpression`.
    pub(crate) fn render(&self, placeholders: &mut Placeholders) -> Result<String> {
        self.check_overlaps()?;
        // A clause may occur only once in an expression, so actions are grouped by clause.
        let mut clauses =
            [("SET ", String::new()), ("REMOVE ", String::new()), ("ADD ", String::new()), ("DELETE ", String::new())];
        let mut push = |clause: usize, text: &str| {
            let clause: &mut String = &mut clauses[clause].1;
            if !clause.is_empty() {
                clause.push_str(", ");
            }
            clause.push_str(text);
        };
        for (path, action) in &self.list {
            let former = renamed::former_paths(path, action)?;
            let place = placeholders.path(path)?;
            let of = Term::Path(path.clone());
            let (clause, text) = match action {
                Action::Remove => (REMOVE, place),
                Action::AddElements(term) => (2, format!("{place} {}", placeholders.term(term, &of)?)),
                Action::DeleteElements(term) => (3, format!("{place} {}", placeholders.term(term, &of)?)),
                action => (0, set(placeholders, &place, &former, action, &of)?),
            };
            push(clause, &text);
            // The item has the attribute under one name after the update.
            for path in &former {
                push(REMOVE, &placeholders.path(path)?);
            }
        }
        let mut text = String::new();
        for (word, clause) in clauses.iter().filter(|(_, clause)| !clause.is_empty()) {
            let _ = write!(text, "{}{word}{clause}", if text.is_empty() { "" } else { " " });
        }
        check_length(&text, "the update")?;
        Ok(text)
    }
}

/// An assignment of the `SET` clause. A computation on an absent attribute starts from 0 or from an empty list.
///
/// Numbers use `SET` instead of `ADD`, because `ADD` accepts top-level attributes only.
fn set(
    placeholders: &mut Placeholders,
    place: &str,
    former: &[Vec<Segment>],
    action: &Action,
    of: &Term,
) -> Result<String> {
    let stored_or = |absent: String, placeholders: &mut Placeholders| {
        Ok::<_, Error>(format!("if_not_exists({place}, {})", placeholders.first_of(former, Some(absent))?))
    };
    let stored_or_value = |empty: AttributeValue, placeholders: &mut Placeholders| {
        let empty = placeholders.value(empty);
        stored_or(empty, placeholders)
    };
    let zero = || AttributeValue::N("0".to_owned());
    let nothing = || AttributeValue::L(Vec::new());
    Ok(match action {
        Action::SetIfAbsent(term) => {
            let term = placeholders.term(term, of)?;
            format!("{place} = {}", stored_or(term, placeholders)?)
        }
        Action::Plus(term) => {
            let term = placeholders.term(term, of)?;
            format!("{place} = {} + {term}", stored_or_value(zero(), placeholders)?)
        }
        Action::Minus(term) => {
            let term = placeholders.term(term, of)?;
            format!("{place} = {} - {term}", stored_or_value(zero(), placeholders)?)
        }
        Action::Append(term) => {
            let term = placeholders.term(term, of)?;
            format!("{place} = list_append({}, {term})", stored_or_value(nothing(), placeholders)?)
        }
        Action::Prepend(term) => {
            let term = placeholders.term(term, of)?;
            format!("{place} = list_append({term}, {})", stored_or_value(nothing(), placeholders)?)
        }
        Action::Set(term) => format!("{place} = {}", placeholders.term(term, of)?),
        Action::SetRaw(raw) => format!("{place} = {}", placeholders.raw(raw)?),
        // These actions have clauses of their own; `render` handles them.
        Action::Remove | Action::AddElements(_) | Action::DeleteElements(_) => place.to_owned(),
    })
}
