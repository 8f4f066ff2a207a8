//! Lengthening the lives of items that are read: one write of one item each.
//!
//! It only ever lengthens, never revives what has expired, and never fails the read that it belongs to.

mod unique;

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::expr::{Actions, Comparator, Tree};
use crate::key::RawKey;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::send::Outgoing;
use crate::op::engine::vtable::ModelVTable;
use crate::op::write::guard::{self, Expressions};
use crate::splice::ReadSink;
use crate::ttl::{ExpiryCheck, expiry_of};
use crate::{Client, Operation, Result, TTLAttribute};

/// How many requests of one operation are on their way at once.
const CONCURRENCY: usize = 8;

/// The life that one operation gives the items of a model.
pub(crate) struct Refresh {
    /// That of the refreshes themselves.
    pub(crate) call: Context,
    pub(crate) model: &'static ModelVTable,
    pub(crate) life: ExpiryCheck,
    pub(crate) to: TTLAttribute,
    /// The latest stored expiry that is worth a write.
    due: i64,
    /// Whether the service is asked what it consumes, observed or not.
    pub(crate) detailed: bool,
}

/// An item that is worth it.
pub(crate) struct RefreshTarget {
    pub(crate) refresh: Arc<Refresh>,
    pub(crate) key: RawKey,
    /// Its number, in the operation that has read it.
    pub(crate) item: usize,
}

/// What became of it.
#[derive(Default)]
pub(crate) struct Refreshed {
    /// The numbers of the items that have the new expiry now.
    pub(crate) items: Vec<usize>,
    pub(crate) sent: RequestFacts,
}

impl fmt::Debug for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refresh")
    }
}

impl Refresh {
    /// What the call gives the items that it reads, if anything.
    pub(crate) fn of(call: &Context, model: &'static ModelVTable, detailed: bool) -> Option<Arc<Self>> {
        let schema = model.schema;
        let life = call.life(schema)?;
        let to = call.lifecycle.refreshed(life.now)?;
        let mut keys = [Some(schema.table.hash_key), schema.table.range_key].into_iter().flatten();
        // A primary key cannot be changed.
        if keys.any(|key| key.attribute.name == life.attribute) {
            return None;
        }
        let call = Context { operation: Operation::RefreshTtl, model: Some(schema.model), index: None, ..call.clone() };
        let due = call.lifecycle.due(to);
        Some(Arc::new(Refresh { call, model, life, to, due, detailed }))
    }

    /// The same, as of now.
    pub(crate) fn anew(&self) -> Option<Arc<Self>> {
        Refresh::of(&self.call, self.model, self.detailed)
    }

    /// Whether an item with this expiry is worth a write.
    pub(crate) fn is_due(&self, expires_at: Option<i64>) -> bool {
        expires_at.is_some_and(|expires_at| expires_at > self.life.now && expires_at <= self.due)
    }

    /// The items that are worth it, of those whose keys and expiries a sink has traced.
    pub(crate) fn due(self: &Arc<Self>, sink: &dyn ReadSink) -> Vec<RefreshTarget> {
        let items = sink.traces().iter().enumerate();
        let due = items.filter(|(_, item)| self.is_due(expiry_of(item, self.life.attribute)));
        let key = |(number, item): (usize, &crate::Item)| {
            // A user's own projection may lack it.
            let key = crate::op::engine::sdk_key::raw_key(self.model.schema, &mut item.clone()).ok()?;
            Some(RefreshTarget { refresh: Arc::clone(self), key, item: number })
        };
        due.filter_map(key).collect()
    }

    /// Holds when the item is there, live, and not for so long.
    fn condition(&self) -> Tree {
        guard::present(self.model.schema).and(self.lengthens())
    }

    /// Holds when the item is live, and not for so long.
    pub(crate) fn lengthens(&self) -> Tree {
        let compare = |comparator, seconds: i64| {
            Tree::compare(self.life.attribute, comparator, AttributeValue::N(seconds.to_string()))
        };
        // Fractions are cut where an expiry is read, so that the next second begins a live one.
        let is_live = compare(Comparator::Ge, self.life.now.saturating_add(1));
        is_live.and(compare(Comparator::Lt, self.to.epoch_seconds()))
    }

    fn actions(&self) -> Actions {
        let mut actions = Actions::default();
        actions.set(self.life.attribute, AttributeValue::N(self.to.to_string()));
        actions
    }

    fn expressions(&self) -> Result<Expressions> {
        let mut expressions = Expressions::of(Some(&self.condition()))?;
        expressions.update = Some(self.actions().render(&mut expressions.placeholders)?);
        Ok(expressions)
    }

    pub(crate) fn builder(&self, key: &RawKey) -> Result<UpdateItemFluentBuilder> {
        let expressions = self.expressions()?;
        let builder = self.call.client.sdk().update_item().table_name(&*self.call.table);
        Ok(builder
            .set_key(Some(sdk_key(self.model.schema, key)))
            .set_condition_expression(expressions.condition)
            .set_update_expression(expressions.update)
            .set_expression_attribute_names(expressions.placeholders.sdk_names())
            .set_expression_attribute_values(expressions.placeholders.sdk_values()))
    }

    /// Lengthens one life. An error is the observer's alone: it has heard of it.
    async fn send(&self, key: &RawKey) -> Result<RequestFacts> {
        if !self.model.schema.unique.is_empty() {
            return unique::send(self, key).await;
        }
        let request = Outgoing::new(self.builder(key)?).detailed(self.detailed).writes(1);
        self.call.send(request).await.into_outcome().map(|done| done.sent)
    }
}

impl RefreshTarget {
    fn send(self) -> BoxFuture<'static, (usize, Result<RequestFacts>)> {
        Box::pin(async move { (self.item, self.refresh.send(&self.key).await) })
    }
}

/// Refreshes the TTL of items: awaited or, if the client says so, in the background, where the result is not reported.
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

/// Refreshes the TTL of the traced items of a sink whose expiry is old enough; their values then carry the new expiry.
pub(crate) async fn read(refresh: &Arc<Refresh>, sink: &mut dyn ReadSink) -> RequestFacts {
    let due = refresh.due(sink);
    let refreshed = run(&refresh.call.client, due).await;
    for item in refreshed.items {
        sink.set_ttl(item, refresh.to);
    }
    refreshed.sent
}
