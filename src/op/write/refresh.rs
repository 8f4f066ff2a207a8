//! Extends the TTL of items that are read, with one write per item.
//!
//! A refresh only ever extends a TTL. It never revives an expired item and never fails the read that caused it.

mod unique;

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::attribute::has_passed;
use crate::expr::{Actions, Comparator, Tree};
use crate::key::RawKey;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::vtable::ModelVTable;
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::guard;
use crate::op::write::transaction::delivery;
use crate::splice::{ApiOperation, ReadSink};
use crate::ttl::{ExpiryCheck, expiry_of};
use crate::{Client, Model, Operation, Result, TTLAttribute};

/// How many refreshes of one operation run at once.
const CONCURRENCY: usize = 8;

/// The request of [`Refresh::send`].
const EXTENSION: Followed =
    Followed::new(ApiOperation::UpdateItem, "if an item is returned whose TTL is due for a refresh");

/// The expiry to which one operation extends the items of a model.
pub(crate) struct Refresh {
    /// The context of the refreshes themselves.
    pub(crate) call: Context,
    pub(crate) model: &'static ModelVTable,
    pub(crate) check: ExpiryCheck,
    pub(crate) to: TTLAttribute,
    /// The latest stored expiry that is old enough for a write.
    due: i64,
    send: SendRefresh,
}

/// Extends the TTL of the item under a key. An error is only reported to the observer, which has already been called.
pub(crate) type SendRefresh = for<'a> fn(&'a Refresh, &'a RawKey) -> BoxFuture<'a, Result<RequestFacts>>;

/// Returns how the items of a model are refreshed. `None` for a model without a TTL attribute, so that a program in which no
/// model has one does not link the requests.
pub(crate) const fn sender_of<M: Model>() -> Option<SendRefresh> {
    if M::SCHEMA.expiry().is_none() {
        None
    } else if M::SCHEMA.unique.is_empty() {
        Some(|refresh, key| Box::pin(refresh.send(key)))
    } else {
        Some(|refresh, key| Box::pin(unique::send(refresh, key)))
    }
}

/// An item whose expiry is old enough for a write.
pub(crate) struct RefreshTarget {
    pub(crate) refresh: Arc<Refresh>,
    pub(crate) key: RawKey,
    /// The index of the item in the operation that read it.
    pub(crate) item: usize,
}

/// The outcome of a set of refreshes.
#[derive(Default)]
pub(crate) struct Refreshed {
    /// The indexes of the items that now have the new expiry.
    pub(crate) items: Vec<usize>,
    pub(crate) sent: RequestFacts,
}

impl fmt::Debug for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refresh")
    }
}

impl Refresh {
    /// Returns the refresh for the items that a call reads, or `None` if the call refreshes nothing.
    pub(crate) fn of(call: &Context, model: &'static ModelVTable, send: Option<SendRefresh>) -> Option<Arc<Self>> {
        let (schema, send) = (model.schema, send?);
        if !call.lifecycle.refreshes {
            return None;
        }
        let check = call.expiry_check(schema)?;
        let to = call.lifecycle.refreshed(call.now_millis())?;
        let mut keys = [Some(schema.table.hash_key), schema.table.range_key].into_iter().flatten();
        // A primary key cannot be changed.
        if keys.any(|key| key.attribute.name == check.attribute) {
            return None;
        }
        let call = Context { operation: Operation::RefreshTtl, model: Some(schema.model), index: None, ..call.clone() };
        let due = call.lifecycle.due(to);
        Some(Arc::new(Refresh { call, model, check, to, due, send }))
    }

    /// Returns the same refresh, computed from the current time.
    pub(crate) fn anew(&self) -> Option<Arc<Self>> {
        Refresh::of(&self.call, self.model, Some(self.send))
    }

    /// Whether an item with this expiry is unexpired and old enough for a write.
    pub(crate) fn is_due(&self, expires_at: Option<i64>) -> bool {
        expires_at.is_some_and(|expires_at| !has_passed(expires_at, self.check.now) && expires_at <= self.due)
    }

