//! What an item becomes: for a model, what a save of the changed value stores, with everything that the model does not
//! declare.

use std::borrow::Cow;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::Form;
use crate::expr::Segment;
use crate::item::same_value;
use crate::key::KeySource;
use crate::model::fault_of;
use crate::schema::ModelSchema;
use crate::wire::reader::UNKNOWN;
use crate::{Item, Model, Result};

/// A change of the user.
pub(super) type ValueChange<'a, T> = dyn Fn(&mut T) + Send + Sync + 'a;

/// The item after a change of the item itself.
#[allow(clippy::unnecessary_wraps, reason = "the signature is that of `to_model`")]
pub(super) fn to_item(item: &Item, change: &ValueChange<'_, Item>) -> Result<Item> {
    let mut item = item.clone();
    change(&mut item);
    Ok(item)
}

/// The item after a change of the value that a model reads from it.
pub(super) fn to_model<M: Model>(item: &Item, change: &ValueChange<'_, M>) -> Result<Item> {
    let upgraded = match M::SCHEMA.number {
        Some(number) => Cow::Owned(number.upgraded(item.clone()).map_err(fault_of::<M>)?),
        None => Cow::Borrowed(item),
    };
    let mut value = M::from_item(item)?;
    // The change may repair a value that cannot be stored.
    let before = value.to_item().unwrap_or_default();
    change(&mut value);
    value.__validate().map_err(|error| error.with_model(M::SCHEMA.model))?;
    let mut new = value.to_item()?;
    let is_declared = |name: &str| M::field_of(name.as_bytes()) != UNKNOWN || makes(M::SCHEMA, name);
    keep(Form::of::<M>(), &upgraded, &before, &mut new, &is_declared);
    Ok(new)
}

/// Whether the attribute is an index key that a template makes.
fn makes(schema: &ModelSchema, name: &str) -> bool {
    let templates = schema.index_keys.iter().flat_map(|index| index.keys).filter_map(KeySource::template);
    templates.into_iter().any(|template| template.attribute.name == name)
}

/// Adds what `old` holds and no struct declares, also inside of structs. `before` is what the value stores without the change.
fn keep(form: Form, old: &Item, before: &Item, new: &mut Item, is_declared: &dyn Fn(&str) -> bool) {
    for (name, value) in &mut *new {
        let Some((step, inside)) = form.inside(name) else { continue };
        let former = step.as_ref().map(Segment::former).unwrap_or_default();
        let names = std::iter::once(name.as_str()).chain(former.iter().copied());
        if let Some(old) = names.into_iter().find_map(|name| old.get(name)) {
            keep_inside(inside, old, before.get(name), value);
        }
    }
    for (name, value) in old {
        if !is_declared(name) && !new.contains_key(name) {
            new.insert(name.clone(), value.clone());
        }
    }
}

fn keep_inside(form: Form, old: &AttributeValue, before: Option<&AttributeValue>, new: &mut AttributeValue) {
    match (old, before, new) {
        (AttributeValue::M(old), before, AttributeValue::M(new)) => {
            let none = Item::new();
            let before = before.and_then(|before| before.as_m().ok()).unwrap_or(&none);
            let declares = |name: &str| form.inside(name).is_none_or(|(step, _)| step.is_some());
            // Only a struct has entries that its type does not declare; those of a map belong to the value.
            let is_struct = matches!(form, Form::Struct(_));
            keep(form, old, before, new, &|name| !is_struct || declares(name));
        }
        (AttributeValue::L(old), Some(AttributeValue::L(before)), AttributeValue::L(new)) => {
            let Form::List(elements) = form else { return };
            for ((old, before), new) in old.iter().zip(before).zip(new) {
                // An element that has changed may be another one.
                if same_value(before, new) {
                    keep_inside(*elements, old, Some(before), new);
                }
            }
        }
        _ => {}
    }
}
