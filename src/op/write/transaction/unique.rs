//! Enforces unique values. An item of its own, the *sentinel*, reserves each value and is written in the same
//! transaction as the item that owns the value.
//!
//! The sentinel's hash key is `UNIQUE#<entity>#<attribute>#<value>`, with the value escaped as in key templates. The values
//! of a scope follow it in the same way. Its range key is `UNIQUE`. The sentinel names its owner and expires together with it.

mod changes;
mod parts;
mod unchanged;
mod value;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::attribute::has_passed;
use crate::expr::{Comparator, Segment, Tree};
use crate::item::same_value;
use crate::key::{KeyValue, RawKey};
use crate::op::engine::context::Context;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::get_item;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::unknown_outcome;
use crate::op::write::executor::{self, AttributeChange, Claiming, Prepared, Write, WriteAction};
use crate::op::write::own_items;
use crate::op::write::transaction::{CancelReason, Delivery, Running, delivery};
use crate::schema::{ModelSchema, UniqueSchema};
use crate::splice::ApiOperation;
use crate::ttl::expiry_of;
use crate::{Error, ErrorKind, Item, Result};

pub(crate) use changes::{changes_by, changes_of};
pub(crate) use parts::parts;
use unchanged::Sent;
use value::{OWNER, UniqueValue, sentinel_key};
pub(crate) use value::{is_no_own_item_of, is_no_sentinel};

/// The unique values that a write claims and releases.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// The values that were read, which must still be stored when the write takes effect.
    stored: Vec<(&'static str, Option<AttributeValue>)>,
    claimed: Vec<UniqueValue>,
    released: Vec<UniqueValue>,
    expires_at: Option<AttributeValue>,
    /// Whether another item may own the values of the stored one, because that has expired or never claimed them.
    may_have_lost: bool,
    /// Whether there is no stored item according to a refused request, and not according to a read.
    is_told_absent: bool,
    /// Whether an earlier transaction has failed because the write releases a value of another item.
    is_doubtful: bool,
    now: i64,
}

/// What is known of a stored item before the transaction that writes it.
#[derive(Debug, Default)]
pub(crate) enum StoredItem {
    /// It must be read.
    #[default]
    Unknown,
    /// It must be read, and so must the sentinels that the write releases: they may belong to other items, or what was
    /// known of the item was wrong.
    Doubtful,
    Known(Option<Item>),
}

impl StoredItem {
    /// Takes what is known, or else what the write expects. If the caller gets the stored item, as a `whole`, an
    /// expectation is not enough.
    pub(crate) fn take(&mut self, write: &dyn Write, call: &Context, prepared: &Prepared, whole: bool) -> Result<Self> {
        match std::mem::take(self) {
            StoredItem::Unknown if !whole && moves_values(prepared) => {
                let expected = write.expected().map_err(|error| call.contextualize(error))?;
                Ok(expected.map_or(StoredItem::Unknown, |item| StoredItem::Known(Some(item))))
            }
            known => Ok(known),
        }
    }
}

