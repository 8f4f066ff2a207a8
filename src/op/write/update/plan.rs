//! What an update sends instead of its actions, if the stored item shows that DynamoDB cannot carry them out.
//!
//! DynamoDB refuses a nested path whose parent is not stored, and a computation on NULL. singlet therefore sends an
//! update as it is, and reads the item only if DynamoDB refuses it. The second request sets the missing map as a whole,
//! with everything in it, on the condition that it is still missing. So a map is never stored without its content.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Action, Actions, Segment, Shown, Term, Tree};
use crate::{Error, ErrorKind, Item, Result};

/// What happens if a path leads through a map that is not stored.
pub(super) enum MissingMaps {
    /// The action is sent as it is.
    Ignore,
    /// The update is refused.
    Refuse,
    /// The map is created with what the update sets in it.
    Create,
    /// The map is taken from this item, which is the local value.
    TakeFrom(Item),
}

/// Actions that can be carried out on the stored item, under a condition.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) actions: Actions,
    pub(super) condition: Tree,
    /// The paths at which it differs from the actions of the update.
    places: Vec<Vec<Segment>>,
}

/// What is stored at a path.
enum AtPath<'a> {
    Value(&'a AttributeValue),
    Nothing,
    /// This number of steps leads to a map or list that is absent or NULL.
    NoParent(usize),
    /// A step leads into a value that is neither a map nor a list.
    Unreachable,
}

/// A new map, with the values that the actions set in it.
struct NewMap {
    parent: Vec<Segment>,
    content: AttributeValue,
}

impl Plan {
    /// Returns the plan for this stored item, or `None` if the actions can be sent as they are.
    pub(super) fn of(actions: &Actions, stored: Option<&Item>, missing: &MissingMaps) -> Result<Option<Plan>> {
        let mut planned = Actions::default();
        let mut maps: Vec<NewMap> = Vec::new();
        let mut conditions = Vec::new();
        let mut places = Vec::new();
        for (path, action) in &actions.list {
            match at(stored, path) {
                AtPath::NoParent(_) if matches!(missing, MissingMaps::Ignore) => {
                    planned.push(path.clone(), action.clone());
                }
                AtPath::NoParent(steps) => {
                    let parent = &path[..steps];
                    check_parent(stored, path, steps, missing)?;
                    if maps.iter().all(|map| map.parent != parent) {
                        places.push(parent.to_vec());
                        conditions.push(Tree::lacks(parent.to_vec()));
                        maps.push(NewMap::at(parent, missing));
                    }
                    for map in maps.iter_mut().filter(|map| map.parent == parent) {
                        map.add(path, action)?;
                    }
                }
                AtPath::Value(AttributeValue::Null(_)) if action.computes() => {
                    let Some(action) = on_nothing(action) else { return Ok(None) };
                    places.push(path.clone());
                    conditions.push(Tree::is_null(path.clone()));
                    planned.push(path.clone(), action);
                }
                _ => planned.push(path.clone(), action.clone()),
            }
        }
        for map in maps {
            planned.push(map.parent, Action::Set(Term::Value(Ok(map.content))));
        }
        let condition = conditions.into_iter().reduce(Tree::and);
        Ok(condition.map(|condition| Plan { actions: planned, condition, places }))
    }

    /// The plan for an expired item that counts as absent: each action does what it does to an absent attribute, and
    /// what else is stored is removed. `None` if an action needs more than that.
    pub(super) fn over_expired(actions: &Actions, stored: &Item, keys: &[&str], condition: Tree) -> Option<Plan> {
        let mut planned = Actions::default();
        for (path, action) in &actions.list {
            match on_nothing(action)? {
                _ if path.len() > 1 => return None,
                Action::Set(Term::Path(_) | Term::Size(_)) => return None,
                action => planned.push(path.clone(), action),
            }
        }
        // An action also removes the former names of its attribute.
        let is_written = |name: &str| {
            let mut segments = actions.list.iter().filter_map(|(path, _)| path.first());
            segments.any(|segment| segment.name() == Some(name) || segment.former().contains(&name))
        };
        let others = stored.keys().filter(|name| !keys.contains(&name.as_str()) && !is_written(name));
        let mut others: Vec<_> = others.collect();
        others.sort_unstable();
        for name in others {
            planned.push(vec![Segment::Key(name.as_str().into())], Action::Remove);
        }
        Some(Plan { actions: planned, condition, places: Vec::new() })
    }

    pub(super) fn differs_from(&self, other: Option<&Plan>) -> bool {
        other.is_none_or(|other| other.places != self.places)
    }
}

/// Whether `set_if_absent` would keep a NULL that another tool has stored. For DynamoDB, NULL is not absent.
pub(super) fn keeps_null(actions: &Actions, stored: &Item) -> bool {
    actions.list.iter().any(|(path, action)| {
        matches!(action, Action::SetIfAbsent(_)) && value_at(Some(stored), path).is_some_and(AttributeValue::is_null)
    })
}

