//! Adds singlet's own actions to an update: index keys, version, timestamps, expiry, and the attributes of a new item.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Action, Segment, Term};
use crate::key::{FieldPath, KeySource, KeyTemplate};
use crate::op::engine::context::Context;
use crate::op::write::expiry;
use crate::op::write::refresh::Refresh;
use crate::op::write::update::index_keys;
use crate::op::write::update::mode::Mode;
use crate::op::write::update::write::UpdateWrite;
use crate::schema::IndexOnlyField;
use crate::wire::Writer;
use crate::{Error, ErrorKind, Item, Result, TTLAttribute, item};

impl UpdateWrite<'_> {
    /// Returns the fields of the key, as attributes.
    fn key_fields(&self) -> Result<Item> {
        let fail = |fault| crate::error::fault_error(fault, self.schema.model);
        let mut writer = Writer::new();
        writer.open_item();
        (self.target.model.key_fields)(&self.target.key, &mut writer).map_err(fail)?;
        writer.close_item();
        item::from_bytes(&writer.into_bytes().map_err(fail)?).map_err(fail)
    }

    /// Whether the field is the optional last part of the primary key, and the key of the update has no value of it.
    pub(super) fn lacks_in_key(&self, field: FieldPath) -> bool {
        let Some(template) = self.schema.keys.1.as_ref().and_then(KeySource::template) else { return false };
        template.optional().is_some_and(|part| part.place == field)
            && self.target.key.range.as_ref().is_some_and(|range| template.ends_early(range))
    }

    /// Adds the managed attributes: index keys, version and timestamps. An upsert also gets what a new item needs.
    pub(super) fn complete(&mut self, epoch_millis: i64, known: Option<u64>) -> Result<()> {
        let is_upsert = self.options.mode == Mode::Upsert;
        let key_fields = self.key_fields()?;
        if is_upsert {
            self.check_required(&key_fields)?;
        }
        index_keys::rewrite(self, &key_fields, epoch_millis)?;
        let name = |attribute| vec![Segment::Name(attribute)];
        let managed = self.schema.managed;
        let actions = &mut self.options.actions;
        if let Some(version) = managed.version {
            let number = |number: u64| Term::Value(Ok(AttributeValue::N(number.to_string())));
            // A known version is set rather than increased, because the stored one may be NULL, to which DynamoDB cannot add.
            let next =
                known.map_or_else(|| Action::Plus(number(1)), |known| Action::Set(number(known.saturating_add(1))));
            actions.push(name(version), next);
        }
        if let Some(updated_at) = managed.updated_at {
            actions.push(name(updated_at.attribute), Action::Set(Term::Value((updated_at.value)(epoch_millis))));
        }
        if let Some(mark) = &self.mark {
            mark.set(actions);
        }
        if !is_upsert {
            return Ok(());
        }
        if let Some(created_at) = managed.created_at {
            let now = Term::Value((created_at.value)(epoch_millis));
            actions.push(name(created_at.attribute), Action::SetIfAbsent(now));
        }
        if let Some(number) = self.schema.number {
            actions.set(number.attribute.name, AttributeValue::N(number.number.to_string()));
        }
        if let Some(entity) = self.schema.entity {
            actions.set(entity.attribute.name, AttributeValue::S(entity.name.to_owned()));
        }
        // Keys of indexes are made from the others, which only the primary key holds.
        let is_stored = |name: &str| self.schema.fields.iter().any(|field| field.attribute == name);
        for (attribute, value) in key_fields.into_iter().filter(|(name, _)| is_stored(name)) {
            let path = vec![Segment::Key(attribute.into())];
            actions.push(path, Action::Set(Term::Value(Ok(value))));
        }
        Ok(())
    }

    /// Checks that an item that the upsert may create can be decoded.
    fn check_required(&self, key_fields: &Item) -> Result<()> {
        let managed = self.schema.managed;
        let is_made = |attribute: &&str| {
            key_fields.contains_key(*attribute)
                || managed.contains(attribute)
                || self.options.actions.of(attribute).is_some_and(|action| !matches!(action, Action::Remove))
                || self.options.create_parents && self.options.actions.is_inside(attribute)
        };
        let missing = |message: &'static str, attribute: &'static str| {
            Err(Error::new(ErrorKind::Validation, message).with_attribute(attribute))
        };
        let (hash, range) = &self.schema.keys;
        let templates = [Some(hash), range.as_ref()].into_iter().flatten().filter_map(KeySource::template);
        let stored = |field: &&str| self.schema.fields.iter().any(|stored| stored.attribute == *field);
        let mut key_parts = templates.flat_map(KeyTemplate::parts).map(|part| part.place.attribute).filter(stored);
        let is_lost =
            |field: &&'static str| !key_fields.contains_key(*field) && !self.lacks_in_key(FieldPath::attribute(field));
        if let Some(attribute) = key_parts.find(is_lost) {
            return missing(
                "an upsert would create the item without this attribute, of whose value the key holds only a part; save the item instead",
                attribute,
            );
        }
        let is_set = |field: &&IndexOnlyField| {
            let mut paths = self.options.actions.list.iter().map(|(path, _)| path);
            field.is_optional || paths.any(|path| *path == [Segment::IndexOnly(field.field)])
        };
        let index_only = self.schema.index_only.iter().find(|field| !is_set(field)).map(|field| field.field);
        let required = self.schema.required().find(|attribute| !is_made(attribute));
        match required.or(index_only) {
            None => Ok(()),
            Some(attribute) => {
                missing("an upsert must set every required attribute, because it may create the item", attribute)
            }
        }
    }

    /// Determines how the update changes the expiry.
    pub(super) fn expire(&mut self, call: &Context) -> Result<()> {
        if let Some(ttl) = self.options.ttl {
            let expires_at = expiry::requested(self.schema, call, ttl)?;
            if let Some(attribute) = self.schema.expiry() {
                self.set_expiry(attribute, Action::Set(Term::Value(Ok(AttributeValue::N(expires_at.to_string())))));
            }
            return Ok(());
        }
        let Some((check, default)) =
            call.default_expiry().and_then(|default| call.expiry_check(self.schema).zip(Some(default)))
        else {
            return Ok(());
        };
        let is_users = self.options.actions.of(check.attribute).is_some() && !self.sets_expiry;
        if is_users || self.options.actions.is_empty() {
            return Ok(());
        }
        if self.options.mode == Mode::Upsert {
            let default = Term::Value(Ok(AttributeValue::N(default.to_string())));
            self.set_expiry(check.attribute, Action::SetIfAbsent(default));
        }
        let refresh = Refresh::of(call, self.target.model, self.send_refresh).filter(|_| !self.writes_over);
        // A local value says whether the refresh is due, and DynamoDB would refuse one that is not.
        self.refresh = refresh.filter(|refresh| {
            let value = self.target.expiring_value();
            value.is_none_or(|value| refresh.is_due(value.ttl().map(TTLAttribute::epoch_seconds)))
        });
        Ok(())
    }

    /// Adds the action on the TTL attribute, or replaces that of an earlier preparation, which used another time.
    fn set_expiry(&mut self, attribute: &'static str, action: Action) {
        match self.options.actions.of_mut(attribute).filter(|_| self.sets_expiry) {
            Some(earlier) => *earlier = action,
            None => self.options.actions.push(vec![Segment::Name(attribute)], action),
        }
        self.sets_expiry = true;
    }
}
