//! Validates a read before its first request: client, key conditions, cursor and segments.

use std::sync::Arc;

use crate::cursor::{self, Payload, ResumePoint};
use crate::op::engine::context::Context;
use crate::op::read::engine::ReadRequest;
use crate::op::read::engine::cursors::CursorCodec;
use crate::op::read::engine::item_limit::ItemLimit;
use crate::op::read::engine::pager::{Pager, Shared};
use crate::op::read::engine::plan::ReadPlan;
use crate::op::read::engine::progress::Progress;
use crate::{Error, ErrorKind, Result};

/// A read that is ready to send: its client, requests and start positions are known.
pub(crate) struct PreparedRead {
    pub(crate) shared: Arc<Shared>,
    /// The position at which each segment starts. Empty for a read without segments that starts at the beginning.
    payload: Payload,
    /// Whether no key can lie in the range, so that no request is needed.
    is_empty: bool,
}

/// [DynamoDB's maximum for `TotalSegments`](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html).
pub(crate) const MAX_SEGMENTS: u32 = 1_000_000;

impl PreparedRead {
    pub(crate) fn new(mut request: Box<ReadRequest>) -> Result<Self> {
        let config = request.target.config();
        let consistent = request.is_consistent(config.consistent_read);
        let options = std::mem::take(&mut request.call);
        let names_table = options.table.is_some();
        let mut call = Context::new(request.operation, Some(request.target.name()), options, &config)?;
        call.index = request.index.map(|index| index.name);
        if !names_table {
            request.target.check_table(&call.client, &call.table)?;
        }
        match PreparedRead::settle(&mut request, &call, consistent) {
            Ok((plan, payload)) => {
                let is_empty = matches!(&request.partition, Some(Ok(partition)) if partition.spans.is_empty());
                let has_hooks = request.target.has_hooks() && call.runs_hooks;
                let refresh = request.refresh(&call);
                let shared = Arc::new(Shared { call, request, plan, refresh, has_hooks });
                shared.may_follow();
                Ok(PreparedRead { shared, payload, is_empty })
            }
            Err(error) => Err(call.contextualize(error)),
        }
    }

    fn settle(request: &mut ReadRequest, call: &Context, consistent: bool) -> Result<(ReadPlan, Payload)> {
        if let Some(Err(error)) = request.partition.take_if(|partition| partition.is_err()) {
            return Err(error);
        }
        if let Some(Ok(partition)) = &request.partition {
            partition.spans.check()?;
        }
        let segments = request.parallel.segments.unwrap_or(1);
        if !(1..=MAX_SEGMENTS).contains(&segments) {
            let message = format!("a scan can have 1 to {MAX_SEGMENTS} segments");
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let payload = match request.cursor.take() {
            Some(token) => {
                let payload = CursorCodec { request, call }.open(&token)?;
                if payload.places.len() != segments as usize {
                    return Err(cursor::invalid("the cursor belongs to a scan with another number of segments"));
                }
                payload
            }
            None => {
                // A read without segments does not use the list.
                let places = request.parallel.segments.map_or(0, |segments| segments as usize);
                Payload { backward: false, places: vec![ResumePoint::Start; places] }
            }
        };
        Ok((ReadPlan::new(request, call, consistent)?, payload))
    }

    pub(crate) fn into_pager(self) -> Pager {
        let place = self.payload.places.first().unwrap_or(&ResumePoint::Start);
        self.pager(place, None)
    }

    /// A pager for each segment.
    pub(crate) fn into_segments(self) -> Vec<Pager> {
        let places = &self.payload.places;
        let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let segment = |n| Some((number(n), number(places.len())));
        places.iter().enumerate().map(|(n, place)| self.pager(place, segment(n))).collect()
    }

    fn pager(&self, place: &ResumePoint, segment: Option<(i32, i32)>) -> Pager {
        let start = match place {
            ResumePoint::After(values) => Some(self.shared.cursors().start(values)),
            ResumePoint::Start | ResumePoint::End => None,
        };
        let over = self.is_empty || *place == ResumePoint::End;
        let progress = Progress::from(start.clone());
        Pager {
            shared: Arc::clone(&self.shared),
            start,
            progress,
            over,
            backward: self.payload.backward,
            segment,
            limit: ItemLimit::new(self.shared.request.page_size),
            keeps_surplus: false,
            surplus: None,
        }
    }
}