/// The path of a NULL that the update would copy.
pub(super) fn copied_null<'a>(actions: &'a Actions, stored: &Item) -> Option<&'a [Segment]> {
    let value = |path: &[Segment]| value_at(Some(stored), path);
    actions.list.iter().find_map(|(path, action)| {
        let from = match action {
            Action::Set(Term::Path(from)) => from,
            Action::SetIfAbsent(Term::Path(from)) if value(path).is_none_or(AttributeValue::is_null) => from,
            _ => return None,
        };
        value(from).is_some_and(AttributeValue::is_null).then_some(from.as_slice())
    })
}

impl NewMap {
    fn at(parent: &[Segment], missing: &MissingMaps) -> Self {
        let content = match missing {
            MissingMaps::TakeFrom(item) => value_at(Some(item), parent).cloned(),
            _ => None,
        };
        let content = content.unwrap_or_else(|| AttributeValue::M(HashMap::new()));
        NewMap { parent: parent.to_vec(), content }
    }

    /// Adds the value that the action leaves in the map.
    fn add(&mut self, path: &[Segment], action: &Action) -> Result<()> {
        let refuse =
            |message: &'static str| Error::new(ErrorKind::Validation, message).with_attribute(Shown(path).to_string());
        let value = match on_nothing(action) {
            Some(Action::Set(Term::Value(Ok(value)))) => value,
            Some(Action::Remove) => return Ok(()),
            _ => {
                return Err(refuse(
                    "the map around this attribute is not stored, and `create_parents` can only put values into a new \
                     map; set the map as a whole",
                ));
            }
        };
        let inner = &path[self.parent.len()..];
        let mut place = &mut self.content;
        for segment in inner {
            let (AttributeValue::M(map), Some(name)) = (place, segment.name()) else {
                return Err(refuse(
                    "the list around this attribute is not stored, and `create_parents` makes no lists; set the list \
                     as a whole",
                ));
            };
            place = map.entry(name.to_owned()).or_insert_with(|| AttributeValue::M(HashMap::new()));
        }
        *place = value;
        Ok(())
    }
}

/// Fails if the map cannot be created. The error names the map and says what to do.
fn check_parent(stored: Option<&Item>, path: &[Segment], steps: usize, missing: &MissingMaps) -> Result<()> {
    let parent = &path[..steps];
    let is_list = path[steps].name().is_none();
    // DynamoDB appends an element that does not exist at the end of the list, so its index may differ.
    let is_no_element = parent.last().is_some_and(|step| step.name().is_none()) && value_at(stored, parent).is_none();
    let message = match missing {
        MissingMaps::Ignore | MissingMaps::TakeFrom(_) => return Ok(()),
        MissingMaps::Create if !is_list && !is_no_element => return Ok(()),
        MissingMaps::Refuse if !is_list && !is_no_element => {
            "the path of the update leads through this map, which is not stored; set the map as a whole, or say \
             `.create_parents()`"
        }
        _ if is_list => "the path of the update leads through this list, which is not stored; set the list as a whole",
        _ => "the path of the update leads through this element of a list, which is not stored; append the element",
    };
    Err(Error::new(ErrorKind::Validation, message).with_attribute(Shown(parent).to_string()))
}

fn at<'a>(stored: Option<&'a Item>, path: &[Segment]) -> AtPath<'a> {
    let Some((first, rest)) = path.split_first() else { return AtPath::Unreachable };
    let mut value = stored.and_then(|item| first.entry_of(item));
    for (step, segment) in rest.iter().enumerate() {
        value = match (value, segment) {
            (None | Some(AttributeValue::Null(_)), _) => return AtPath::NoParent(step + 1),
            (Some(AttributeValue::L(list)), Segment::Index(index)) => {
                usize::try_from(*index).ok().and_then(|index| list.get(index))
            }
            (Some(AttributeValue::M(map)), segment) if segment.name().is_some() => segment.entry_of(map),
            _ => return AtPath::Unreachable,
        };
    }
    value.map_or(AtPath::Nothing, AtPath::Value)
}

/// Returns the value that is stored at a path.
pub(super) fn value_at<'a>(stored: Option<&'a Item>, path: &[Segment]) -> Option<&'a AttributeValue> {
    match at(stored, path) {
        AtPath::Value(value) => Some(value),
        _ => None,
    }
}

/// Returns an action without a computation that has the same effect on an absent attribute. `None` if there is none.
fn on_nothing(action: &Action) -> Option<Action> {
    Some(match action {
        Action::Set(_) | Action::Remove => action.clone(),
        Action::SetIfAbsent(term) | Action::Append(term) | Action::Prepend(term) | Action::AddElements(term) => {
            Action::Set(term.clone())
        }
        Action::Plus(term) => Action::Set(term.clone()),
        Action::Minus(Term::Value(Ok(AttributeValue::N(digits)))) => {
            let negated = match digits.strip_prefix('-') {
                Some(digits) => digits.to_owned(),
                None => format!("-{digits}"),
            };
            Action::Set(Term::Value(Ok(AttributeValue::N(negated))))
        }
        Action::DeleteElements(_) => Action::Remove,
        Action::Minus(_) | Action::SetRaw(_) => return None,
    })
}
