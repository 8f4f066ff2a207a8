use std::sync::Arc;

use super::super::call::{Call, Sent};
use super::super::refresh::{self, Refresh};
use super::Reading;
use super::budget::Budget;
use super::hiding::Hiding;
use super::look_up;
use super::open::Opened;
use super::plan::{Extent, Plan};
use super::position::Positions;
use super::request::{Fetched, request};
use super::subject::Subject;
use crate::cursor::Place;
use crate::splice::{ItemSink, SdkCodec};
use crate::{Item, Result};

/// Reads page after page.
pub(crate) struct Pager {
    pub(super) shared: Arc<Shared>,
    /// Behind which item the next page starts.
    pub(super) start: Option<Item>,
    /// Whether nothing is left.
    pub(super) over: bool,
    /// Whether it reads against the order of the query: to the page before.
    pub(super) backward: bool,
    pub(super) segment: Option<(i32, i32)>,
}

/// What all pages have in common, and all segments of a scan.
pub(crate) struct Shared {
    pub(super) call: Call,
    pub(super) subject: Subject,
    pub(super) plan: Plan,
    pub(super) positions: Positions,
    pub(super) refresh: Option<Arc<Refresh>>,
    pub(super) has_hooks: bool,
    pub(super) budget: Option<Budget>,
}

impl Pager {
    /// The pager of a reading without segments.
    pub(super) fn open(reading: Reading) -> Result<Self> {
        Opened::new(reading).map(Opened::into_pager)
    }

    pub(super) fn extent(&mut self, evaluated: Option<i32>) -> Extent {
        Extent { start: self.start.take(), evaluated, backward: self.backward, segment: self.segment }
    }

    /// Reads the next page into the sink.
    pub(super) async fn fetch(
        &mut self,
        mut sink: Option<Box<dyn ItemSink>>,
        evaluated: Option<i32>,
    ) -> Result<Fetched> {
        if let Some(sink) = sink.as_deref_mut() {
            self.shared.ready(sink);
        }
        let before = sink.as_ref().map_or(0, |sink| sink.count());
        let extent = self.extent(evaluated);
        let Shared { call, plan, budget, .. } = &*self.shared;
        if let Some(budget) = budget {
            budget.wait().await;
        }
        let (mut fetched, next) = if plan.is_scan() {
            let (fetched, output) = request!(call, SdkCodec::Scan, plan.scan(call, extent), sink, count);
            (fetched, output.last_evaluated_key)
        } else {
            let (fetched, output) = request!(call, SdkCodec::Query, plan.query(call, extent), sink, count);
            (fetched, output.last_evaluated_key)
        };
        self.over = next.is_none();
        self.start = next;
        self.shared.look_up(&mut fetched, before).await?;
        if let (Some(budget), Some(units)) = (&self.shared.budget, fetched.sent.consumed_capacity) {
            budget.spend(units);
        }
        Ok(fetched)
    }

    /// Where the next page starts, for a cursor.
    pub(super) fn place(&self) -> Result<Place> {
        match &self.start {
            _ if self.over => Ok(Place::End),
            None => Ok(Place::Start),
            Some(key) => self.shared.positions.behind(key).map_err(|error| self.shared.call.fail(error)),
        }
    }
}

impl Shared {
    /// Tells the sink what to pass over and what to keep.
    fn ready(&self, sink: &mut dyn ItemSink) {
        self.plan.hiding.tell(sink);
        if let Some(refresh) = &self.refresh {
            sink.trace([self.positions.attributes(), vec![refresh.life.attribute]].concat());
        } else if let Hiding::LookedUp(_) = self.plan.hiding {
            sink.trace(self.positions.attributes());
        }
    }

    /// Drops the items from the number `from` on that are gone by what the table says, where only that can tell.
    async fn look_up(&self, fetched: &mut Fetched, from: usize) -> Result<()> {
        let Hiding::LookedUp(schema) = self.plan.hiding else { return Ok(()) };
        let Some(sink) = fetched.sink.as_deref_mut().filter(|sink| sink.count() > from) else { return Ok(()) };
        let keys = sink.traces().get(from..).unwrap_or_default();
        let (live, sent) = look_up::live(&self.call, &self.subject, schema, &self.plan, keys).await?;
        fetched.sent.consume(&sent);
        sink.retain(from, &live);
        Ok(())
    }

    /// Lengthens the lives of what is returned, and runs its hooks.
    pub(super) async fn finish(&self, sink: &mut dyn ItemSink) -> Result<Sent> {
        let mut sent = Sent::default();
        // A stream may take longer than the lives that it looks at.
        if let Some(refresh) = self.refresh.as_ref().and_then(|refresh| refresh.anew()) {
            sent = refresh::read(&refresh, sink).await;
        }
        if self.has_hooks {
            let call = &self.call;
            sink.after_load(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        Ok(sent)
    }
}
