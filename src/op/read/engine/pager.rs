//! Reads a query, or one segment of a scan, request by request.

use std::sync::Arc;

use crate::cursor::ResumePoint;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::send::Transport;
use crate::op::read::engine::ReadRequest;
use crate::op::read::engine::cursors::CursorCodec;
use crate::op::read::engine::expired::{ExpiredFilter, LookUp};
use crate::op::read::engine::item_limit::ItemLimit;
use crate::op::read::engine::plan::{PageParams, ReadPlan};
use crate::op::read::engine::prepare::PreparedRead;
use crate::op::read::engine::progress::Progress;
use crate::op::write::refresh::{self, Refresh};
use crate::splice::{ApiOperation, ReadSink};
use crate::{ErrorKind, Item, Result};

/// Reads one page after the other.
pub(crate) struct Pager {
    pub(crate) shared: Arc<Shared>,
    /// The key after which the next page starts (`ExclusiveStartKey`).
    pub(crate) start: Option<Item>,
    pub(crate) progress: Progress<Item>,
    /// Whether all items have been read.
    pub(crate) over: bool,
    /// Whether it reads against the order of the query, to the previous page.
    pub(crate) backward: bool,
    pub(crate) segment: Option<(i32, i32)>,
    pub(crate) limit: ItemLimit,
    /// Whether the same pager reads the next page, which then begins with what this page has left over.
    pub(crate) keeps_surplus: bool,
    pub(crate) surplus: Option<Box<Surplus>>,
}

/// The items that a page has read beyond its limit. They are paid, so the next page does not read them again.
pub(crate) struct Surplus {
    pub(crate) items: Box<dyn ReadSink>,
    /// The key of the last item before them.
    pub(crate) after: Option<Item>,
}

/// What all pages of a query, and all segments of a scan, have in common.
pub(crate) struct Shared {
    pub(crate) call: Context,
    pub(crate) request: Box<ReadRequest>,
    pub(crate) plan: ReadPlan,
    pub(crate) refresh: Option<Arc<Refresh>>,
    pub(crate) has_hooks: bool,
}

impl Pager {
    /// The pager of a read without segments.
    pub(crate) fn open(request: Box<ReadRequest>) -> Result<Self> {
        PreparedRead::new(request).map(PreparedRead::into_pager)
    }

    pub(crate) fn page_params(&mut self, limit: Option<i32>) -> PageParams {
        PageParams { start: self.start.take(), limit, backward: self.backward, segment: self.segment }
    }

    /// Sends the next request, whose items go into the sink. `wanted` is how many more items are to be returned; `None`
    /// for all.
    pub(crate) async fn fetch(
        &mut self,
        mut sink: Option<Box<dyn ReadSink>>,
        wanted: Option<usize>,
    ) -> Result<Fetched> {
        if let Some(sink) = sink.as_deref_mut() {
            self.ready(sink);
        }
        let limit = self.limit.next(wanted);
        let before = sink.as_ref().map_or(0, |sink| sink.count());
        let page = self.page_params(limit);
        let Shared { call, plan, .. } = &*self.shared;
        let (mut fetched, evaluated, next) = if plan.is_scan() {
            let (fetched, output) = fetch(call, plan.scan(call, page).sink(sink)).await?;
            (fetched, output.scanned_count, output.last_evaluated_key)
        } else {
            let (fetched, output) = fetch(call, plan.query(call, page).sink(sink)).await?;
            (fetched, output.scanned_count, output.last_evaluated_key)
        };
        self.advance(next)?;
        self.shared.look_up(&mut fetched, before).await?;
        fetched.evaluated = usize::try_from(evaluated).unwrap_or_default();
        fetched.returned = fetched.count().saturating_sub(before);
        self.limit.learn(&fetched);
        Ok(fetched)
    }

    /// Moves to the position at which the next page starts (`LastEvaluatedKey`).
    fn advance(&mut self, next: Option<Item>) -> Result<()> {
        if next.as_ref().is_some_and(|next| !self.progress.is_new(next)) {
            let message = "DynamoDB returned a `LastEvaluatedKey` for the second time, so the pages would never end";
            return Err(self.shared.call.error(ErrorKind::Service, message));
        }
        self.over = next.is_none();
        self.start = next;
        Ok(())
    }

    /// Moves back to the position after an item of the last page.
    pub(crate) fn return_to(&mut self, start: Option<Item>) {
        self.over = start.is_none();
        self.progress = Progress::from(start.clone());
        self.start = start;
    }

    /// Whether there may be more items.
    pub(crate) fn has_more(&self) -> bool {
        !self.over || self.surplus.is_some()
    }

    /// The key after which the next page starts; `None` at the end.
    pub(crate) fn position(&self) -> Option<&Item> {
        match &self.surplus {
            Some(surplus) => surplus.after.as_ref(),
            None => self.start.as_ref().filter(|_| !self.over),
        }
    }

    /// Configures which items the sink skips, and which attributes it keeps.
    pub(crate) fn ready(&self, sink: &mut dyn ReadSink) {
        self.shared.ready(sink, self.keeps_surplus);
    }

    /// The position at which the next page starts, for a cursor.
    pub(crate) fn place(&self) -> Result<ResumePoint> {
        match &self.start {
            _ if self.over => Ok(ResumePoint::End),
            None => Ok(ResumePoint::Start),
            Some(key) => self.shared.cursors().after(key),
        }
    }
}

