//! Enforces unique values. An item of its own, the *sentinel*, reserves each value and is written in the same
//! transaction as the item that owns the value.
//!
//! The sentinel's hash key is `UNIQUE#<entity>#<attribute>#<value>`, with the value escaped as in key templates. Its
//! range key is `UNIQUE`. The sentinel names its owner and expires together with it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::attribute::has_passed;
use crate::expr::{Comparator, Placeholders, Segment, Term, Tree};
use crate::key::{KeyRole, KeyType, KeyValue, KeyWriter, RawKey, key_text};
use crate::op::engine::context::Context;
use crate::op::engine::get_item;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::send::Outgoing;
use crate::op::engine::unknown_outcome;
use crate::op::write::executor::{AttributeChange, Prepared, Write, WriteAction};
use crate::op::write::guard;
use crate::op::write::transaction::{CancelReason, Delivery, Running, TransactItem};
use crate::schema::ModelSchema;
use crate::ttl::expiry_of;
use crate::{Error, ErrorKind, Item, Number, Result, item};

/// The entity of sentinels in tables with an entity attribute, which makes queries skip them.
const ENTITY: &str = "singlet.unique";
const OWNER: &str = "owner";

/// The unique values that a write claims and releases.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// The values that were read, which must still be stored when the write takes effect.
    stored: Vec<(&'static str, Option<AttributeValue>)>,
    claimed: Vec<(&'static str, AttributeValue)>,
    released: Vec<(&'static str, AttributeValue)>,
    expires_at: Option<AttributeValue>,
    /// Whether the stored item has expired.
    had_expired: bool,
    now: i64,
}

/// Sends one write of a model with unique values as a transaction that also writes their sentinels.
pub(crate) async fn run(write: Box<dyn Write + '_>, call: Context, prepared: Prepared) -> Result<Outcome> {
    if let Some(reason) = write.transaction_blocker() {
        return Err(call.error(ErrorKind::Validation, reason));
    }
    prepared.check_together().map_err(|error| call.contextualize(error))?;
    let mut operations = [Running { write, call: call.clone() }];
    let mut old = operations[0].write.take_old_sink();
    let delivery = Delivery { token: None, detailed: false, whole: old.is_some(), customize: None };
    let delivered = delivery.deliver(&call, &mut operations, &mut [prepared]).await?;
    let [Running { mut write, .. }] = operations;
    let mut done = Outcome { sink: None, sent: delivered.sent };
    let stored = delivered.stored.iter().flatten().next();
    call.read_stored(old.as_deref_mut(), stored).map_err(unknown_outcome::not_read_back)?;
    done.sink = old;
    write.refresh().await;
    let read = write.read_back(&call, true).await;
    write.written();
    if let Some(new) = read? {
        done.sink = new.sink;
    }
    if call.runs_hooks && write.model().has_hooks() {
        let after = write.after(&call.hook_context()).await;
        after.map_err(|error| call.contextualize(error).maybe_written())?;
    }
    write.check_written().map_err(|error| call.contextualize(error).maybe_written())?;
    Ok(done)
}

/// Reads the stored item, if the write may change its unique values. The item may belong to another model.
pub(crate) async fn stored(call: &Context, prepared: &Prepared, whole: bool) -> Result<Option<Item>> {
    let schema = prepared.schema;
    if schema.unique.is_empty() {
        return Ok(None);
    }
    let is_changed = prepared.unique.iter().any(|(_, change)| !matches!(change, AttributeChange::Keep));
    let reads = prepared.replaces && (is_changed || !matches!(prepared.expires_at, AttributeChange::Keep));
    if !(reads || whole) || matches!(prepared.action, WriteAction::Check) {
        return Ok(None);
    }
    let mut builder = get_item::builder(&call.client, &call.table, schema, &prepared.key, true);
    if !whole {
        let mut placeholders = Placeholders::default();
        let entity = schema.entity.map(|entity| entity.attribute.name);
        let names = schema.table.key_names().into_iter().chain(schema.unique.iter().copied());
        let names = names.chain(schema.expiry());
        let projection = placeholders.projection(names.chain(entity));
        builder = builder.projection_expression(projection).set_expression_attribute_names(placeholders.sdk_names());
    }
    let output =
        call.send(Outgoing::new(builder).of_key(schema, &prepared.key, None).reads_first()).await.into_output()?;
    Ok(output.item)
}

impl Claims {
    /// Compares the write with the unique values that are currently stored.
    pub(crate) async fn of(call: &Context, prepared: &Prepared, stored: Option<&Item>) -> Result<Self> {
        let (schema, stored) = (prepared.schema, stored.filter(|item| prepared.schema.owns(item)));
        if !schema.unique.is_empty() && schema.expiry().is_some() {
            // Values of expired owners may be claimed.
            call.ask_time(schema, &prepared.key).await?;
        }
        let mut claims = Claims::from_stored(call.now_millis().div_euclid(1000), prepared, stored);
        let expires_at = schema.expiry().and_then(|ttl| expiry_of(stored?, ttl));
        claims.had_expired = expires_at.is_some_and(|expires_at| has_passed(expires_at, claims.now));
        if claims.had_expired {
            claims.leave_lost(call, prepared).await?;
        }
        Ok(claims)
    }

    fn from_stored(now: i64, prepared: &Prepared, stored: Option<&Item>) -> Self {
        let schema = prepared.schema;
        let mut claims = Claims { now, ..Claims::default() };
        // NULL, which other tools store, is not a value and has no owner.
        let kept = |attribute: &str| stored?.get(attribute).filter(|value| !value.is_null()).cloned();
        claims.expires_at = match &prepared.expires_at {
            AttributeChange::Set(value) => Some(value.clone()),
            AttributeChange::Clear => None,
            AttributeChange::Keep => schema.expiry().and_then(kept),
        };
        let renewed = !matches!(prepared.expires_at, AttributeChange::Keep);
        for (attribute, change) in &prepared.unique {
            let old = kept(attribute);
            let new = match change {
                AttributeChange::Set(value) => Some(value.clone()),
                AttributeChange::Clear => None,
                AttributeChange::Keep => old.clone(),
            };
            let is_same = old.as_ref().map(text_of) == new.as_ref().map(text_of);
            if is_same && !renewed && prepared.replaces {
                // No sentinel changes, on the condition that the value is still the one that was read: a write that sets
                // or removes it would otherwise undo what another writer has just claimed.
                if !matches!(change, AttributeChange::Keep) {
                    claims.stored.push((attribute, old));
                }
                continue;
            }
            if prepared.replaces {
                claims.stored.push((attribute, old.clone()));
            }
            claims.released.extend(old.filter(|_| !is_same).map(|old| (*attribute, old)));
            claims.claimed.extend(new.map(|new| (*attribute, new)));
        }
        claims
    }

    /// After an item has expired, another item may have claimed its values. Such values are not released.
    async fn leave_lost(&mut self, call: &Context, prepared: &Prepared) -> Result<()> {
        let owner = AttributeValue::S(owner_of(&prepared.key));
        for (attribute, value) in std::mem::take(&mut self.released) {
            let key = sentinel_key(prepared.schema, attribute, &value)?;
            let builder = get_item::builder(&call.client, &call.table, prepared.schema, &key, true);
            let output = call.send(Outgoing::new(builder).of_key(prepared.schema, &key, None)).await.into_output()?;
            if output.item.is_none_or(|sentinel| sentinel.get(OWNER) == Some(&owner)) {
                self.released.push((attribute, value));
            }
        }
        Ok(())
    }

    /// Requires that the stored values still equal those that were read.
    pub(crate) fn guard(&self) -> Option<Tree> {
        let same = |(attribute, value): &(&'static str, Option<AttributeValue>)| match value {
            Some(value) => Tree::compare(attribute, Comparator::Eq, value.clone()),
            None => Tree::lacks(vec![Segment::Name(attribute)]),
        };
        self.stored.iter().map(same).reduce(Tree::and)
    }

    fn differs_from(&self, stored: Option<&Item>) -> bool {
        let kept = |attribute: &str| stored?.get(attribute).filter(|value| !value.is_null());
        self.stored.iter().any(|(attribute, value)| kept(attribute) != value.as_ref())
    }

    fn sentinel(&self, schema: &ModelSchema, key: &RawKey, owner: &str) -> Item {
        let mut item = sdk_key(schema, key);
        item.insert(OWNER.to_owned(), AttributeValue::S(owner.to_owned()));
        if let Some(entity) = schema.entity {
            item.insert(entity.attribute.name.to_owned(), AttributeValue::S(ENTITY.to_owned()));
        }
        if let Some((ttl, expires_at)) = schema.expiry().zip(self.expires_at.clone()) {
            item.insert(ttl.to_owned(), expires_at);
        }
        item
    }
}

/// Whether a transaction failed because another writer has changed a value that was read for it.
pub(crate) fn is_outdated(claims: &[Claims], error: &Error) -> bool {
    error.cancelled().iter().any(|failed| {
        let Some(claims) = claims.get(failed.index()) else { return false };
        match (error.kind(), failed.reason()) {
            (ErrorKind::ConditionFailed, CancelReason::ConditionFailed) => {
                claims.differs_from(failed.old_item.as_ref())
            }
            (ErrorKind::NotUnique, CancelReason::NotUnique) => claims.had_expired && !claims.released.is_empty(),
            _ => false,
        }
    })
}

/// Returns the items of a transaction: those of its operations, and the sentinels that they claim and release.
pub(crate) fn parts(operations: &[(&str, &Prepared, &Claims)]) -> Result<Vec<TransactItem>> {
    let mut released = Vec::new();
    for (n, (table, prepared, claims)) in operations.iter().enumerate() {
        for (attribute, value) in &claims.released {
            let key = sentinel_key(prepared.schema, attribute, value)?;
            released.push((n, *table, *attribute, key, owner_of(&prepared.key)));
        }
    }
    let mut parts = Vec::new();
    for (n, (table, prepared, claims)) in operations.iter().enumerate() {
        parts.push(TransactItem::guarded(n, table, prepared, claims)?);
        for (attribute, value) in &claims.claimed {
            let (schema, owner) = (prepared.schema, owner_of(&prepared.key));
            let key = sentinel_key(schema, attribute, value)?;
            let mut free = unless_of_others(schema, &owner);
            // A transaction may not write an item twice, so a value that changes owners is written once.
            let from = released.iter().position(|(_, from, _, released, _)| from == table && *released == key);
            free.extend(from.map(|at| owned_by(&released.swap_remove(at).4)));
            free.extend(schema.expiry().map(|ttl| guard::expired(ttl, claims.now)));
            let item = claims.sentinel(schema, &key, &owner);
            parts.push(TransactItem::own(n, table, schema, (key, attribute), Some(&item), &Tree::Or(free))?);
        }
    }
    for (n, table, attribute, key, owner) in released {
        let schema = operations[n].1.schema;
        let free = Tree::Or(unless_of_others(schema, &owner));
        parts.push(TransactItem::own(n, table, schema, (key, attribute), None, &free)?);
    }
    parts.sort_by_key(|part| part.operation);
    Ok(parts)
}

/// Holds if the sentinel has no owner or the given one.
fn unless_of_others(schema: &ModelSchema, owner: &str) -> Vec<Tree> {
    vec![Tree::not_exists(schema.table.hash_key.attribute.name), owned_by(owner)]
}

fn owned_by(owner: &str) -> Tree {
    Tree::compare(OWNER, Comparator::Eq, AttributeValue::S(owner.to_owned()))
}

fn sentinel_key(schema: &ModelSchema, attribute: &'static str, value: &AttributeValue) -> Result<RawKey> {
    let is_text = |key_type| key_type == KeyType::S;
    let table = schema.table;
    if !is_text(table.hash_key.key_type) || table.range_key.is_some_and(|key| !is_text(key.key_type)) {
        let message = "unique values need a table whose keys are strings";
        return Err(Error::new(ErrorKind::Configuration, message).with_attribute(attribute));
    }
    let fail = |fault| crate::error::fault_error(fault, schema.model).with_attribute(attribute);
    let hash = key_text(KeyRole::Hash, true, |key| {
        begin(key, schema);
        key.escaped(attribute);
        key.literal("#");
        key.escaped(&text_of(value));
    });
    let range = table.range_key.map(|_| KeyValue::S("UNIQUE".to_owned()));
    RawKey::new(hash.map_err(fail)?, range).map_err(fail)
}

/// Writes the beginning that the hash keys of a model's sentinels share.
fn begin(key: &mut KeyWriter<'_>, schema: &ModelSchema) {
    key.literal("UNIQUE#");
    key.escaped(schema.entity.map_or(schema.model, |entity| entity.name));
    key.literal("#");
}

/// The condition that an item is no sentinel of the model. `None` if it has none, or if the entity attribute tells.
pub(crate) fn is_no_sentinel(schema: &ModelSchema) -> Option<Tree> {
    let hash = schema.table.hash_key;
    if schema.unique.is_empty() || schema.entity.is_some() || hash.key_type != KeyType::S {
        return None;
    }
    let Ok(KeyValue::S(prefix)) = key_text(KeyRole::Hash, true, |key| begin(key, schema)) else { return None };
    let path = Term::Path(vec![Segment::Name(hash.attribute.name)]);
    let begins = Tree::Function("begins_with", path, Some(Term::text(&prefix)));
    Some(Tree::Not(Box::new(begins)))
}

/// Returns one text per value, so that equal numbers have the same text.
fn text_of(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => text.clone(),
        AttributeValue::N(digits) => digits.parse::<Number>().map_or_else(|_| digits.clone(), |n| n.to_string()),
        AttributeValue::B(bytes) => BASE64_STANDARD.encode(bytes),
        other => {
            // The derive allows only scalars to be unique.
            let entry = HashMap::from([(String::new(), other.clone())]);
            item::to_bytes(&entry).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        }
    }
}

/// Returns the owner's key as one text. The length of the first part precedes it, so no two keys have the same text.
fn owner_of(key: &RawKey) -> String {
    let text = |value: &KeyValue| match value {
        KeyValue::S(text) | KeyValue::N(text) => text.clone(),
        KeyValue::B(bytes) => BASE64_STANDARD.encode(bytes),
    };
    let hash = text(&key.hash);
    format!("{}:{hash}{}", hash.len(), key.range.as_ref().map(text).unwrap_or_default())
}

/// Returns the changes that a write of a whole item makes to the unique attributes and the TTL attribute.
pub(crate) fn changes_of(schema: &ModelSchema, item: &[u8]) -> Result<Vec<(&'static str, AttributeChange)>> {
    if schema.unique.is_empty() {
        return Ok(Vec::new());
    }
    let item = item::from_bytes(item).map_err(|fault| crate::error::fault_error(fault, schema.model))?;
    let change = |attribute: &&'static str| (*attribute, AttributeChange::from(item.get(*attribute).cloned()));
    Ok(schema.unique.iter().chain(&schema.expiry()).map(change).collect())
}

/// Returns the changes that an update makes to the unique attributes and the TTL attribute.
pub(crate) fn changes_by(
    schema: &ModelSchema,
    actions: &crate::expr::Actions,
) -> Result<Vec<(&'static str, AttributeChange)>> {
    use crate::expr::Action as Does;
    let change = |attribute: &&'static str| match actions.of(attribute) {
        None => Ok((*attribute, AttributeChange::Keep)),
        Some(Does::Set(Term::Value(Ok(value)))) => Ok((*attribute, AttributeChange::Set(value.clone()))),
        Some(Does::Remove) => Ok((*attribute, AttributeChange::Clear)),
        Some(_) => {
            let message = "a unique value, or the time to live of an item that has one, is set to a known value only";
            Err(Error::new(ErrorKind::Validation, message).with_attribute(*attribute))
        }
    };
    if schema.unique.is_empty() {
        return Ok(Vec::new());
    }
    let ttl = schema.expiry();
    let all = schema.unique.iter().chain(&ttl).map(change).collect();
    let inside = actions.list.iter().find(|(path, _)| match &path[..] {
        [first, _, ..] => schema.unique.iter().any(|name| first.is_same(&Segment::Name(name))),
        _ => false,
    });
    match inside {
        None => all,
        Some(_) => Err(Error::new(ErrorKind::Validation, "a unique attribute can only be set as a whole")),
    }
}
