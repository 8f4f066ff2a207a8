//! Sends a transaction: checks its limits, retries it with the same bytes, and rebuilds it if unique values have
//! changed, if an operation adapts to the stored item, or if expired items were in the way.

use aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder;

use crate::op::engine::backoff::{Backoff, Policy};
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::follow_up::{Followed, RequestUnits};
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::random;
use crate::op::write::executor::{Prepared, Write};
use crate::op::write::expired_blocker;
use crate::op::write::transaction::unique::{self, Claims, StoredItem};
use crate::op::write::transaction::{CancelReason, Running, TransactItem, body, cancelled};
use crate::splice::ApiOperation;
use crate::{Error, ErrorKind, Item, Result};

/// [The maximum number of items in a
/// transaction](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
pub(super) const MAX_PARTS: usize = 100;
/// The maximum total size of the items of a transaction, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// How often a transaction is built, if other writers keep changing the unique values that were just read.
const READS: u32 = 4;

/// The options of sending a transaction.
pub(crate) struct Delivery {
    pub(crate) token: Option<String>,
    /// Whether to read the stored items of models with unique values as a whole.
    pub(crate) whole: bool,
    pub(crate) customize: Option<Box<CustomizeTransaction>>,
}

/// A user's change to each attempt.
pub(crate) type CustomizeTransaction =
    dyn Fn(TransactWriteItemsFluentBuilder) -> TransactWriteItemsFluentBuilder + Send + Sync;

/// The result of a transaction that was sent.
pub(crate) struct Delivered {
    pub(crate) sent: RequestFacts,
    /// The stored items that were read before the transaction, one entry per operation.
    pub(crate) stored: Vec<Option<Item>>,
}

/// A transaction that is sent after the stored unique values are read.
const CHANGES: Followed =
    Followed::new(ApiOperation::TransactWriteItems, "if unique values change, after the stored ones are known");

/// A transaction that is sent again.
const AGAIN: Followed = Followed::new(
    ApiOperation::TransactWriteItems,
    "if the transaction conflicts with others, or a stored item differs from what it was built for or has expired",
);

/// States the requests that a write with unique values may send, before it is prepared.
pub(crate) fn unique_may_follow(call: &Context) {
    unique::may_read(call);
    call.may_send(CHANGES);
    call.may_send(AGAIN);
}

/// States the requests of these operations of a transaction, and of what follows it.
pub(super) fn may_follow<'w>(
    call: &Context,
    operations: impl IntoIterator<Item = (&'w (dyn Write + 'w), &'w Context, &'w Prepared)>,
    whole: bool,
) {
    if !call.is_explained() {
        return;
    }
    for (write, own, prepared) in operations {
        if unique::needs_stored(prepared, whole) {
            unique::may_read(own);
            call.may_send(CHANGES);
        }
        if !prepared.schema.unique.is_empty() && prepared.schema.expiry().is_some() {
            own.may_ask_time();
        }
        if write.hiding(own).is_some() {
            own.may_send(expired_blocker::REMOVAL);
        }
        write.follow_ups(own, true);
    }
    call.may_send(AGAIN);
}

