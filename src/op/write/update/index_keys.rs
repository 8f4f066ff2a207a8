//! Rewrites the index keys whose fields an update changes.

use std::cell::OnceCell;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Action, Segment, Term};
use crate::key::{FieldPath, KeySource, KeyTemplate, KeyValue, KeyWriter, key_text, value_at};
use crate::op::write::update::assumption::Assumption;
use crate::op::write::update::index_only::unknown_index_only;
use crate::op::write::update::mode::Mode;
use crate::op::write::update::write::UpdateWrite;
use crate::schema::{IndexKeys, ManagedTime, Membership};
use crate::wire::Fault;
use crate::{Error, ErrorKind, Item, Result, item};

/// Adds the actions that rewrite the keys of each index that the update touches.
///
/// A field that the update does not set is known from the local value or from the caller. Such a value becomes an
/// [`Assumption`], which is a condition, so a key is never made from an outdated value.
pub(super) fn rewrite(update: &mut UpdateWrite<'_>, key_fields: &Item, epoch_millis: i64) -> Result<()> {
    if update.schema.index_keys.is_empty() {
        return Ok(());
    }
    let of_value = update.schema.index_keys.iter().find(|index| matches!(index.membership, Membership::OfValue));
    if let Some(index) = of_value.filter(|_| !update.options.actions.is_empty()) {
        return Err(of_whole_value(index));
    }
    let given = update.options.assumptions.len();
    let mut keys = Rewriting { update, key_fields, local: OnceCell::new(), given, epoch_millis };
    keys.compare_old_keys()?;
    let mut written: Vec<(&'static str, Option<KeyValue>)> = Vec::new();
    for index in keys.update.schema.index_keys {
        for (attribute, value) in keys.of(index)? {
            // Indexes may share an attribute. It is kept if at least one of them needs it.
            match written.iter_mut().find(|(known, _)| *known == attribute) {
                None => written.push((attribute, value)),
                Some((_, known)) if known.is_none() => *known = value,
                Some(_) => {}
            }
        }
    }
    for (attribute, value) in written {
        match value {
            Some(value) => keys.update.options.actions.set(attribute, crate::op::engine::sdk_key::sdk_value(&value)),
            None if keys.is_needed(attribute)? => {}
            None => keys.update.options.actions.push(vec![Segment::Name(attribute)], Action::Remove),
        }
    }
    Ok(())
}

/// A rewrite of the index keys of one update.
pub(super) struct Rewriting<'u, 'a> {
    pub(super) update: &'u mut UpdateWrite<'a>,
    /// The fields that the primary key is made from.
    pub(super) key_fields: &'u Item,
    /// The local value, if the update has one. It is encoded only when a key needs it.
    local: OnceCell<Option<Item>>,
    /// The number of assumptions that the caller gave. They precede those from the local value.
    pub(super) given: usize,
    /// The time of the update.
    epoch_millis: i64,
}

type NewKeys = Vec<(&'static str, Option<KeyValue>)>;

impl Rewriting<'_, '_> {
    /// Returns the new keys of an index, or none if the update does not touch it.
    fn of(&mut self, index: &IndexKeys) -> Result<NewKeys> {
        let templates: Vec<KeyTemplate> = templates(index).copied().collect();
        let own: Vec<&'static str> =
            templates.iter().map(|key| key.attribute.name).filter(|name| !self.is_written_anyway(name)).collect();
        let is_upsert = self.update.options.mode == Mode::Upsert;
        let is_touched = self.is_touched(index);
        let is_made = || is_upsert && index.required_fields().all(|field| self.has_when_new(field));
        if own.is_empty() || !(is_touched || is_made() && self.holds_when_new(index)?) {
            return Ok(Vec::new());
        }
        // If one field is removed, the item leaves the index, whatever the other fields contain. Without an optional last part, the
        // item stays in it, under a shorter key.
        if index.required_fields().any(|field| self.is_removed(field)) {
            return Ok(own.into_iter().map(|attribute| (attribute, None)).collect());
        }
        if !self.holds(index)? {
            return Ok(own.into_iter().map(|attribute| (attribute, None)).collect());
        }
        // If all fields are always stored, the item already has the unaffected keys, unless it is older than the index. Keys
        // that are known without an assumption are therefore written too, so that such an item enters the index.
        let is_conditional = matches!(index.membership, Membership::OfFields { .. });
        let is_sparse = is_conditional || !index.required_fields().all(|field| self.is_always_stored(field));
        let is_whole = is_sparse || is_upsert;
        let mut keys = Vec::new();
        let mut is_absent = false;
        for template in &templates {
            let parts = || template.parts().map(|part| part.place);
            let is_made_of_the_key = || parts().all(|field| self.is_in_key(field));
            if is_whole || is_made_of_the_key() || parts().any(|field| self.is_changed(field) || self.is_given(field)) {
                let value = self.key_of(template, index)?;
                is_absent |= value.is_none();
                keys.push((template.attribute.name, value));
            }
        }
        if is_sparse {
            for key in index.keys {
                let KeySource::Field(field) = key else { continue };
                is_absent |= !self.is_present(FieldPath::attribute(field.name), index)?;
            }
        }
        keys.retain(|(attribute, _)| own.contains(attribute));
        if is_absent {
            for (_, value) in &mut keys {
                *value = None;
            }
        }
        Ok(keys)
    }

    /// The local value, if the update has one.
    pub(super) fn local_item(&self) -> Result<Option<&Item>> {
        if self.local.get().is_none() {
            let local = self.update.target.item()?;
            self.local.get_or_init(|| local);
        }
        Ok(self.local.get().and_then(Option::as_ref))
    }

    /// Whether an index that the update does not touch needs the attribute too.
    fn is_needed(&mut self, attribute: &'static str) -> Result<bool> {
        for index in self.update.schema.index_keys {
            let shares = templates(index).any(|template| template.attribute.name == attribute);
            if !shares || self.is_touched(index) {
                continue;
            }
            let optional: Vec<FieldPath> =
                index.required_fields().filter(|field| !self.is_always_stored(*field)).collect();
            let mut is_complete = true;
            for field in optional {
                is_complete &= self.value_of(field, index)?.is_some();
            }
            if is_complete && self.holds(index)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the update changes something that the keys of the index depend on.
    fn is_touched(&self, index: &IndexKeys) -> bool {
        let is_inside = |field: &&str| self.update.options.actions.is_inside(field);
        index.dependencies().any(|field| self.is_changed(field)) || index.membership.fields().iter().any(is_inside)
    }

    /// Whether the item is in the index after the update, if it has all keys. What decides must be known.
    fn holds(&mut self, index: &IndexKeys) -> Result<bool> {
        let Membership::OfFields { fields, holds } = index.membership else { return Ok(true) };
        let mut item = Item::new();
        for &field in fields {
            if self.update.options.actions.is_inside(field) {
                return Err(changed_in_part(field, index));
            }
            if let Some(value) = self.value_of(FieldPath::attribute(field), index)? {
                item.insert(field.to_owned(), value);
            }
        }
        holds(&item).map_err(|fault| crate::error::fault_error(fault, self.update.schema.model))
    }

    /// Whether an item is in the index that an upsert creates without touching the index, if it has all keys.
    fn holds_when_new(&self, index: &IndexKeys) -> Result<bool> {
        let Membership::OfFields { fields, holds } = index.membership else { return Ok(true) };
        let value = |field: &str| self.key_fields.get(field).cloned().or_else(|| self.update.schema.default_of(field));
        let item = fields.iter().filter_map(|field| Some(((*field).to_owned(), value(field)?))).collect();
        holds(&item).map_err(|fault| crate::error::fault_error(fault, self.update.schema.model))
    }

    /// The action that changes a field: on itself or on the struct around it, or for a nested one, on something inside.
    fn action_on(&self, field: FieldPath) -> Option<&(Vec<Segment>, Action)> {
        let changes = |(path, _): &&(Vec<Segment>, Action)| {
            field.after(path).is_some() || field.is_inside() && field.is_beginning_of(path)
        };
        self.update.options.actions.list.iter().find(changes)
    }

    fn is_changed(&self, field: FieldPath) -> bool {
        self.action_on(field).is_some()
    }

    fn is_removed(&self, field: FieldPath) -> bool {
        self.action_on(field)
            .is_some_and(|(path, action)| matches!(action, Action::Remove) && field.after(path).is_some())
    }

    fn is_given(&self, field: FieldPath) -> bool {
        self.update.options.assumptions[..self.given].iter().any(|assumption| assumption.is_about(field))
    }

    pub(super) fn is_in_key(&self, field: FieldPath) -> bool {
        !field.is_nested() && !field.is_index_only() && self.key_fields.contains_key(field.attribute)
    }

    fn is_always_stored(&self, field: FieldPath) -> bool {
        self.is_in_key(field) || field.is_required(self.update.schema)
    }

    /// Whether an item that an upsert creates has the field although the upsert does not set it.
    fn has_when_new(&self, field: FieldPath) -> bool {
        !field.is_index_only()
            && (self.is_in_key(field)
                || self.update.schema.default_at(field).is_some()
                || self.update.schema.managed.contains(field.attribute))
    }

    /// Whether the update stores a value of the field that singlet maintains.
    fn is_maintained(&self, field: FieldPath) -> bool {
        let field = field.attribute;
        let managed = &self.update.schema.managed;
        let is_creation = managed.created_at.is_some_and(|created_at| created_at.attribute == field);
        managed.contains(field) && (!is_creation || self.update.options.mode == Mode::Upsert)
    }

    /// Whether the attribute is also a key of the table or the entity attribute, which are written anyway.
    fn is_written_anyway(&self, attribute: &str) -> bool {
        let (table, entity) = (self.update.schema.table, self.update.schema.entity.map(|entity| entity.attribute));
        let others = [Some(table.hash_key.attribute), table.range_key.map(|key| key.attribute), entity];
        others.into_iter().flatten().any(|other| other.name == attribute)
    }

    /// Returns the key that the template makes, or `None` if one of its fields is absent that it cannot do without.
    fn key_of(&mut self, template: &KeyTemplate, index: &IndexKeys) -> Result<Option<KeyValue>> {
        let mut values: Vec<(FieldPath, AttributeValue)> = Vec::new();
        for part in template.parts() {
            match self.value_of(part.place, index)? {
                Some(value) => values.push((part.place, value)),
                None if part.is_optional => {}
                None => return Ok(None),
            }
        }
        let fail = |fault: Fault| crate::error::fault_error(fault, self.update.schema.model);
        made(template, &values).and_then(|key| key.checked(template.role)).map(Some).map_err(fail)
    }

    /// Whether the item has the field after the update.
    fn is_present(&mut self, field: FieldPath, index: &IndexKeys) -> Result<bool> {
        match self.update.options.actions.of(field.attribute) {
            // A computed value is unknown here, but the attribute exists afterwards.
            Some(action) => Ok(!matches!(action, Action::Remove)),
            None if self.is_always_stored(field) || self.is_maintained(field) => Ok(true),
            None => self.value_of(field, index).map(|value| value.is_some()),
        }
    }

    /// Returns the value of a field after the update, or `None` if the field is absent then. The value is what the update
    /// sets, or else part of the primary key, or else known from the caller, the item that was read, or the local value. The
    /// last three become conditions.
    fn value_of(&mut self, field: FieldPath, index: &IndexKeys) -> Result<Option<AttributeValue>> {
        if let Some((path, action)) = self.action_on(field) {
            // A part of the value is set only if something inside of it is named by hand.
            let Some(rest) = field.after(path) else { return Err(computed(field, index)) };
            return match action {
                Action::Set(Term::Value(Ok(value))) => Ok(value_at(value, rest).cloned()),
                Action::Set(Term::Value(Err(fault))) => {
                    Err(Error::new(ErrorKind::Encode, fault.to_string()).with_attribute(field.to_string()))
                }
                Action::Remove => Ok(None),
                _ if field.is_inside() => Err(computed(field, index)),
                _ if field.is_index_only() => Err(unknown_index_only(field, index)),
                _ => Err(unknown(field, index)),
            };
        }
        if self.is_in_key(field) {
            return Ok(self.key_fields.get(field.attribute).cloned());
        }
        if self.update.lacks_in_key(field) {
            return Ok(None);
        }
        let created_at = created_by(self.update, field.attribute).filter(|_| !field.is_index_only());
        if let Some(created_at) = created_at {
            return self.creation(created_at, index).map(Some);
        }
        if let Some(known) = self.update.options.assumptions.iter().find(|assumption| assumption.is_about(field)) {
            return Ok(known.value_of(field));
        }
        if field.is_index_only() {
            return self.old_value_of(field, index);
        }
        if let Some(basis) = &self.update.basis {
            let value = basis.value_of(field, self.update.schema);
            self.update.options.assumptions.push(Assumption::new(self.update.schema, field, value.clone()));
            return Ok(value);
        }
        let Some(local) = self.local_item()? else { return Err(unknown(field, index)) };
        let value = field.value_in(local).cloned();
        self.update.options.assumptions.push(Assumption::new(self.update.schema, field, value.clone()));
        Ok(value)
    }

    /// Returns the time of creation after an upsert, which sets it if the stored item has none, even if the field has a
    /// default.
    fn creation(&mut self, created_at: ManagedTime, index: &IndexKeys) -> Result<AttributeValue> {
        let field = FieldPath::attribute(created_at.attribute);
        let assumptions = &mut self.update.options.assumptions;
        let stored = match assumptions.iter_mut().find(|assumption| assumption.field == field) {
            Some(known) => {
                known.is_default = false;
                known.value.clone()
            }
            None => {
                let Some(basis) = &self.update.basis else { return Err(unknown_creation(field.attribute, index)) };
                let stored = basis.stored(field);
                assumptions.push(Assumption { field, value: stored.clone(), is_default: false, key: None });
                stored
            }
        };
        let fail = |fault| crate::error::fault_error(fault, self.update.schema.model);
        stored.map_or_else(|| (created_at.value)(self.epoch_millis).map_err(fail), Ok)
    }
}

/// The time of creation, if the update is one that may create the item, and the field is that time.
fn created_by(update: &UpdateWrite<'_>, field: &str) -> Option<ManagedTime> {
    let is_upsert = update.options.mode == Mode::Upsert;
    update.schema.managed.created_at.filter(|created_at| is_upsert && created_at.attribute == field)
}

pub(super) fn templates(index: &IndexKeys) -> impl Iterator<Item = &KeyTemplate> {
    index.keys.iter().filter_map(KeySource::template)
}

/// The key that these values form.
pub(super) fn made(template: &KeyTemplate, values: &[(FieldPath, AttributeValue)]) -> Result<KeyValue, Fault> {
    let mut fault = None;
    let key = key_text(template.role, template.escape, |key| {
        for piece in template.pieces {
            match piece {
                crate::key::Piece::Text(text) => key.literal(text),
                crate::key::Piece::Part(part) => {
                    let value = values.iter().find(|(field, _)| *field == part.place);
                    let Some((_, value)) = value else { continue };
                    let mut write = |key: &mut KeyWriter<'_>| {
                        let written = item::decode(value, |reader| (part.write)(reader, key, part.format));
                        fault = fault.take().or(written.err());
                    };
                    if part.is_optional { key.present(&part.place, write) } else { write(key) }
                }
            }
        }
    })?;
    fault.map_or(Ok(key), Err)
}

fn of_whole_value(index: &IndexKeys) -> Error {
    let message = format!(
        "`when` of index `{}` takes the whole value, of which an update has only parts; save the value, or name the \
         fields that decide, as in `when = Order::is_open(state)`",
        index.index
    );
    Error::new(ErrorKind::Validation, message)
}

fn changed_in_part(field: &'static str, index: &IndexKeys) -> Error {
    let message = format!(
        "the update changes a part of this attribute, on which index `{}` depends; set the attribute as a whole, or \
         save the value",
        index.index
    );
    Error::new(ErrorKind::Validation, message).with_attribute(field)
}

fn unknown_creation(field: &'static str, index: &IndexKeys) -> Error {
    let message = format!(
        "the keys of index `{}` contain the time of creation, which an upsert in a transaction cannot read; send the \
         upsert alone, say what the time is with `.assume(..)`, or use `create` or `update`",
        index.index
    );
    Error::new(ErrorKind::Validation, message).with_attribute(field)
}

fn unknown(field: FieldPath, index: &IndexKeys) -> Error {
    let message = format!(
        "the keys of index `{}` depend on this attribute, and its value is not known; set it in the same update, \
         or say what it is with `.assume(..)`",
        index.index
    );
    Error::new(ErrorKind::Validation, message).with_attribute(field.to_string())
}

fn computed(field: FieldPath, index: &IndexKeys) -> Error {
    let message = format!(
        "the keys of index `{}` depend on this nested field, which the update computes from what is stored; set it to a known \
         value, or save the item",
        index.index
    );
    Error::new(ErrorKind::Validation, message).with_attribute(field.to_string())
}
