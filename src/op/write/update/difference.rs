//! Computes the actions that turn one stored item into another, for `update_from`.
//!
//! Structs and maps are compared entry by entry, so attributes that the model does not declare are kept, and so are
//! concurrent changes by other writers. Any other value is compared as a whole. For lists and sets, this is because an index
//! or an element has no meaning in a list that has changed; for enums, because parts of two variants do not form a value.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::Form;
use crate::expr::{Action, Actions, MAX_DEPTH, MAX_EXPRESSION, Segment, Term};
use crate::item::same_value;
use crate::key::KeySource;
use crate::schema::ModelSchema;
use crate::{Error, ErrorKind, Item, Result};

/// The maximum length of the actions. The rest of the expression is reserved for what every update adds: index keys,
/// version, timestamps and expiry.
const MAX_TEXT: usize = MAX_EXPRESSION - 512;

/// The difference at one step of a path.
enum Change {
    Set(AttributeValue),
    Remove,
    /// The differences inside a map, and the whole new map.
    Inside(Vec<(Segment, Change)>, AttributeValue),
}

/// The actions that turn `old` into `new`.
///
/// Index keys are not compared. The update rewrites them as every update does, because the stored item may hold other
/// values than `old` in the fields that do not differ.
pub(crate) fn difference(schema: &ModelSchema, form: Form, old: &Item, new: &Item) -> Result<Actions> {
    let table = schema.table;
    let keys = [Some(table.hash_key), table.range_key];
    for key in keys.into_iter().flatten().map(|key| key.attribute.name) {
        if old.get(key) != new.get(key) {
            let message = "the two values have different primary keys; to move an item, delete it and create another";
            return Err(Error::new(ErrorKind::InvalidKey, message).with_model(schema.model));
        }
    }
    let managed = schema.managed;
    let times = [managed.created_at, managed.updated_at].into_iter().flatten().map(|time| time.attribute);
    let index_keys = schema.index_keys.iter().flat_map(|index| index.keys).filter_map(KeySource::template);
    let maintained: Vec<&str> = times
        .chain(managed.version)
        .chain(schema.entity.map(|entity| entity.attribute.name))
        .chain(index_keys.map(|template| template.attribute.name))
        .collect();
    let mut changes = changes(form, old, new, 1);
    changes.retain(|(segment, _)| segment.name().is_none_or(|name| !maintained.contains(&name)));
    shorten(&mut changes);
    let mut actions = Actions::default();
    add(changes, &[], &mut actions);
    for field in schema.index_only {
        let value = |item| field.value_in(item).map_err(|fault| crate::error::fault_error(fault, schema.model));
        let (old, new) = (value(old)?, value(new)?);
        if old != new {
            let action = new.map_or(Action::Remove, |new| Action::Set(Term::Value(Ok(new))));
            actions.push(vec![Segment::IndexOnly(field.field)], action);
        }
    }
    Ok(actions)
}

fn changes(form: Form, old: &Item, new: &Item, depth: usize) -> Vec<(Segment, Change)> {
    // Sorted, so that equal differences give equal requests.
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = names.into_iter().filter_map(|name| {
        let (declared, form) = form.inside(name).unwrap_or((None, Form::Whole));
        let segment = declared.unwrap_or_else(|| Segment::Key(name.as_str().into()));
        // What is stored may be under a former name, of which no path leads to the inside.
        let form = if segment.former().is_empty() { form } else { Form::Whole };
        Some((segment, change(form, old.get(name), new.get(name), depth)?))
    });
    changes.collect()
}

fn change(form: Form, old: Option<&AttributeValue>, new: Option<&AttributeValue>, depth: usize) -> Option<Change> {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) if same_value(old, new) => return None,
        (Some(AttributeValue::M(old)), Some(AttributeValue::M(new))) => (old, new),
        (_, Some(new)) => return Some(Change::Set(new.clone())),
        (_, None) => return Some(Change::Remove),
    };
    let whole = || AttributeValue::M(new.clone());
    // An expression cannot name an empty key.
    let is_whole = matches!(form, Form::Whole | Form::Integer { .. } | Form::List(_))
        || depth + 1 >= MAX_DEPTH
        || old.contains_key("")
        || new.contains_key("");
    if is_whole {
        Some(Change::Set(whole()))
    } else {
        Some(Change::Inside(changes(form, old, new, depth + 1), whole()))
    }
}

fn add(changes: Vec<(Segment, Change)>, parent: &[Segment], actions: &mut Actions) {
    for (segment, change) in changes {
        let path = [parent, &[segment]].concat();
        match change {
            Change::Set(value) => actions.push(path, Action::Set(Term::Value(Ok(value)))),
            Change::Remove => actions.push(path, Action::Remove),
            Change::Inside(changes, _) => add(changes, &path, actions),
        }
    }
}

/// Replaces maps as a whole until the expression is short enough for DynamoDB, beginning with those with the most
/// differences.
fn shorten(changes: &mut [(Segment, Change)]) {
    // An upper bound: steps that share a placeholder are counted separately.
    let width = placeholders(changes).to_string().len() + 1;
    loop {
        let length = length(changes, 1, width);
        let most = most_leaves(changes, 1);
        if length <= MAX_TEXT || most.leaves == 0 {
            return;
        }
        replace(changes, 1, most, width, &mut (length - MAX_TEXT));
    }
}

fn placeholders(changes: &[(Segment, Change)]) -> usize {
    let inside = |change: &Change| match change {
        Change::Inside(changes, _) => placeholders(changes),
        _ => 1,
    };
    changes.iter().map(|(_, change)| 1 + inside(change)).sum()
}

/// The length of an action at this depth, such as `#1.#2 = :3, `.
fn action_length(depth: usize, width: usize) -> usize {
    depth * (width + 1) + width + " = , ".len()
}

fn length(changes: &[(Segment, Change)], depth: usize, width: usize) -> usize {
    let length = |(_, change): &(Segment, Change)| match change {
        Change::Inside(changes, _) => length(changes, depth + 1, width),
        _ => action_length(depth, width),
    };
    changes.iter().map(length).sum()
}

fn is_leaf((_, change): &(Segment, Change)) -> bool {
    !matches!(change, Change::Inside(..))
}

/// Identifies the maps that are replaced next.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Smallest {
    /// The number of differences in the map.
    leaves: usize,
    /// Among maps with equally many, the deepest are replaced first.
    depth: usize,
}

/// The maps with the most differences, among those that contain no map with differences.
fn most_leaves(changes: &[(Segment, Change)], depth: usize) -> Smallest {
    let leaves = |(_, change): &(Segment, Change)| match change {
        Change::Inside(changes, _) if changes.iter().all(is_leaf) => Smallest { leaves: changes.len(), depth },
        Change::Inside(changes, _) => most_leaves(changes, depth + 1),
        _ => Smallest::default(),
    };
    changes.iter().map(leaves).max().unwrap_or_default()
}

/// Replaces these maps as a whole until the text is short enough.
fn replace(changes: &mut [(Segment, Change)], depth: usize, most: Smallest, width: usize, excess: &mut usize) {
    for (_, change) in changes {
        let Change::Inside(inner, whole) = change else { continue };
        if !inner.iter().all(is_leaf) {
            replace(inner, depth + 1, most, width, excess);
        } else if (Smallest { leaves: inner.len(), depth }) == most && *excess > 0 {
            let saved = most.leaves * action_length(depth + 1, width) - action_length(depth, width);
            *excess = excess.saturating_sub(saved);
            let whole = std::mem::replace(whole, AttributeValue::Null(true));
            *change = Change::Set(whole);
        }
    }
}