/// Sends one write of a model with unique values as a transaction that also writes their sentinels. A save that changes
/// none of them is sent alone.
pub(crate) async fn run(mut write: Box<dyn Write + '_>, call: Context, mut prepared: Prepared) -> Result<Outcome> {
    if let Some(reason) = write.transaction_blocker() {
        return Err(call.error(ErrorKind::Validation, reason));
    }
    prepared.check_together().map_err(|error| call.contextualize(error))?;
    delivery::may_follow(&call, [(&*write, &call, &prepared)], false);
    let (mut known, mut maybe_written, needs_item) = (StoredItem::Unknown, false, prepared.needs_item);
    if let Some(unchanged) = unchanged::of(&call, &prepared).await? {
        match unchanged.send(&mut *write, &call, prepared).await? {
            Sent::Done(done) => {
                executor::finish(&mut *write, &call).await?;
                return Ok(done);
            }
            Sent::Changes(refusal) => {
                maybe_written = refusal.may_have_been_written();
                // A write that fails without an item asks for it: some servers do not return it.
                let stored = refusal.into_old_item().map(Some).or((!needs_item).then_some(None));
                known = stored.map_or(StoredItem::Unknown, StoredItem::Known);
            }
        }
        prepared = write.prepare(&call).map_err(|error| call.contextualize(error))?;
    }
    let mut operations = [Running { write, call: call.clone() }];
    let mut old = operations[0].write.take_old_sink();
    let delivery = Delivery { token: None, whole: old.is_some(), customize: None };
    let delivered = delivery.deliver(&call, &mut operations, &mut [prepared], vec![known]).await;
    let delivered = delivered.map_err(|error| unknown_outcome::settle(error, maybe_written))?;
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
    executor::after(&mut *write, &call).await?;
    Ok(done)
}

/// Whether the write may move unique values of a stored item.
fn moves_values(prepared: &Prepared) -> bool {
    let is_changed = prepared.unique.iter().any(|(_, change)| !matches!(change, AttributeChange::Keep));
    let is_moved = is_changed || !matches!(prepared.expires_at, AttributeChange::Keep);
    let is_check = matches!(prepared.action, WriteAction::Check);
    !prepared.schema.unique.is_empty() && prepared.claiming != Claiming::New && is_moved && !is_check
}

/// Whether the write depends on the stored item, which must be read unless it is known.
pub(super) fn needs_stored(prepared: &Prepared, whole: bool) -> bool {
    let is_wanted = whole && !prepared.schema.unique.is_empty() && !matches!(prepared.action, WriteAction::Check);
    is_wanted || moves_values(prepared)
}

/// The request of [`stored`].
const STORED: Followed =
    Followed::new(ApiOperation::GetItem, "if the stored unique values are unknown or differ from what was expected");

/// The request of [`Claims::leave_lost`].
const SENTINEL: Followed =
    Followed::new(ApiOperation::GetItem, "if another item may own a unique value that is released");

/// States the reads of a write that depends on the stored item.
pub(super) fn may_read(call: &Context) {
    call.may_send(STORED);
    call.may_send(SENTINEL);
}

/// Returns the stored item, if the write may change its unique values. It is read unless it is known. The item may
/// belong to another model.
async fn stored(call: &Context, prepared: &Prepared, whole: bool, known: StoredItem) -> Result<Option<Item>> {
    let schema = prepared.schema;
    if !needs_stored(prepared, whole) {
        return Ok(None);
    }
    if let StoredItem::Known(item) = known {
        return Ok(item);
    }
    let expressions = if whole {
        ReadExpressions::default()
    } else {
        let entity = schema.entity.map(|entity| entity.attribute.name);
        let names = schema.table.key_names().into_iter().chain(schema.unique_attributes());
        ReadExpressions::of_attributes(names.chain(schema.expiry()).chain(entity))
    };
    let request = get_item::request(&call.client, true);
    let request = request.expressions(&expressions).by_key(schema, &prepared.key, None).reads_first();
    Ok(call.send(request).await.into_output()?.item)
}

impl Claims {
    /// Compares the write with the unique values that are currently stored. Also returns the stored item.
    pub(crate) async fn of(
        call: &Context,
        prepared: &Prepared,
        whole: bool,
        known: StoredItem,
    ) -> Result<(Self, Option<Item>)> {
        let schema = prepared.schema;
        if schema.unique.is_empty() {
            return Ok((Claims::default(), None));
        }
        let is_doubtful = matches!(known, StoredItem::Doubtful);
        let is_told_absent = matches!(known, StoredItem::Known(None));
        let stored = stored(call, prepared, whole, known).await?;
        if schema.expiry().is_some() {
            // Values of expired owners may be claimed.
            call.ask_time(schema, &prepared.key).await?;
        }
        let mut claims = Claims::from_stored(call.now_millis().div_euclid(1000), prepared, stored.as_ref());
        (claims.is_told_absent, claims.is_doubtful) = (is_told_absent, is_doubtful);
        if claims.may_have_lost || is_doubtful {
            claims.leave_lost(call, prepared).await?;
        }
        Ok((claims, stored))
    }

