use std::sync::Arc;

use super::super::call::Call;
use super::Reading;
use super::budget::Budget;
use super::open::Opened;
use super::plan::{Extent, Plan};
use super::position::Positions;
use super::request::{Fetched, request};
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
    pub(super) plan: Plan,
    pub(super) positions: Positions,
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
    pub(super) async fn fetch(&mut self, sink: Option<Box<dyn ItemSink>>, evaluated: Option<i32>) -> Result<Fetched> {
        let extent = self.extent(evaluated);
        let Shared { call, plan, budget, .. } = &*self.shared;
        if let Some(budget) = budget {
            budget.wait().await;
        }
        let (fetched, next) = if plan.is_scan() {
            let (fetched, output) = request!(call, SdkCodec::Scan, plan.scan(call, extent), sink, count);
            (fetched, output.last_evaluated_key)
        } else {
            let (fetched, output) = request!(call, SdkCodec::Query, plan.query(call, extent), sink, count);
            (fetched, output.last_evaluated_key)
        };
        if let (Some(budget), Some(units)) = (budget, fetched.sent.consumed_capacity) {
            budget.spend(units);
        }
        self.over = next.is_none();
        self.start = next;
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
    /// Runs the hooks of what was read.
    pub(super) async fn after_load(&self, sink: &mut dyn ItemSink) -> Result<()> {
        if self.has_hooks {
            let call = &self.call;
            sink.after_load(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        Ok(())
    }
}