/// The why of a further page.
const NEXT: &str = "if DynamoDB returns a `LastEvaluatedKey` and more items are wanted";

/// The why of the first page of a further segment.
const SEGMENT: &str = "for each further segment";

/// The request of [`Shared::look_up`], and of a read that [hydrates](ReadRequest::hydrates) keys.
const LOOK_UP: &str = "if the index returns items whose expiry only the table holds";
const HYDRATE: &str = "if the index returns keys, for their items";

impl Shared {
    pub(crate) fn cursors(&self) -> CursorCodec<'_> {
        CursorCodec { request: &self.request, call: &self.call }
    }

    /// States the requests that may follow the first one.
    pub(crate) fn may_follow(&self) {
        let Shared { call, plan, request, .. } = self;
        if !call.is_explained() {
            return;
        }
        let operation = if plan.is_scan() { ApiOperation::Scan } else { ApiOperation::Query };
        let followed = |operation, when| Followed::new(operation, when).consistent(plan.consistent);
        if request.parallel.segments.is_some_and(|segments| segments > 1) {
            call.may_send(followed(operation, SEGMENT));
        }
        call.may_send(followed(operation, NEXT));
        if let ExpiredFilter::LookedUp(..) = plan.hiding {
            call.may_send(followed(ApiOperation::BatchGetItem, LOOK_UP));
        }
        if request.hydrates {
            call.may_send(Followed::new(ApiOperation::BatchGetItem, HYDRATE));
        }
        // The reads of whole items refresh, and only those of a query.
        let hydrated = if request.hydrates && !plan.is_scan() { request.refresh_of_items(call) } else { None };
        if let Some(refresh) = self.refresh.as_ref().or(hydrated.as_ref()) {
            refresh.may_follow();
        }
    }

    fn ready(&self, sink: &mut dyn ReadSink, keeps_surplus: bool) {
        self.plan.hiding.tell(&self.call, sink);
        sink.identify(self.request.target.table(), self.call.skips_undecodable);
        if let Some(refresh) = &self.refresh {
            sink.trace([self.cursors().attributes(), vec![refresh.check.attribute]].concat());
        } else if keeps_surplus || matches!(self.plan.hiding, ExpiredFilter::LookedUp(..)) {
            sink.trace(self.cursors().attributes());
        }
    }

    /// If only the table holds the expiry: looks up the items from index `from` on, and drops those that are expired or
    /// deleted.
    async fn look_up(&self, fetched: &mut Fetched, from: usize) -> Result<()> {
        let ExpiredFilter::LookedUp(model, look_up) = self.plan.hiding else { return Ok(()) };
        let Some(sink) = fetched.sink.as_deref_mut().filter(|sink| sink.count() > from) else { return Ok(()) };
        let keys = sink.traces().get(from..).unwrap_or_default();
        let consistent = self.plan.consistent;
        let request = LookUp { call: &self.call, model, consistent, keys };
        let (live, sent) = look_up(request).await?;
        fetched.sent.consume(&sent);
        sink.retain(from, &live);
        Ok(())
    }

    /// Extends the TTL of the returned items, and runs their hooks.
    pub(crate) async fn finish(&self, sink: &mut dyn ReadSink) -> Result<RequestFacts> {
        if self.refresh.is_none() && !self.has_hooks {
            return Ok(RequestFacts::default());
        }
        // This future is boxed because few reads refresh items or run hooks.
        Box::pin(self.refresh_and_load(sink)).await
    }

    async fn refresh_and_load(&self, sink: &mut dyn ReadSink) -> Result<RequestFacts> {
        let mut sent = RequestFacts::default();
        // A stream can take longer than a TTL, so the new expiry is computed when each page is finished.
        if let Some(refresh) = self.refresh.as_ref().and_then(|refresh| refresh.anew()) {
            sent = refresh::read(&refresh, sink).await;
        }
        if self.has_hooks {
            let call = &self.call;
            sink.after_load(&call.hook_context()).await.map_err(|error| call.contextualize(error))?;
        }
        Ok(sent)
    }
}

/// The result of one request.
pub(crate) struct Fetched {
    pub(crate) sink: Option<Box<dyn ReadSink>>,
    /// How many items satisfied the filter (DynamoDB's `Count`), including those of other entities.
    pub(crate) matched: usize,
    /// How many items the request evaluated (DynamoDB's `ScannedCount`).
    pub(crate) evaluated: usize,
    /// How many items it added to those that count.
    pub(crate) returned: usize,
    pub(crate) sent: RequestFacts,
}

impl Fetched {
    /// How many items count: those in the sink, or those that DynamoDB counted.
    pub(crate) fn count(&self) -> usize {
        self.sink.as_ref().map_or(self.matched, |sink| sink.count())
    }
}

/// Sends one request for items. Returns its result and the SDK's output.
pub(crate) async fn fetch<R: Transport>(call: &Context, request: Outgoing<'_, R>) -> Result<(Fetched, Box<R::Output>)> {
    let (output, sink, sent) = call.send(request).await.into_parts()?;
    Ok((Fetched { sink, matched: R::count(&output), evaluated: 0, returned: 0, sent }, output))
}