    fn from_stored(now: i64, prepared: &Prepared, stored: Option<&Item>) -> Self {
        let schema = prepared.schema;
        // NULL, which other tools store, is not a value and has no owner.
        let value_in = |item: Option<&Item>, attribute: &str| item?.get(attribute).filter(|v| !v.is_null()).cloned();
        let of_any_model = |attribute: &str| value_in(stored, attribute);
        // An item of another model, which may be replaced, has claimed nothing.
        let owned = stored.filter(|item| schema.owns(item));
        let kept = |attribute: &str| value_in(owned, attribute);
        let expires_at = schema.expiry().and_then(|ttl| expiry_of(owned?, ttl));
        let had_expired = expires_at.is_some_and(|expires_at| has_passed(expires_at, now));
        let mut claims =
            Claims { may_have_lost: had_expired || prepared.claiming == Claiming::All, now, ..Claims::default() };
        // The condition of a write that claims everything says what is stored.
        let is_guarded = prepared.claiming == Claiming::Changed;
        let old_expiry = schema.expiry().and_then(kept);
        claims.expires_at = prepared.expires_at.after(old_expiry.as_ref());
        // Another item may have claimed the values of an expired one, so it claims them anew.
        let keeps_expiry = is_equal(old_expiry.as_ref(), claims.expires_at.as_ref());
        let is_expiry_set = !matches!(prepared.expires_at, AttributeChange::Keep);
        let renewed = is_expiry_set && (!keeps_expiry || had_expired);
        let change_of = |name: &str| prepared.unique.iter().find(|(other, _)| *other == name).map(|(_, change)| change);
        let after = |name: &'static str| match change_of(name) {
            Some(change) => change.after(kept(name).as_ref()),
            None => kept(name),
        };
        let is_written = |unique: &&UniqueSchema| change_of(unique.attribute).is_some();
        for unique in schema.unique.iter().filter(is_written) {
            let (old, new) = (UniqueValue::of(unique, kept), UniqueValue::of(unique, after));
            let is_same = old == new;
            let is_changed = |name| !matches!(change_of(name), None | Some(AttributeChange::Keep));
            let expected = unique.attributes().map(|name| (name, of_any_model(name)));
            let expected: Vec<_> =
                expected.filter(|(name, _)| claims.stored.iter().all(|(known, _)| known != name)).collect();
            if is_same && !renewed && is_guarded {
                // No sentinel changes, on the condition that the value is still the one that was read: a write that sets
                // or removes it would otherwise undo what another writer has just claimed.
                if unique.attributes().any(is_changed) {
                    claims.stored.extend(expected);
                }
                continue;
            }
            if is_guarded {
                claims.stored.extend(expected);
            }
            claims.released.extend(old.filter(|_| !is_same));
            claims.claimed.extend(new);
        }
        // The sentinels have the expiry of the item, and the stored one tells whether they are still its own.
        let is_moved = !(claims.claimed.is_empty() && claims.released.is_empty());
        if let Some(ttl) = schema.expiry().filter(|_| is_guarded && (is_moved || is_expiry_set)) {
            claims.stored.push((ttl, of_any_model(ttl)));
        }
        claims
    }

    /// Another item may have claimed the values, after this one expired or before it claimed any. Such values are not
    /// released.
    async fn leave_lost(&mut self, call: &Context, prepared: &Prepared) -> Result<()> {
        let owner = AttributeValue::S(owner_of(&prepared.key));
        for value in std::mem::take(&mut self.released) {
            let key = sentinel_key(prepared.schema, &value)?;
            let output = call
                .send(get_item::request(&call.client, true).by_key(prepared.schema, &key, None))
                .await
                .into_output()?;
            if output.item.is_none_or(|sentinel| sentinel.get(OWNER) == Some(&owner)) {
                self.released.push(value);
            }
        }
        Ok(())
    }

    /// Requires that the stored values still equal those that were read.
    pub(crate) fn guard(&self) -> Option<Tree> {
        self.stored.iter().map(|(attribute, value)| same(attribute, value.as_ref())).reduce(Tree::and)
    }

    fn differs_from(&self, stored: Option<&Item>) -> bool {
        let kept = |attribute: &str| stored?.get(attribute).filter(|value| !value.is_null());
        self.stored.iter().any(|(attribute, value)| !is_equal(kept(attribute), value.as_ref()))
    }

    fn sentinel(&self, schema: &ModelSchema, key: &RawKey, owner: &str) -> Item {
        let mut item = sdk_key(schema.table, key);
        item.insert(OWNER.to_owned(), AttributeValue::S(owner.to_owned()));
        if let Some(entity) = schema.entity {
            item.insert(entity.attribute.name.to_owned(), AttributeValue::S(own_items::UNIQUE.to_owned()));
        }
        if let Some((ttl, expires_at)) = schema.expiry().zip(self.expires_at.clone()) {
            item.insert(ttl.to_owned(), expires_at);
        }
        item
    }
}

