//! Rewrites the index keys whose fields an update changes.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Action, Segment, Term, Tree};
use crate::key::{KeySource, KeyTemplate, KeyValue, TemplatePart, key_text};
use crate::op::write::update::write::{Mode, UpdateWrite};
use crate::schema::IndexKeys;
use crate::wire::{Fault, Reader, Writer};
use crate::{Error, ErrorKind, Item, Result, item};

/// What is known about an attribute after the update.
enum Known {
    Value(AttributeValue),
    Absent,
}

/// Adds the actions that rewrite the keys of each index that the update affects.
pub(super) fn rewrite(update: &mut UpdateWrite<'_>, key_fields: &Item) -> Result<()> {
    let mut written: Vec<(&'static str, Option<KeyValue>)> = Vec::new();
    for index in update.schema.index_keys {
        for (attribute, value) in keys_of(update, key_fields, index)? {
            // Indexes may share an attribute. It is written if either index writes it.
            match written.iter_mut().find(|(known, _)| *known == attribute) {
                None => written.push((attribute, value)),
                Some((_, known)) if known.is_none() => *known = value,
                Some(_) => {}
            }
        }
    }
    for (attribute, value) in written {
        match value {
            Some(value) => update.options.actions.set(attribute, crate::op::engine::sdk_key::sdk_value(&value)),
            None if is_needed(update, key_fields, attribute)? => {}
            None => update.options.actions.push(vec![Segment::Name(attribute)], Action::Remove),
        }
    }
    Ok(())
}

/// Whether an index that the update does not affect also has the attribute and remains complete.
fn is_needed(update: &mut UpdateWrite<'_>, key_fields: &Item, attribute: &'static str) -> Result<bool> {
    for index in update.schema.index_keys {
        let templates = || index.keys.iter().filter_map(KeySource::template);
        let is_changed = |part: &TemplatePart| update.options.actions.of(part.field).is_some();
        let shares = templates().any(|template| template.attribute.name == attribute);
        if !shares || templates().any(|template| template.parts().any(is_changed)) {
            continue;
        }
        let mut optional = Vec::new();
        for part in templates().flat_map(KeyTemplate::parts) {
            if !update.schema.required.contains(&part.field) && !key_fields.contains_key(part.field) {
                optional.push(part.field);
            }
        }
        let mut is_complete = true;
        for field in optional {
            is_complete &= matches!(known(update, key_fields, field, index)?, Known::Value(_));
        }
        if is_complete {
            return Ok(true);
        }
    }
    Ok(false)
}

type NewKeys = Vec<(&'static str, Option<KeyValue>)>;

/// Returns the new keys of an index, or none if the update does not affect it.
fn keys_of(update: &mut UpdateWrite<'_>, key_fields: &Item, index: &IndexKeys) -> Result<NewKeys> {
    let templates = || index.keys.iter().filter_map(KeySource::template).filter(|key| !is_primary(update, key));
    let is_changed = |part: &TemplatePart| update.options.actions.of(part.field).is_some();
    let is_in_key = |part: &TemplatePart| key_fields.contains_key(part.field);
    let touched = templates().any(|template| template.parts().any(is_changed));
    // An item that an upsert creates gets the keys that are made from its primary key alone.
    let made = update.options.mode == Mode::Upsert
        && index.keys.iter().all(|key| key.template().is_some_and(|template| template.parts().all(is_in_key)));
    if !touched && !made {
        return Ok(Vec::new());
    }
    let templates: Vec<KeyTemplate> = templates().copied().collect();
    // If all fields are always stored, the other keys already exist and keep their values.
    let is_always = |part: &TemplatePart| is_in_key(part) || update.schema.required.contains(&part.field);
    let is_sparse = !index.keys.iter().filter_map(KeySource::template).flat_map(KeyTemplate::parts).all(is_always);
    let whole = is_sparse || update.options.mode == Mode::Upsert;
    let all = index.keys.iter().filter_map(KeySource::template);
    // An assumption of the caller is a condition even if no key needs it.
    let is_given = |part: &TemplatePart| update.options.given.iter().any(|(given, _)| *given == part.field);
    // Without one of its fields, the index has none of its keys, whatever the other fields contain.
    let is_removed = |part: &TemplatePart| matches!(update.options.actions.of(part.field), Some(Action::Remove));
    let parts = || index.keys.iter().filter_map(KeySource::template).flat_map(KeyTemplate::parts);
    if parts().any(is_removed) && !parts().any(is_given) {
        return Ok(templates.iter().map(|template| (template.attribute.name, None)).collect());
    }
    let is_made = |template: &KeyTemplate| whole || template.parts().any(|part| is_changed(part) || is_given(part));
    let all: Vec<KeyTemplate> = all.filter(|template| is_made(template)).copied().collect();
    let mut is_absent = false;
    let mut keys = Vec::new();
    for template in all {
        let value = key_of(update, key_fields, &template, index)?;
        is_absent |= value.is_none();
        if templates.iter().any(|own| own.attribute.name == template.attribute.name) {
            keys.push((template.attribute.name, value));
        }
    }
    if is_absent {
        for (_, value) in &mut keys {
            *value = None;
        }
    }
    Ok(keys)
}

fn is_primary(update: &UpdateWrite<'_>, template: &KeyTemplate) -> bool {
    let table = update.schema.table;
    let range = table.range_key.map(|key| key.attribute.name);
    template.attribute.name == table.hash_key.attribute.name || Some(template.attribute.name) == range
}

/// Returns the key that the template produces, or `None` if one of its fields is absent.
fn key_of(
    update: &mut UpdateWrite<'_>,
    key_fields: &Item,
    template: &KeyTemplate,
    index: &IndexKeys,
) -> Result<Option<KeyValue>> {
    let mut values: Vec<(&'static str, AttributeValue)> = Vec::new();
    for part in template.parts() {
        match known(update, key_fields, part.field, index)? {
            Known::Value(value) => values.push((part.field, value)),
            Known::Absent => return Ok(None),
        }
    }
    let fail = |fault: Fault| crate::error::fault_error(fault, update.schema.model);
    made(template, &values).and_then(|key| key.checked(template.role)).map(Some).map_err(fail)
}

fn made(template: &KeyTemplate, values: &[(&'static str, AttributeValue)]) -> Result<KeyValue, Fault> {
    let mut fault = None;
    let key = key_text(template.role, template.escape, |key| {
        for piece in template.pieces {
            match piece {
                crate::key::Piece::Text(text) => key.literal(text),
                crate::key::Piece::Part(part) => {
                    let value = values.iter().find(|(field, _)| *field == part.field);
                    let Some((_, value)) = value else { continue };
                    let mut writer = Writer::new();
                    item::write_value(value, &mut writer);
                    let written = writer
                        .into_bytes()
                        .and_then(|bytes| (part.write)(&mut Reader::new(&bytes)?, key, part.padding));
                    fault = fault.take().or(written.err());
                }
            }
        }
    })?;
    fault.map_or(Ok(key), Err)
}

/// Returns the value of an attribute after the update. It comes from the update itself, the primary key, the caller's
/// assumptions or the local value. The latter two become conditions.
fn known(update: &mut UpdateWrite<'_>, key_fields: &Item, field: &'static str, index: &IndexKeys) -> Result<Known> {
    match update.options.actions.of(field) {
        Some(Action::Set(Term::Value(value))) => {
            let value = value.clone().map_err(|fault| Error::new(ErrorKind::Encode, fault.to_string()));
            return value.map(Known::Value).map_err(|error| error.with_attribute(field));
        }
        Some(Action::Remove) => return Ok(Known::Absent),
        Some(_) => return Err(unknown(field, index)),
        None => {}
    }
    if let Some(value) = key_fields.get(field) {
        return Ok(Known::Value(value.clone()));
    }
    let given = update.options.given.iter().find(|(given, _)| *given == field);
    let known = match given {
        Some((_, Term::Value(Ok(value)))) => Known::Value(value.clone()),
        Some(_) => return Err(unknown(field, index)),
        None => match update.target.item()? {
            Some(mut local) => local.remove(field).map_or(Known::Absent, Known::Value),
            None => return Err(unknown(field, index)),
        },
    };
    let path = Term::Path(vec![Segment::Name(field)]);
    let condition = match &known {
        Known::Value(value) => Tree::Compare(path, crate::expr::Comparator::Eq, Term::Value(Ok(value.clone()))),
        Known::Absent => Tree::not_exists(field),
    };
    update.options.condition = Some(condition.and_maybe(update.options.condition.take()));
    Ok(known)
}

fn unknown(field: &'static str, index: &IndexKeys) -> Error {
    let message = format!(
        "the keys of index `{}` are made from this attribute, and its value is not known; set it in the same update, \
         or say what it is with `.assume(..)`",
        index.index
    );
    Error::new(ErrorKind::Validation, message).with_attribute(field)
}