impl Delivery {
    pub(crate) async fn deliver(
        &self,
        call: &Context,
        operations: &mut [Running<'_>],
        prepared: &mut [Prepared],
        mut known: Vec<StoredItem>,
    ) -> Result<Delivered> {
        let each = operations.iter().zip(&*prepared);
        may_follow(call, each.map(|(operation, prepared)| (&*operation.write, &operation.call, prepared)), self.whole);
        let (mut reads, mut adaptations) = (1, 1);
        let mut is_swept = false;
        let mut backoff = Backoff::new(Policy::CONTENTION);
        loop {
            let count = operations.len();
            let (mut stored, mut claims) = (Vec::with_capacity(count), Vec::with_capacity(count));
            for ((operation, prepared), known) in operations.iter_mut().zip(&*prepared).zip(&mut known) {
                let known = known.take(&*operation.write, &operation.call, prepared, self.whole)?;
                let (own, item) = Claims::of(&operation.call, prepared, self.whole, known).await?;
                claims.push(own);
                stored.push(item);
            }
            let sent = {
                let parts = {
                    let tables = operations.iter().map(|operation| operation.call.table.clone());
                    let planned: Vec<_> = tables.zip(&*prepared).zip(&claims).map(|((t, p), c)| (t, p, c)).collect();
                    unique::parts(&planned)?
                };
                check(&parts)?;
                // The SDK would generate a new token for each attempt.
                let token = self.token.clone().unwrap_or_else(random::id);
                Sending { parts, token, delivery: self, maybe_applied: false }.send(call, operations).await
            };
            match sent {
                Err(error) if reads < READS && unique::is_outdated(&claims, &error, &mut known) => {
                    reads += 1;
                    backoff.pause_after_loss().await;
                }
                Err(error) if adaptations < READS && adapt(&error, operations, prepared).await? => adaptations += 1,
                // Boxed, because few transactions do it.
                Err(error) if !is_swept && Box::pin(sweep_for(&error, operations, prepared)).await? => is_swept = true,
                outcome => return outcome.map(|sent| Delivered { sent, stored }),
            }
        }
    }
}

/// Prepares the rejected operations for another attempt. Returns whether there are any.
async fn adapt(error: &Error, operations: &mut [Running<'_>], prepared: &mut [Prepared]) -> Result<bool> {
    let (mut is_adapted, is_alone) = (false, operations.len() == 1);
    for failed in error.cancelled() {
        let kind = match failed.reason() {
            CancelReason::ConditionFailed => ErrorKind::ConditionFailed,
            CancelReason::Validation => ErrorKind::Validation,
            _ => continue,
        };
        let n = failed.index();
        if let (Some(operation), Some(prepared)) = (operations.get_mut(n), prepared.get_mut(n)) {
            let adapted = operation.write.adapt(&operation.call, kind, failed.old_item.as_ref()).await;
            if adapted.map_err(|error| if is_alone { error } else { cancelled::at(n, error) })? {
                *prepared = operation.prepare(n)?;
                is_adapted = true;
            }
        }
    }
    Ok(is_adapted)
}

/// Removes the expired items that blocked operations of models that hide them. Returns whether there were any.
async fn sweep_for(error: &Error, operations: &mut [Running<'_>], prepared: &[Prepared]) -> Result<bool> {
    let mut is_swept = false;
    for failed in error.cancelled() {
        let (Some(operation), Some(prepared)) = (operations.get_mut(failed.index()), prepared.get(failed.index()))
        else {
            continue;
        };
        let (call, schema) = (&operation.call, prepared.schema);
        if let (Some(check), Some(stored)) = (operation.write.hiding(call), &failed.old_item)
            && expired_blocker::is_expired(stored, schema, check)
        {
            // A cancelled transaction has changed nothing, even if the removal fails.
            let removed = expired_blocker::remove(call, schema, &prepared.key, check).await;
            removed.map_err(|error| error.with_maybe_written(false))?;
            is_swept = true;
        }
    }
    Ok(is_swept)
}

/// Checks the service's limits and rejects an item that occurs twice.
fn check(parts: &[TransactItem<'_>]) -> Result<()> {
    let refused = |message| Err(Error::new(ErrorKind::Validation, message));
    if parts.len() > MAX_PARTS {
        let message = format!("a transaction has {} items; DynamoDB allows at most {MAX_PARTS}", parts.len());
        return refused(message);
    }
    for (n, part) in parts.iter().enumerate() {
        if let Some(earlier) = parts[..n].iter().find(|earlier| earlier.has_same_key_as(part)) {
            let (a, b) = (earlier.operation, part.operation);
            if let Some(attribute) = part.unique {
                let message =
                    format!("the operations at indexes {a} and {b} of the transaction set the same unique value");
                let error = Error::new(ErrorKind::NotUnique, message).with_attribute(attribute);
                return Err(error.with_model(part.schema.model));
            }
            return refused(format!("the operations at indexes {a} and {b} of the transaction concern the same item"));
        }
    }
    let bytes: usize = parts.iter().map(|part| part.body().len()).sum();
    if bytes > MAX_BYTES {
        // JSON is longer than the items it contains, so only large transactions are measured.
        let bytes: usize = parts.iter().map(TransactItem::item_size).sum();
        if bytes > MAX_BYTES {
            let message = format!("the items of a transaction have {bytes} bytes; DynamoDB allows at most {MAX_BYTES}");
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
    }
    Ok(())
}

/// A transaction with fixed bytes, which may be sent more than once.
struct Sending<'d> {
    parts: Vec<TransactItem<'d>>,
    token: String,
    delivery: &'d Delivery,
    /// Whether an earlier attempt may have been applied.
    maybe_applied: bool,
}

impl Sending<'_> {
    async fn send(mut self, call: &Context, operations: &mut [Running<'_>]) -> Result<RequestFacts> {
        let mut backoff = Backoff::new(Policy::TRANSACTION);
        loop {
            let outcome = self.send_once(call, operations).await;
            let is_transient = outcome.as_ref().is_err_and(cancelled::is_transient);
            match backoff.next_if(is_transient) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return outcome,
            }
        }
    }

    async fn send_once(&mut self, call: &Context, operations: &mut [Running<'_>]) -> Result<RequestFacts> {
        let builder = call.client.sdk().transact_write_items().client_request_token(&self.token);
        if self.parts.iter().all(|part| part.item().is_some()) {
            let items = self.parts.iter().filter_map(|part| Some((part.item()?, part.schema.table)));
            call.known_units(|| RequestUnits::written(items).twice());
        }
        let units = || self.parts.iter().map(TransactItem::units).sum();
        let refusal = call.is_metered().then(units);
        let request = Outgoing::new(builder).head(body::head(&self.parts)).refusal(refusal);
        let request = request.customize_each(self.delivery.customize.as_deref());
        let (parts, maybe_applied) = (&self.parts, &mut self.maybe_applied);
        let exchange = call.send_or(request.writes(parts.len()), move |error, sent| {
            // DynamoDB does not evaluate a transaction again that it has applied under this token.
            *maybe_applied = (sent.maybe_applied || *maybe_applied) && !cancelled::is_cancelled(&error);
            sent.maybe_applied = *maybe_applied;
            Err(cancelled::error(error, parts, operations))
        });
        exchange.await.into_outcome().map(|done| done.sent)
    }
}