/// Whether a transaction failed because a stored item is not the one that was read or expected for it. If so, `known`
/// receives what the service has returned.
pub(crate) fn is_outdated(claims: &[Claims], error: &Error, known: &mut [StoredItem]) -> bool {
    let (mut is_outdated, mut is_lost) = (false, false);
    for failed in error.cancelled() {
        let (Some(claims), Some(known)) = (claims.get(failed.index()), known.get_mut(failed.index())) else { continue };
        let stored = failed.old_item.as_ref();
        let is_unmet = match error.kind() {
            // An assumption or a bound that failed is named, and fails again.
            ErrorKind::ConditionFailed => error.attribute().is_none(),
            // Without an item, a delete of any version has nothing left to do.
            ErrorKind::VersionConflict => stored.is_none(),
            _ => false,
        };
        match (failed.reason(), error.kind()) {
            (CancelReason::ConditionFailed, _) if is_unmet && claims.differs_from(stored) => {
                (*known, is_outdated) = (StoredItem::Known(stored.cloned()), true);
            }
            // A server that returns no refused item may have one.
            (CancelReason::ConditionFailed, ErrorKind::ConditionFailed)
                if is_unmet && claims.is_told_absent && stored.is_none() =>
            {
                (*known, is_outdated) = (StoredItem::Doubtful, true);
            }
            // A value that the item has not claimed belongs to another one.
            (CancelReason::NotUnique, ErrorKind::NotUnique) if failed.is_release => {
                (is_lost, is_outdated) = (true, true);
            }
            _ => {}
        }
    }
    let is_doubtful = |claims: &Claims| claims.is_doubtful || is_lost && !claims.released.is_empty();
    for (_, known) in claims.iter().zip(known).filter(|(claims, _)| is_doubtful(claims)) {
        if !matches!(known, StoredItem::Known(_)) {
            *known = StoredItem::Doubtful;
        }
    }
    is_outdated
}

/// Holds if the stored attribute has this value. NULL counts as absent.
fn same(attribute: &'static str, value: Option<&AttributeValue>) -> Tree {
    match value {
        Some(value) => Tree::compare(attribute, Comparator::Eq, value.clone()),
        None => Tree::lacks(vec![Segment::Name(attribute)]),
    }
}

fn is_equal(a: Option<&AttributeValue>, b: Option<&AttributeValue>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_value(a, b),
        (a, b) => a.is_none() && b.is_none(),
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