    /// Returns the items to refresh, among those whose keys and expiries a sink has traced.
    pub(crate) fn due(self: &Arc<Self>, sink: &dyn ReadSink) -> Vec<RefreshTarget> {
        let items = sink.traces().iter().enumerate();
        let due = items.filter(|(_, item)| self.is_due(expiry_of(item, self.check.attribute)));
        let key = |(number, item): (usize, &crate::Item)| {
            // A user's own projection may lack the key.
            let key = crate::op::engine::sdk_key::raw_key(self.model.schema, &mut item.clone()).ok()?;
            Some(RefreshTarget { refresh: Arc::clone(self), key, item: number })
        };
        due.filter_map(key).collect()
    }

    /// Holds if the item exists, has not expired and does not expire after the new expiry.
    fn condition(&self) -> Tree {
        guard::present(self.model.schema).and(self.extends())
    }

    /// Holds if the item has not expired and does not expire after the new expiry. An item that has the new expiry already,
    /// because another access has refreshed it within the same second, is not refused: the service bills refused writes.
    pub(crate) fn extends(&self) -> Tree {
        let compare = |comparator, seconds: i64| {
            Tree::compare(self.check.attribute, comparator, AttributeValue::N(seconds.to_string()))
        };
        // Fractions of an expiry are truncated when it is read, so an item is live from the next whole second.
        let is_live = compare(Comparator::Ge, self.check.now.saturating_add(1));
        is_live.and(compare(Comparator::Le, self.to.epoch_seconds()))
    }

    fn actions(&self) -> Actions {
        let mut actions = Actions::default();
        actions.set(self.check.attribute, AttributeValue::N(self.to.to_string()));
        actions
    }

    /// The condition and the update of a request that extends the TTL.
    pub(crate) fn expressions(&self) -> Result<WriteExpressions> {
        let mut expressions = WriteExpressions::of(Some(&self.condition()))?;
        expressions.set_update(&self.actions())?;
        Ok(expressions)
    }

    /// States the requests that extend a TTL after a read or write.
    pub(crate) fn may_follow(&self) {
        if self.model.schema.unique.is_empty() {
            self.call.may_send(EXTENSION);
        } else {
            delivery::unique_may_follow(&self.call);
        }
    }

    /// Extends the TTL of an item without unique values.
    async fn send(&self, key: &RawKey) -> Result<RequestFacts> {
        // Nothing uses the stored item if the condition fails.
        let expressions = self.expressions()?.without_returned_item();
        let builder = self.call.client.sdk().update_item();
        let request = Outgoing::new(builder).expressions(&expressions);
        let request = request.by_key(self.model.schema, key, None).writes(1);
        self.call.send(request).await.into_outcome().map(|done| done.sent)
    }
}

impl RefreshTarget {
    fn send(self) -> BoxFuture<'static, (usize, Result<RequestFacts>)> {
        Box::pin(async move { (self.item, (self.refresh.send)(&self.refresh, &self.key).await) })
    }
}

/// Refreshes the TTL of items. The writes are awaited, unless the client refreshes in the background, where results
/// are not reported.
pub(crate) async fn run(client: &Client, due: Vec<RefreshTarget>) -> Refreshed {
    let mut refreshed = Refreshed::default();
    if let Some(background) = client.background() {
        for due in due {
            let work = due.send();
            background.spawn(Box::pin(async move { drop(work.await) })).await;
        }
        return refreshed;
    }
    let mut waiting = due.into_iter();
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < CONCURRENCY
            && let Some(due) = waiting.next()
        {
            running.push(due.send());
        }
        let Some((item, outcome)) = running.next().await else { return refreshed };
        if let Ok(sent) = outcome {
            refreshed.items.push(item);
            refreshed.sent.consume(&sent);
        }
    }
}

/// Refreshes the TTL of an item after a write that could not do so itself.
pub(crate) async fn after_write(refresh: Option<Arc<Refresh>>, key: RawKey) {
    if let Some(refresh) = refresh {
        let client = refresh.call.client.clone();
        run(&client, vec![RefreshTarget { refresh, key, item: 0 }]).await;
    }
}

/// Refreshes the items that a sink has traced and whose expiry is old enough. Their values then contain the new
/// expiry.
pub(crate) async fn read(refresh: &Arc<Refresh>, sink: &mut dyn ReadSink) -> RequestFacts {
    let due = refresh.due(sink);
    let refreshed = run(&refresh.call.client, due).await;
    for item in refreshed.items {
        sink.set_ttl(item, refresh.to);
    }
    refreshed.sent
}
