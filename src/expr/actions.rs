//! The actions of an update, and the `UpdateExpression` that they become.
//!
//! The update builders collect them; nothing here knows the model or sends a request.

use aws_sdk_dynamodb::types::AttributeValue;

use super::in_variant::{self, EnteredVariant};
use super::node::{Segment, Shown};
use super::operand::Term;
use super::placeholders::{Placeholders, USUAL_LENGTH, check_length, refused, separate};
use super::renamed;
use crate::{Error, RawExpression, Result};

/// The clauses of an update in their order.
const CLAUSES: [&str; 4] = [" SET ", " REMOVE ", " ADD ", " DELETE "];
const SET: usize = 0;
const REMOVE: usize = 1;
const ADD: usize = 2;
const DELETE: usize = 3;

/// The actions of one update, without the type of its model.
#[derive(Debug, Default, Clone)]
pub(crate) struct Actions {
    pub(crate) list: Vec<(Vec<Segment>, Action)>,
    #[expect(
        clippy::box_collection,
        reason = "few updates enter a variant, and the future of each contains this field"
    )]
    variants: Option<Box<Vec<EnteredVariant>>>,
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

    fn operand_mut(&mut self) -> Option<&mut Term> {
        match self {
            Action::Set(term)
            | Action::SetIfAbsent(term)
            | Action::Plus(term)
            | Action::Minus(term)
            | Action::Append(term)
            | Action::Prepend(term)
            | Action::AddElements(term)
            | Action::DeleteElements(term) => Some(term),
            Action::SetRaw(_) | Action::Remove => None,
        }
    }

    /// The position of its clause.
    fn clause(&self) -> usize {
        match self {
            Action::Remove => REMOVE,
            Action::AddElements(_) => ADD,
            Action::DeleteElements(_) => DELETE,
            _ => SET,
        }
    }
}

impl Actions {
    pub(crate) fn push(&mut self, mut path: Vec<Segment>, mut action: Action) {
        self.enter(&mut path, action.operand_mut());
        // DynamoDB has no empty sets: a field that holds one has no attribute, so setting it removes the attribute.
        let action = match action {
            Action::Set(Term::Absent) => Action::Remove,
            action => action,
        };
        self.list.push((path, action));
    }

    /// Makes stored paths of those that an action changes and reads, and keeps the variants that they lead into.
    pub(crate) fn enter(&mut self, path: &mut Vec<Segment>, operand: Option<&mut Term>) {
        let from = operand.and_then(|term| if let Term::Path(from) = term { Some(from) } else { None });
        for path in [Some(path), from].into_iter().flatten() {
            for variant in in_variant::enter(path) {
                let variants = self.variants.get_or_insert_default();
                if !variants.contains(&variant) {
                    variants.push(variant);
                }
            }
        }
    }

    /// The variants that the paths lead into. The stored values must be of them.
    pub(crate) fn variants(&self) -> &[EnteredVariant] {
        self.variants.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Rejects an action that may leave a variant without the value that it wraps.
    fn check_variants(&self) -> Result<()> {
        let removes = |action: &Action| matches!(action, Action::Remove | Action::DeleteElements(_));
        let is_content = |path: &[Segment]| self.variants().iter().any(|variant| variant.is_content(path));
        match self.list.iter().find(|(path, action)| removes(action) && is_content(path)) {
            Some((path, _)) => {
                let message =
                    "an update cannot remove the value that a variant of an enum wraps; set the enum as a whole";
                Err(refused(message).with_attribute(Shown(path).to_string()))
            }
            None => Ok(()),
        }
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
        self.check_variants()?;
        // A clause may occur only once in an expression, so actions are grouped by clause.
        let mut clauses = CLAUSES.map(|_| String::new());
        // Keys of indexes hold the others.
        let stored = self.list.iter().filter(|(path, _)| !matches!(path[..], [Segment::IndexOnly(_)]));
        for (path, action) in stored {
            let former = renamed::former_paths(path, action)?;
            let clause = &mut clauses[action.clause()];
            separate(clause);
            if clause.is_empty() {
                clause.reserve(USUAL_LENGTH);
            }
            placeholders.path(path, clause)?;
            match action {
                Action::Remove => {}
                Action::AddElements(term) | Action::DeleteElements(term) => {
                    clause.push(' ');
                    placeholders.term(term, path, clause)?;
                }
                action => {
                    clause.push_str(" = ");
                    set(placeholders, path, &former, action, clause)?;
                }
            }
            // The item has the attribute under one name after the update.
            for path in &former {
                separate(&mut clauses[REMOVE]);
                placeholders.path(path, &mut clauses[REMOVE])?;
            }
        }
        let mut text =
            String::with_capacity(CLAUSES.iter().zip(&clauses).map(|(word, clause)| word.len() + clause.len()).sum());
        for (word, clause) in CLAUSES.iter().zip(&clauses).filter(|(_, clause)| !clause.is_empty()) {
            // The space before the first clause is left out.
            text.push_str(if text.is_empty() { word.trim_start() } else { word });
            text.push_str(clause);
        }
        check_length(&text, "the update")?;
        Ok(text)
    }
}

/// Appends the new value of an assignment of the `SET` clause. A computation on an absent attribute starts from 0 or from
/// an empty list.
///
/// Numbers use `SET` instead of `ADD`, because `ADD` accepts top-level attributes only.
fn set(
    placeholders: &mut Placeholders,
    path: &[Segment],
    former: &[Vec<Segment>],
    action: &Action,
    text: &mut String,
) -> Result<()> {
    let stored_or = |placeholders: &mut Placeholders, text: &mut String, absent: &Term| {
        text.push_str("if_not_exists(");
        placeholders.path(path, text)?;
        text.push_str(", ");
        placeholders.first_of(former, text, |placeholders, text| placeholders.term(absent, path, text))?;
        text.push(')');
        Ok::<_, Error>(())
    };
    let zero = || Term::Value(Ok(AttributeValue::N("0".to_owned())));
    let nothing = || Term::Value(Ok(AttributeValue::L(Vec::new())));
    match action {
        Action::SetIfAbsent(term) => stored_or(placeholders, text, term),
        Action::Plus(term) => {
            stored_or(placeholders, text, &zero())?;
            text.push_str(" + ");
            placeholders.term(term, path, text)
        }
        Action::Minus(term) => {
            stored_or(placeholders, text, &zero())?;
            text.push_str(" - ");
            placeholders.term(term, path, text)
        }
        Action::Append(term) => {
            text.push_str("list_append(");
            stored_or(placeholders, text, &nothing())?;
            text.push_str(", ");
            placeholders.term(term, path, text)?;
            text.push(')');
            Ok(())
        }
        Action::Prepend(term) => {
            text.push_str("list_append(");
            placeholders.term(term, path, text)?;
            text.push_str(", ");
            stored_or(placeholders, text, &nothing())?;
            text.push(')');
            Ok(())
        }
        Action::Set(term) => placeholders.term(term, path, text),
        Action::SetRaw(raw) => placeholders.raw(raw, text),
        // `render` handles the actions of other clauses.
        Action::Remove | Action::AddElements(_) | Action::DeleteElements(_) => Ok(()),
    }
}
