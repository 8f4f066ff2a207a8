use std::sync::Arc;

use aws_sdk_dynamodb::operation::RequestId;
use tracing::Instrument as _;

use super::super::call::{Call, Sent};
use super::super::failure;
use super::super::future::fill;
use super::Reading;
use super::plan::{Extent, Plan};
use super::position::Positions;
use crate::cursor::{self, Payload, Place};
use crate::splice::{ItemSink, SdkCodec, Splice};
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
}

/// What one request gave.
pub(super) struct Fetched {
    pub(super) sink: Option<Box<dyn ItemSink>>,
    /// How many items fulfilled the filter, whatever they are.
    pub(super) matched: usize,
    pub(super) sent: Sent,
}

/// Sends one request; queries and scans have no type in common in the SDK.
macro_rules! request {
    ($call:expr, $codec:expr, $builder:expr, $sink:expr) => {{
        let (call, watch, mut sink) = ($call, $call.watch(), $sink);
        let before = sink.as_ref().map_or(0, |sink| sink.count());
        let splice = match sink.take() {
            Some(sink) => Splice::new($codec).items("Items", sink),
            None => Splice::new($codec),
        };
        let (splice, interceptor) = splice.interceptor(watch.attempts());
        let outcome = $builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
        let mut sent = watch.sent();
        let output = failure::outcome(call, &watch, &sent, outcome, failure::from_sdk)?;
        sent.note(output.consumed_capacity(), output.request_id());
        let matched = usize::try_from(output.count()).unwrap_or_default();
        let mut sink = splice.take_sink();
        let read = sink.as_deref_mut().map_or(Ok(()), |sink| fill(call, sink, output.items().iter()));
        sent.items = sink.as_ref().map_or(matched, |sink| sink.count() - before);
        call.observe_skipped(sink.as_ref().map_or(&[], |sink| sink.skipped()));
        call.observe(&watch, &sent, read.as_ref().err().map(crate::Error::kind));
        read?;
        if let Some(sink) = sink.as_deref_mut() {
            sink.commit();
        }
        (Fetched { sink, matched, sent }, output.last_evaluated_key)
    }};
}

impl Pager {
    pub(super) fn open(mut reading: Reading) -> Result<Self> {
        let config = (reading.subject.config)();
        let consistent = reading.is_consistent(config.consistent_read);
        let options = std::mem::take(&mut reading.call);
        let mut call = Call::new(reading.operation, Some(reading.subject.name), options, config)?;
        call.index = reading.index.map(|index| index.name);
        Pager::with(reading, call, consistent)
    }

    /// As [`open`](Self::open), for what is only explained.
    pub(super) fn explained(mut reading: Reading) -> Result<Self> {
        let config = (reading.subject.config)();
        let consistent = reading.is_consistent(config.consistent_read);
        let options = std::mem::take(&mut reading.call);
        let call = Call::explained(reading.operation, reading.subject.name, options, config);
        Pager::with(reading, call, consistent)
    }

    fn with(mut reading: Reading, call: Call, consistent: bool) -> Result<Self> {
        let is_empty = match reading.partition.take() {
            Some(Err(error)) => return Err(call.fail(error)),
            Some(Ok(partition)) => {
                let is_empty = partition.span.is_empty();
                reading.partition = Some(Ok(partition));
                is_empty
            }
            None => false,
        };
        let plan = Plan::new(&mut reading, &call, consistent).map_err(|error| call.fail(error))?;
        let has_hooks = reading.subject.has_hooks && call.runs_hooks;
        let positions = Positions::new(&reading, &call.table);
        let payload = match reading.cursor.take() {
            Some(token) => {
                positions.open(&token, call.client.cursor_key(), &reading).map_err(|error| call.fail(error))?
            }
            None => Payload { backward: false, places: vec![Place::Start] },
        };
        let [place] = &payload.places[..] else {
            return Err(call.fail(cursor::invalid("the cursor belongs to a scan of another number of segments")));
        };
        let start = match place {
            Place::Behind(values) => Some(positions.start(values)),
            Place::Start | Place::End => None,
        };
        let over = is_empty || *place == Place::End;
        let shared = Arc::new(Shared { call, plan, positions, has_hooks });
        Ok(Pager { shared, start, over, backward: payload.backward, segment: None })
    }

    pub(super) fn extent(&mut self, evaluated: Option<i32>) -> Extent {
        Extent { start: self.start.take(), evaluated, backward: self.backward, segment: self.segment }
    }

    /// Reads the next page into the sink.
    pub(super) async fn fetch(&mut self, sink: Option<Box<dyn ItemSink>>, evaluated: Option<i32>) -> Result<Fetched> {
        let extent = self.extent(evaluated);
        let Shared { call, plan, .. } = &*self.shared;
        let (fetched, next) = match plan.is_scan() {
            false => request!(call, SdkCodec::Query, plan.query(call, extent), sink),
            true => request!(call, SdkCodec::Scan, plan.scan(call, extent), sink),
        };
        self.over = next.is_none();
        self.start = next;
        Ok(fetched)
    }

    /// Runs the hooks of what was read.
    pub(super) async fn after_load(&self, sink: &mut dyn ItemSink) -> Result<()> {
        let call = &self.shared.call;
        if self.shared.has_hooks {
            sink.after_load(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        Ok(())
    }
}
